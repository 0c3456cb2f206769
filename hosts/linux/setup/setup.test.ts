import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../contract';
import type { SetupOrder } from '../../../engine/ports/setup';
import type { Shell } from '../../shell';
import { CONFIRM, START } from './scripts';
import { setUpNetworks } from './setup';

const UP = { kind: 'link.up', link: 'eth1', up: true } as const;
const ORDER: SetupOrder = { steps: [{ change: UP, undo: { ...UP, up: false } }], confirmSeconds: null };

/** A host of which only what it says about an order is of interest; null: it is not reached. */
function answering(answers: ReadonlyArray<string | null>, isStarted: boolean): Shell {
  let at = 0;
  const script = (text: string): Promise<{ exit: number; stdout: string; stderr: string }> => {
    if (text === START)
      return isStarted
        ? Promise.resolve({ exit: 0, stdout: '', stderr: '' })
        : Promise.reject(new AppError('HOST_COMMAND_FAILED', 'no answer within 40000 ms'));
    const stdout = text === CONFIRM ? (answers[Math.min(at++, answers.length - 1)] ?? null) : '';
    return stdout === null
      ? Promise.reject(new AppError('HOST_UNREACHABLE', 'it does not answer'))
      : Promise.resolve({ exit: 0, stdout, stderr: '' });
  };
  return { name: 'a host', script } as unknown as Shell;
}

describe('an order to a host', () => {
  afterEach(() => vi.restoreAllMocks());
  /** Each look at the clock is `ms` later than the one before. */
  const withClock = (ms: number): void => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += ms));
  };
  const setUp = (answers: ReadonlyArray<string | null>, isStarted = true) =>
    setUpNetworks({ storeId: 'store', shell: answering(answers, isStarted) }, ORDER, new AbortController().signal);

  it('is waited for while a slow host answers that it is busy', async () => {
    withClock(30_000);
    expect(await setUp(['busy', 'busy', 'ok'])).toEqual({ ok: true });
  });

  it('is lost when the host is busy for ten minutes', async () => {
    withClock(400_000);
    const lost = { ok: false, undone: false, failure: { message: 'the host lost the order (was it restarted?)' } };
    expect(await setUp(['busy'])).toMatchObject(lost);
  });

  it('is asked for again after a failed attempt to reach the host', async () => {
    withClock(10_000);
    expect(await setUp([null, 'busy', null, 'ok'])).toEqual({ ok: true });
  });

  it('is asked for when the host was too slow to say that it has begun, and failed if it has not', async () => {
    expect(await setUp(['busy', 'ok'], false)).toEqual({ ok: true });
    await expect(setUp(['gone'], false)).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
  });

  it('fails when the host is not reached any more', async () => {
    withClock(70_000);
    await expect(setUp([null])).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  });
});
