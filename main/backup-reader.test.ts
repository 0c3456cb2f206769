import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { readBackup } from './backup-reader';

/** A process of Electron's that answers with `messages`, or not at all. */
function electron(messages: readonly object[]) {
  const child = Object.assign(new EventEmitter(), {
    kill: vi.fn(),
    postMessage: (path: string) => {
      expect(path).toBe('/copy.db');
      for (const message of messages) setImmediate(() => child.emit('message', message));
    },
  });
  const fork = vi.fn(() => child);
  return { child, fork, parts: { utilityProcess: { fork } } as never };
}

it('has a process without an environment read a backup, and ends it', async () => {
  const answer = { kind: 'refused', code: 'STORE_FAILED', message: 'damaged', remedy: null, field: undefined };
  const { child, fork, parts } = electron([{ kind: 'begun' }, answer]);
  expect(await readBackup(parts, { path: '/copy.db', timeMs: 1_000 })).toEqual(answer);
  expect(fork.mock.calls).toEqual([
    [expect.stringMatching(/backup-reader\.mjs$/), [], expect.objectContaining({ env: {} })],
  ]);
  expect(child.kill).toHaveBeenCalledOnce();
});

it('kills a process that takes too long', async () => {
  const { child, parts } = electron([{ kind: 'begun' }]);
  expect(await readBackup(parts, { path: '/copy.db', timeMs: 10 })).toEqual({ kind: 'late' });
  expect(child.kill).toHaveBeenCalledOnce();
});
