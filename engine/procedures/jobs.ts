import { AppError, canRetry, type Job, note, ROLLED_BACK, say } from '../../contract';
import { Channel, type Following } from '../core/channel';
import type { Core } from '../context';
import type { JobRow, Repositories } from '../ports/store';
import { cancelledError, finishJob, isFinal, presentJob } from '../core/jobs/job-rows';

function find(db: Repositories, id: string): JobRow {
  const job = db.jobs.get(id);
  if (job) return job;
  throw new AppError('NOT_FOUND', `There is no job ${id}`, {
    field: 'job',
    remedy: note('List the jobs to see their ids.'),
  });
}

/** Bad: cancelling a job that has ended. */
function assertJobOpen(job: JobRow): void {
  if (!isFinal(job.state)) return;
  throw new AppError('STATE_ILLEGAL', `The job has already ${job.state}`, { field: 'job' });
}

/** Bad: retrying a job that runs, that succeeded, or that would fail again by what it was given. */
function assertJobRetryable(job: Job): void {
  // Its kind refuses, and says what to do instead.
  if (canRetry(job) || ROLLED_BACK.has(job.kind)) return;
  if (
    job.kind === 'hosts.import' &&
    job.error?.code !== 'BAD_INPUT' &&
    (job.state === 'failed' || job.state === 'cancelled')
  )
    throw new AppError('STATE_ILLEGAL', 'Nothing is left of this import to be retried', {
      field: 'job',
      remedy: note('Import it again.'),
    });
  if (job.state === 'failed')
    throw new AppError('STATE_ILLEGAL', "The job can't succeed with what it was given", {
      field: 'job',
      remedy: note(`Repeat the command with other values. It failed because: ${job.error?.message ?? ''}`),
    });
  throw new AppError('STATE_ILLEGAL', `Only a failed or cancelled job can be retried; this one is ${job.state}`, {
    field: 'job',
  });
}

export function jobHandlers(core: Core) {
  const { os, store, command } = core;
  core.live.present('job', (id) => {
    const row = store.jobs.get(id);
    return row ? presentJob(store, row) : undefined;
  });
  return {
    list: os.jobs.list.handler(({ input }) =>
      store.jobs.recent(input.limit, input.state).map((row) => presentJob(store, row)),
    ),
    show: os.jobs.show.handler(({ input }) => presentJob(store, find(store, input.job))),
    follow: os.jobs.follow.handler(({ input, signal }) => followJob(core, find(store, input.job).id, signal)),
    cancel: os.jobs.cancel.handler(cancelHandler(core)),
    retry: os.jobs.retry.handler(
      command((scope, input) => {
        const job = find(scope.tx, input.job);
        assertJobRetryable(presentJob(scope.tx, job));
        return { ...core.kinds.get(job.kind).again(scope, job), output: {} };
      }),
    ),
  };
}

/**
 * Cancelling changes no desired state but signals running work, so it creates no job. A started job ends between two steps, or as
 * soon as its command on the host returns; what it has done stays, and so does its desired state.
 */
function cancelHandler({ command, jobs, kinds }: Core) {
  const mark = command<{ job: string; dryRun: boolean }, { job: null; preview: null }>(({ tx, actor, now }, input) => {
    const job = find(tx, input.job);
    assertJobOpen(job);
    if (job.state === 'queued' && !kinds.holdsLocks(job.kind)) {
      finishJob(tx, { ...job, by: actor }, 'cancelled', cancelledError(kinds.isStanding(job.kind)), now);
    }
    return { output: {}, lines: [say('preview.job.cancel', {})] };
  });
  return async (call: Parameters<typeof mark>[0]) => {
    const answer = await mark(call);
    if (!call.input.dryRun) jobs.cancel(call.input.job);
    return answer;
  };
}

function followJob({ store }: Core, jobId: string, signal: AbortSignal | undefined): Following<Job> {
  let changed = true;
  let ended = false;
  const next = (): { value: Job } | 'wait' | 'done' => {
    if (ended) return 'done';
    if (!changed) return 'wait';
    changed = false;
    const row = store.jobs.get(jobId);
    if (!row) return 'done';
    ended = isFinal(row.state);
    return { value: presentJob(store, row) };
  };
  const subscribe = (wake: () => void): (() => void) =>
    store.onCommit((touched) => {
      if (!touched.some((thing) => thing.kind === 'job' && thing.id === jobId)) return;
      changed = true;
      wake();
    });
  return new Channel<Job>(next, subscribe, signal);
}
