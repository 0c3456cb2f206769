import { useSyncExternalStore } from 'react';
import { type Colours, readColours } from './colours';

let now: Colours | null = null;

function watch(changed: () => void): () => void {
  const observer = new MutationObserver(() => {
    now = null;
    changed();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
  return () => {
    observer.disconnect();
    now = null;
  };
}

/** The theme's colors, read again when the theme changes. */
export const useColours = (): Colours => useSyncExternalStore(watch, () => (now ??= readColours()));
