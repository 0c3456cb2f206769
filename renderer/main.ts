import { begin } from './api/begin';

begin(location.pathname);
// The rest is preloaded by index.html (vite.config.ts), so that it arrives and is parsed while the engine answers.
void import('./start');
