import { useSyncExternalStore } from 'react';
import { type Colors, readColors } from './colors';

let now: Colors | null = null;

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
export const useColors = (): Colors => useSyncExternalStore(watch, () => (now ??= readColors()));
