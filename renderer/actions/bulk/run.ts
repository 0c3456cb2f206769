import type { Job, Remedy } from '../../../contract';
import type { CommandResult } from '../../api/command-result';
import { toProblem } from '../../api/problem';

/** One object of a bulk action. */
export interface BulkItem {
  readonly id: string;
  readonly name: string;
  readonly call: () => Promise<CommandResult>;
}

/** The progress of one object. `left`: not started, because the user stopped the rest. */
export type ItemState =
  | { readonly kind: 'waiting' | 'running' | 'done' | 'left' }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: Remedy | null };

/** Maximum number of concurrent items: enough to keep the hosts busy, few enough that stopping is still useful. */
const AT_A_TIME = 8;

/** Resolves when a job ends, by job id. */
export type FollowJob = (job: string) => Promise<AsyncIterable<Job>>;

/**
 * Runs the same command for many objects, each with its own job, so that one failure does not block the others. Resolves when all
 * have ended; `report` receives each change. Aborting skips items that have not started; running items finish.
 */
export async function runBulk(
  items: readonly BulkItem[],
  follow: FollowJob,
  report: (id: string, state: ItemState) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      if (signal.aborted) report(item.id, { kind: 'left' });
      else {
        report(item.id, { kind: 'running' });
        report(item.id, await outcome(item, follow));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

async function outcome({ call }: BulkItem, follow: FollowJob): Promise<ItemState> {
  try {
    const { job } = await call();
    const ended = job === null ? null : await lastOf(await follow(job));
    if (ended === null || ended.state === 'succeeded') return { kind: 'done' };
    return { kind: 'failed', message: ended.error?.message ?? ended.state, remedy: ended.error?.remedy ?? null };
  } catch (error) {
    const { message, remedy } = toProblem(error);
    return { kind: 'failed', message, remedy };
  }
}

async function lastOf(states: AsyncIterable<Job>): Promise<Job | null> {
  let last: Job | null = null;
  for await (const job of states) last = job;
  return last;
}
