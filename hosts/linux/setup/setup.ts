import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, note } from '../../../contract';
import type { SetupOrder, SetupOutcome } from '../../../engine/ports/setup';
import { throwIfCancelled } from '../../cancelled';
import type { Shell } from '../../shell';
import { ROOT_RUN } from '../root-run';
import { orderText } from './lines';
import { CLEAR, CONFIRM, RUNNER, SETTLE, START } from './scripts';

/** The delay between two attempts to reach the host again, and how long to try after its own timeout. Milliseconds. */
const TRY_EVERY_MS = 400;
const GRACE_MS = 4_000;
/** How long to try to reach a host again that has no timer, since it answered last. Milliseconds. */
const UNREACHED_MS = 60_000;
/** A host that answers is given this long to complete an order: a slow one takes a minute for many VLANs. Milliseconds. */
const LONGEST_MS = 600_000;

/** How an order is given to a host. */
export interface SetupWay {
  readonly storeId: string;
  readonly shell: Shell;
  /** A fresh connection, closed by the caller; omitted if each command is a separate one anyway. */
  readonly fresh?: (() => Promise<Shell>) | undefined;
}

/**
 * Runs an order, all of it or none. Once given it runs on the host independently; whether it is confirmed is decided there by one
 * rename, so that both sides agree.
 * @throws AppError HOST_UNREACHABLE if the host could not be reached before it undid everything
 */
export async function setUpNetworks(way: SetupWay, order: SetupOrder, signal: AbortSignal): Promise<SetupOutcome> {
  throwIfCancelled(signal);
  if (order.steps.length === 0) return { ok: true };
  const folder = `${folderOf(way.storeId)}${randomBytes(8).toString('hex')}`;
  const seconds = order.confirmSeconds ?? 0;
  const given = performance.now();
  let failed: AppError | null = null;
  try {
    const stdin = orderText(order.steps);
    await way.shell.script(START, [folder, String(seconds), RUNNER], { stdin, timeoutMs: 40_000 });
  } catch (error) {
    // The change itself broke the connection, or the host is slow: it may run the order all the same, which is asked for then.
    if (!(error instanceof AppError) || error.code === 'BAD_INPUT') throw error;
    failed = error;
  }
  const verdict = await settle(way, folder, given, seconds);
  if (verdict.word === 'gone' && failed !== null && order.confirmSeconds === null) throw failed;
  return outcomeOf(verdict, seconds);
}

/** Unique to a store: two engines on one host do not interfere with each other's orders. */
const folderOf = (storeId: string, run = ROOT_RUN): string => `${run}/setup-${storeId.slice(-12)}-`;

/** The folder of orders in older versions. */
const OLD_RUN = '/run/atoll';

/**
 * For a caller that has just connected: an order that the previous engine had no time to confirm is kept, instead of being undone
 * later while an engine finds everything as desired.
 */
export async function settleLeftSetup(shell: Shell, storeId: string, signal: AbortSignal): Promise<void> {
  await shell.script(SETTLE, [folderOf(storeId), folderOf(storeId, OLD_RUN)], { signal });
}

interface Verdict {
  readonly word: string;
  readonly more: string;
}

/**
 * Waits for the host's decision. While it answers that it is busy it is neither unreachable nor rolled back: an order without a timer
 * runs to its end, one with a timer ends with that.
 */
async function settle(way: SetupWay, folder: string, given: number, seconds: number): Promise<Verdict> {
  // Only what must prove that the host can be reached needs a new connection.
  let line = seconds === 0 ? { ...way, fresh: undefined } : way;
  let unreachedAt = seconds === 0 ? performance.now() + UNREACHED_MS : given + seconds * 1000 + GRACE_MS;
  for (;;) {
    const verdict = await ask(line, folder).catch(unlessUnreached);
    if (verdict !== null && verdict.word !== 'busy') return verdict;
    const now = performance.now();
    if (verdict === null && now > unreachedAt) throw unreachable(way.shell.name, seconds);
    if (now - given > LONGEST_MS) return { word: 'gone', more: '' };
    if (verdict === null) line = way;
    else unreachedAt = Math.max(unreachedAt, now + UNREACHED_MS);
    await sleep(TRY_EVERY_MS);
  }
}

const unreachable = (name: string, seconds: number): AppError =>
  new AppError('HOST_UNREACHABLE', `${name} is unreachable since its networks were changed`, {
    remedy: note(
      seconds === 0
        ? 'The change runs to its end there. Activate the host when it answers again.'
        : 'It has rolled the change back. Activate the host when it answers again.',
    ),
  });

function unlessUnreached(error: unknown): null {
  if (error instanceof AppError) return null;
  throw error;
}

async function ask({ shell, fresh }: SetupWay, folder: string): Promise<Verdict> {
  const way = fresh ? await fresh() : shell;
  try {
    const { stdout } = await way.script(CONFIRM, [folder], { timeoutMs: 5_000 });
    const [word = '', ...rest] = stdout.trim().split('\n');
    // An unsettled order is still needed there.
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
        remedy: note('Keep its address on a network that is reachable from this computer.'),
      },
    };
  const message = word === 'failed' ? more || 'a command failed' : 'the host lost the order (was it restarted?)';
  return { ok: false, undone: word === 'failed', failure: { ...failure, message } };
}
