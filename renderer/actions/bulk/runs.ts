import { useSyncExternalStore } from 'react';
import { client } from '../../api/client';
import { type BulkItem, type ItemState, runBulk } from './run';

/** The state of a bulk action. It belongs to the window, not to a screen, so the user can navigate in the meantime. */
export interface BulkRun {
  readonly number: number;
  readonly title: string;
  readonly items: readonly { readonly id: string; readonly name: string; readonly state: ItemState }[];
  readonly ended: boolean;
  readonly stop: () => void;
}

let runs: readonly BulkRun[] = [];
let begun = 0;
const watchers = new Set<() => void>();

function become(next: readonly BulkRun[]): void {
  runs = next;
  for (const watcher of watchers) watcher();
}

const change = (number: number, patch: (run: BulkRun) => BulkRun): void =>
  become(runs.map((run) => (run.number === number ? patch(run) : run)));

/** Starts a bulk action; the panel shows its progress. */
export function startBulk(title: string, items: readonly BulkItem[]): void {
  const number = ++begun;
  const stop = new AbortController();
  const run: BulkRun = {
    number,
    title,
    items: items.map(({ id, name }) => ({ id, name, state: { kind: 'waiting' } })),
    ended: false,
    stop: () => stop.abort(),
  };
  become([...runs, run]);
  const report = (id: string, state: ItemState): void =>
    change(number, (old) => ({ ...old, items: old.items.map((item) => (item.id === id ? { ...item, state } : item)) }));
  void runBulk(items, (job) => client.jobs.follow({ job }), report, stop.signal).then(() =>
    change(number, (old) => ({ ...old, ended: true })),
  );
}

export const closeRun = (number: number): void => become(runs.filter((run) => run.number !== number));

const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

/** Bulk actions of this window that are not dismissed, oldest first. */
export const useBulkRuns = (): readonly BulkRun[] => useSyncExternalStore(watch, () => runs);
