import { useSyncExternalStore } from 'react';

/*
 * Whether the window has rendered its first screen. Large data that it does not need (the list of 10,000 VMs while the map is
 * shown) loads only after that.
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
