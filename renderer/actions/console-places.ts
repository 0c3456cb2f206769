import { useSyncExternalStore } from 'react';

/** The views of a VM: its console and its screen. */
export type Line = 'console' | 'screen';

/** A view in the drawer at the bottom of this window, visible on every page. */
export interface Docked {
  readonly vm: string;
  readonly line: Line;
}

export interface Dock {
  readonly lines: readonly Docked[];
  /** The active view. */
  readonly at: number;
}

let dock: Dock = { lines: [], at: 0 };
const watchers = new Set<() => void>();

function become(next: Dock): void {
  dock = next;
  for (const watcher of watchers) watcher();
}

const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

export const useDock = (): Dock => useSyncExternalStore(watch, () => dock);

/** Opens a view in the drawer, or brings it to the front. */
export function openInDrawer(vm: string, line: Line): void {
  const at = dock.lines.findIndex((one) => one.vm === vm && one.line === line);
  become(at >= 0 ? { ...dock, at } : { lines: [...dock.lines, { vm, line }], at: dock.lines.length });
}

export const showDocked = (at: number): void => become({ ...dock, at });

export function closeDocked(at: number): void {
  const lines = dock.lines.toSpliced(at, 1);
  const next = dock.at > at ? dock.at - 1 : dock.at;
  become({ lines, at: Math.max(0, Math.min(next, lines.length - 1)) });
}

/** Opens a view in its own window, or focuses that window; false: the browser blocked it. */
export function openInWindow(vm: string, line: Line): boolean {
  const opened = window.open(`/vms/${vm}/${line}?alone=true`, `atoll-${line}-${vm}`, 'popup,width=960,height=640');
  opened?.focus();
  return opened !== null;
}
