import { setTimeout as sleep } from 'node:timers/promises';

/** Shorter waits than this one would fail on a busy machine, and save nothing on another. */
const LEAST_MS = 20_000;

/**
 * Calls `look` every 20 ms until it gives something other than undefined, and returns that. Throws after `ms` milliseconds (20 s at
 * least), saying what was waited for. Not `vi.waitFor`, because chaos and the bench run without a test runner.
 */
export async function eventually<T>(
  what: string | (() => string),
  ms: number,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const patienceMs = Math.max(ms, LEAST_MS);
  for (const end = Date.now() + patienceMs; ; await sleep(20)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${patienceMs} ms for ${typeof what === 'string' ? what : what()}`);
  }
}
