import PQueue from 'p-queue';
import type { AtollClient } from '../app/client';
import type { ErrorCode } from '../contract';
import { AppError } from '../contract/app-error';
import { confirm } from './ask';
import { breaking } from './break-promises';
import { type Changed, showPreview } from './change';
import type { Context } from './context';
import { demandSuccess, waitForJob } from './follow-job';
import { asAppError } from './report-error';

/** An object of a command for several: how it is sent, and how it is called. */
export interface Target {
  readonly ref: string;
  readonly name: string;
}

/** Sends the command for one object. */
export type SendOne<T extends Changed> = (client: AtollClient, ref: string, dryRun: boolean) => Promise<T>;

export interface EachChange<T extends Changed> {
  readonly refresh?: (client: AtollClient, output: T) => Promise<Partial<T>>;
  /** What was done to one, in one sentence. */
  readonly done: (output: T, target: Target) => string;
}

interface Result<T> {
  readonly name: string;
  readonly output: T | null;
  readonly error: AppError | null;
}

/** Enough to keep the hosts busy; the engine queues what waits for the same host. */
const AT_A_TIME = 8;

/**
 * The same command for several objects, side by side, each with its own job: one failure does not stop the others. Each result is
 * printed when it is known, with --json all at the end. Throws if one failed.
 */
export async function changeMany<T extends Changed>(
  { input, out, engine }: Context,
  targets: readonly Target[],
  send: SendOne<T>,
  { refresh, done, question }: EachChange<T> & { readonly question?: string },
): Promise<void> {
  const dryRun = input.flag('dry-run');
  if (question !== undefined && !dryRun) await confirm(question, input.flag('yes'));
  const { client } = await engine();
  const sender = input.flag('break-promises') ? breaking(client) : client;
  const waits = !dryRun && !input.flag('no-wait');
  const run = async ({ ref }: Target): Promise<T> => {
    const output = await send(sender, ref, dryRun);
    if (output.job === null || !waits) return output;
    demandSuccess(await waitForJob(client, output.job));
    return refresh ? { ...output, ...(await refresh(client, output)) } : output;
  };
  const show = (target: Target, output: T): void => {
    if (output.preview !== null) showPreview(out, output.preview);
    else if (output.job !== null && !waits) out.line(`${target.name} ${output.job}`);
    else out.line(done(output, target));
  };
  const outcome = async (target: Target): Promise<Result<T>> => {
    try {
      const output = await run(target);
      if (!out.asJson) show(target, output);
      return { name: target.name, output, error: null };
    } catch (thrown) {
      const error = asAppError(thrown);
      out.error(error);
      return { name: target.name, output: null, error };
    }
  };
  const results = await untilInterrupted(() => eachOf(targets, outcome));
  out.answer(
    results.map(({ name, output, error }) => ({ name, output, error: error && detailsOf(error) })),
    () => (dryRun ? out.line('Nothing was changed (dry run).') : undefined),
  );
  const failed = results.flatMap(({ name, error }) => (error === null ? [] : [{ name, code: error.code }]));
  if (failed.length > 0) throw someFailed(failed, targets.length);
}

async function eachOf<T>(targets: readonly Target[], run: (target: Target) => Promise<T>): Promise<T[]> {
  const queue = new PQueue({ concurrency: AT_A_TIME });
  return queue.addAll(targets.map((target) => () => run(target)));
}

const detailsOf = ({ code, message, remedy, field, rule }: AppError) => ({ code, message, remedy, field, rule });

/** With the exit code of the failures if it is the same for all. */
function someFailed(failed: ReadonlyArray<{ name: string; code: ErrorCode }>, all: number): AppError {
  const [first] = failed;
  const code = first !== undefined && failed.every((each) => each.code === first.code) ? first.code : 'JOB_FAILED';
  return new AppError(code, `Failed for ${failed.length} of ${all}: ${failed.map(({ name }) => name).join(', ')}.`);
}

/** Ctrl-C leaves the jobs that were started running. */
async function untilInterrupted<T>(work: () => Promise<T>): Promise<T> {
  const interrupted = (): void => {
    process.stderr.write('\nThe jobs that were started continue. See them with: atoll job list\n');
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    return await work();
  } finally {
    process.off('SIGINT', interrupted);
  }
}
