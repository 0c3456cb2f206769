import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, note } from '../../../contract';
import type { SetupOrder, SetupOutcome } from '../../../engine/ports/setup';
import { throwIfCancelled } from '../../cancelled';
import type { Shell } from '../../shell';
import { ROOT_RUN } from '../root-run';
import { orderText } from './lines';
import { CLEAR, CONFIRM, RUNNER, SETTLE, START } from './scripts';

/** Between two tries to reach the host again, and for how long after its own patience has ended. Milliseconds. */
const TRY_EVERY_MS = 400;
const GRACE_MS = 4_000;

/** How an order is given to a host. */
export interface SetupWay {
  readonly storeId: string;
  readonly shell: Shell;
  /** A connection made now, closed by the caller; left out where each command is one anyway. */
  readonly fresh?: (() => Promise<Shell>) | undefined;
}

/**
 * Carries an order out, all of it or none. Once it was given it runs on the host by itself; whether it is confirmed is settled
 * there, by one rename, so that neither side can take it otherwise.
 * @throws AppError HOST_UNREACHABLE when the host could not be reached until after it has taken everything back
 */
export async function setUpNetworks(way: SetupWay, order: SetupOrder, signal: AbortSignal): Promise<SetupOutcome> {
  throwIfCancelled(signal);
  if (order.steps.length === 0) return { ok: true };
  const folder = `${folderOf(way.storeId)}${randomBytes(8).toString('hex')}`;
  const seconds = order.confirmSeconds ?? 0;
  const given = performance.now();
  try {
    const stdin = orderText(order.steps);
    await way.shell.script(START, [folder, String(seconds), RUNNER], { stdin, timeoutMs: 40_000 });
  } catch (error) {
    // Cut off by the very change: what became of it is asked over a fresh connection.
    if (!(error instanceof AppError) || order.confirmSeconds === null || error.code === 'BAD_INPUT') throw error;
  }
  const verdict = await settle(way, folder, given + seconds * 1000 + GRACE_MS);
  return outcomeOf(verdict, seconds);
}

/** Of a store's own: two engines on one host keep out of each other's orders. */
const folderOf = (storeId: string, run = ROOT_RUN): string => `${run}/setup-${storeId.slice(-12)}-`;

/** Where older versions had orders. */
const OLD_RUN = '/run/atoll';

/**
 * For whoever has just connected: an order that the engine before had no time to confirm stands, instead of being taken back
 * behind the back of one that finds everything as wanted.
 */
export async function settleLeftSetup(shell: Shell, storeId: string, signal: AbortSignal): Promise<void> {
  await shell.script(SETTLE, [folderOf(storeId), folderOf(storeId, OLD_RUN)], { signal });
}

interface Verdict {
  readonly word: string;
  readonly more: string;
}

async function settle(way: SetupWay, folder: string, until: number): Promise<Verdict> {
  for (;;) {
    try {
      const verdict = await ask(way, folder);
      if (verdict.word !== 'busy') return verdict;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
    if (performance.now() > until)
      throw new AppError('HOST_UNREACHABLE', `${way.shell.name} can not be reached since its networks were changed`, {
        remedy: note('It has taken the change back by itself. Activate the host when it answers again.'),
      });
    await sleep(TRY_EVERY_MS);
  }
}

async function ask({ shell, fresh }: SetupWay, folder: string): Promise<Verdict> {
  const way = fresh ? await fresh() : shell;
  try {
    const { stdout } = await way.script(CONFIRM, [folder], { timeoutMs: 5_000 });
    const [word = '', ...rest] = stdout.trim().split('\n');
    // What is not settled yet is still needed there.
    if (word !== 'busy') await way.script(CLEAR, [folder], { timeoutMs: 5_000 });
    return { word, more: rest.join('; ') };
  } finally {
    if (fresh) await way.close();
  }
}

function outcomeOf({ word, more }: Verdict, seconds: number): SetupOutcome {
  if (word === 'ok') return { ok: true };
  const failure = { remedy: null, command: 'ip -batch', exit: null, stderr: more === '' ? null : more };
  if (word === 'fired')
    return {
      ok: false,
      undone: true,
      failure: {
        ...failure,
        message: `the host could not be reached again within ${seconds} s`,
        remedy: note('Keep its address on a network that reaches it where it is now.'),
      },
    };
  const message = word === 'failed' ? more || 'a command failed' : 'the host lost the order (was it restarted?)';
  return { ok: false, undone: word === 'failed', failure: { ...failure, message } };
}
