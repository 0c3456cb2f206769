import '@patternfly/react-core/dist/styles/base.css';
import './ui/tokens.css';
import './ui/ui.css';
import './app/shell.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app/app';
import { locale } from './ui/language';

// zod compiles schemas with `new Function` if it can; the content security policy forbids that, so it is disabled.
z.config({ jitless: true });

document.documentElement.lang = locale;

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
