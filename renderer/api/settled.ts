import { useSyncExternalStore } from 'react';

/*
 * Whether the window has drawn what it was opened for. What is large and not needed for that (the list of 10,000 VMs, while the
 * map is the first screen) is read only then.
 */
let settled = false;
const watchers = new Set<() => void>();

export function settle(): void {
  if (settled) return;
  settled = true;
  for (const watcher of [...watchers]) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export const useSettled = (): boolean => useSyncExternalStore(watch, () => settled);
