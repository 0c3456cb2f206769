import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `look` until it gives a value, and returns that. Fails after `ms`, saying what was waited for. */
export async function eventually<T>(
  what: string | (() => string),
  ms: number,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for ${typeof what === 'string' ? what : what()}`);
    await sleep(20);
  }
}
