import { setMaxListeners } from 'node:events';
import { type Actor, AppError, type JobState, say } from '../../../contract';
import { describeError } from '../errors';
import { emitter } from '../events';
import { instant } from '../ids';
import { tryToWrite } from '../try-to-write';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import type { JobRow, Repositories, Store } from '../../ports/store';
import { cancelledError, finishJob, insertJob, isFinal } from './job-rows';
import { type JobDraft } from '../scope';
import type { JobKinds, RunningJob } from './job-kinds';
import { UnreadableJob } from './payload';
import { releaseLocks } from './release-locks';
import { makeRunningJob } from './running-job';

const WRITE_AGAIN_MS = 1_000;

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly kinds: JobKinds;
}

interface Active {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Runs jobs. The progress of a job is always in the database, so that a killed engine's jobs are found again (after a power cut
 * possibly one that had just ended, which runs again):
 *
 *     queued --> running --> succeeded | failed | cancelled
 *                   |  engine died
 *                   v
 *              interrupted --> queued (same id; converging twice is harmless)
 *
 * Jobs start at once; the queues of hosts and VMs serialize conflicting work.
 */
export class JobRunner {
  private readonly active = new Map<string, Active>();
  private stopping = false;
  private readonly idleListeners = new Set<() => void>();

  constructor(private readonly deps: Deps) {}

  /** Runs the jobs of a killed engine again. Call once, before anything else. */
  resume(): void {
    const { store, clock } = this.deps;
    // The database lists newest first; jobs are resumed in the order of their requests.
    const left = store.jobs.inState(['queued', 'running', 'interrupted']).reverse();
    for (const job of left.filter((row) => row.state !== 'queued')) {
      const at = instant(clock.now());
      store.transaction((tx) => {
        tx.jobs.update(job.id, { state: 'interrupted' });
        const words = say('job.interrupted', { title: job.title });
        emitter(tx, job.by, at)('job.queued', 'warning', words, { ...job.subjects, jobId: job.id });
        for (const step of tx.steps.ofJob(job.id)) {
          const message = say('result.interrupted', {});
          if (step.state === 'running') tx.steps.update(job.id, step.index, { state: 'pending', message });
        }
        tx.jobs.update(job.id, { state: 'queued' });
      });
    }
    for (const job of left) this.kick(job.id);
  }

  /** Starts a queued job whose transaction has been committed. */
  kick(jobId: string): void {
    if (this.stopping || this.active.has(jobId)) return;
    const abort = new AbortController();
    // A job on 100 hosts adds 100 listeners; Node reports more than ten as a leak on stderr.
    setMaxListeners(0, abort.signal);
    const done = this.run(jobId, abort.signal).finally(() => {
      this.active.delete(jobId);
      if (this.active.size === 0) for (const listener of [...this.idleListeners]) listener();
    });
    this.active.set(jobId, { abort, done });
  }

  /** Writes and starts a job that another job needs, with the desired state that `draft` writes. Returns its id. */
  submit(draft: (tx: Repositories) => JobDraft, by: Actor): string {
    const at = instant(this.deps.clock.now());
    const id = this.deps.store.transaction((tx) => insertJob(tx, draft(tx), by, at));
    this.kick(id);
    return id;
  }

  /** Cancels a job that has not ended; its running step is aborted, later ones do not start. */
  cancel(jobId: string): void {
    this.active.get(jobId)?.abort.abort();
  }

  get busy(): boolean {
    return this.active.size > 0;
  }

  onIdle(listener: () => void): () => void {
    this.idleListeners.add(listener);
    return () => this.idleListeners.delete(listener);
  }

  /** Resolves when the job is no longer running here. */
  async ended(jobId: string): Promise<void> {
    await this.active.get(jobId)?.done;
  }

  /** Stops all work and leaves the jobs as they are, for the next engine to resume. */
  async stop(): Promise<void> {
    this.stopping = true;
    const running = [...this.active.values()];
    for (const { abort } of running) abort.abort();
    await Promise.allSettled(running.map(({ done }) => done));
  }

  private async run(jobId: string, signal: AbortSignal): Promise<void> {
    // Yields to the event loop, so that the command has answered before its job starts.
    await new Promise((resolve) => setImmediate(resolve));
    const job = await this.written(() => this.begin(jobId));
    if (!job) return;
    try {
      const kind = this.deps.kinds.get(job.kind);
      const written: RunningJob['written'] = (write) => this.written(write);
      const isStopping = (): boolean => this.stopping;
      await kind.run(job, (payload, own = signal) =>
        makeRunningJob({ ...this.deps, job, payload, signal: own, isStopping, written }),
      );
      await this.written(() => this.finish(job, 'succeeded', null));
    } catch (error) {
      if (this.stopping) return;
      const described = describeError(error);
      if (!(error instanceof AppError)) {
        const stack = error instanceof Error ? error.stack : String(error);
        this.deps.log.error({ job: job.id, kind: job.kind, error: stack }, 'job failed unexpectedly');
      }
      const isUnreadable = error instanceof UnreadableJob;
      await this.written(() => {
        if (signal.aborted)
          this.finish(job, 'cancelled', cancelledError(this.deps.kinds.isStanding(job.kind)), isUnreadable);
        else this.finish(job, 'failed', described, isUnreadable);
      });
    }
  }

  /** The state of a job must be saved: on a full disk this retries until there is space, or the engine ends. */
  private async written<T>(write: () => T): Promise<T | undefined> {
    for (;;) {
      let value: T | undefined;
      if (tryToWrite(this.deps.log, 'a job', () => (value = write()))) return value;
      await new Promise<void>((resolve) => this.deps.clock.after(WRITE_AGAIN_MS, resolve));
      if (this.stopping) return undefined;
    }
  }

  private begin(jobId: string): JobRow | undefined {
    const { store, clock } = this.deps;
    const at = instant(clock.now());
    return store.transaction((tx) => {
      const job = tx.jobs.get(jobId);
      if (!job || isFinal(job.state) || this.stopping) return undefined;
      tx.jobs.update(jobId, { state: 'running', startedAt: at });
      emitter(tx, job.by, at)('job.started', 'normal', say('job.started', { title: job.title }), {
        ...job.subjects,
        jobId,
      });
      return job;
    }, 'later');
  }

  private finish(job: JobRow, state: JobState, error: ReturnType<typeof describeError> | null, release = false): void {
    const at = instant(this.deps.clock.now());
    this.deps.store.transaction((tx) => {
      if (release) releaseLocks(tx, job, at);
      if (tx.jobs.get(job.id)) finishJob(tx, job, state, error, at);
    }, 'later');
  }
}
