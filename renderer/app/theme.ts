import { useCallback, useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'atoll.theme';
const DARK_CLASS = 'pf-v6-theme-dark';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const watchers = new Set<() => void>();

let choice: ThemeChoice = read();
apply();
system.addEventListener('change', apply);

function read(): ThemeChoice {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

function isDark(): boolean {
  return choice === 'dark' || (choice === 'system' && system.matches);
}

/** PatternFly and our own tokens both follow this one class. */
function apply(): void {
  document.documentElement.classList.toggle(DARK_CLASS, isDark());
  for (const watcher of watchers) watcher();
}

const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

/** Whether the theme is dark, and how to change it: the choice is kept in this browser; `system` follows the desktop. */
export function useTheme(): { dark: boolean; choose: (choice: ThemeChoice) => void } {
  const dark = useSyncExternalStore(watch, isDark);
  const choose = useCallback((next: ThemeChoice) => {
    choice = next;
    localStorage.setItem(KEY, next);
    apply();
  }, []);
  return { dark, choose };
}
