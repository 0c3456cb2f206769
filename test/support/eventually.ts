import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `look` every 20 ms until it gives something other than undefined, and returns that. Throws after `ms` milliseconds, saying what
 * was waited for. Not `vi.waitFor`, because chaos and the bench run without a test runner.
 */
export async function eventually<T>(
  what: string | (() => string),
  ms: number,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  for (const end = Date.now() + ms; ; await sleep(20)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${typeof what === 'string' ? what : what()}`);
  }
}
