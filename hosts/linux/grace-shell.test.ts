import { afterEach, expect, test, vi } from 'vitest';
import type { RunOptions, RunResult, Shell } from '../shell';
import { graceShell } from './grace-shell';

const DONE: RunResult = { exit: 0, stdout: '', stderr: '' };
afterEach(() => vi.useRealTimers());

/** A shell whose only command ends on demand, or rejects when it is cut off. */
function slow(): { shell: Shell; end: () => void } {
  let end = (): void => undefined;
  const run = (_argv: readonly string[], options?: RunOptions): Promise<RunResult> =>
    new Promise((resolve, reject) => {
      end = () => resolve(DONE);
      options?.signal?.addEventListener('abort', () => reject(new Error('cut off')));
    });
  const unused = (): never => {
    throw new Error('only run is used');
  };
  return {
    end: () => end(),
    shell: { name: 's', run, script: unused, stream: unused, pipe: unused, connect: unused, close: unused },
  };
}

test('lets a running command finish after an abort', async () => {
  const { shell, end } = slow();
  const stop = new AbortController();
  const running = graceShell(shell).run(['ip'], { signal: stop.signal });
  stop.abort();
  end();
  expect(await running).toBe(DONE);
});

test('cuts off a command that hangs', async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const running = expect(graceShell(slow().shell).run(['ip'], { signal: stop.signal })).rejects.toThrow('cut off');
  stop.abort();
  await vi.advanceTimersByTimeAsync(20_000);
  await running;
});

test('starts nothing after an abort', async () => {
  const { shell } = slow();
  await expect(graceShell(shell).run(['ip'], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});
