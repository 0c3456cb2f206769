import { cancelled, describeError, throwIfCancelled } from '../errors';
import { instant } from '../ids';
import type { Clock } from '../../ports/clock';
import type { JobRow, Store } from '../../ports/store';
import { type JobStep, say } from '../../../contract';
import { insertStep, writeStep } from './job-rows';
import type { RunningJob } from './job-kinds';

interface Deps<P> {
  readonly store: Store;
  readonly clock: Clock;
  readonly job: JobRow;
  readonly payload: P;
  readonly signal: AbortSignal;
  /** When the engine ends, steps stay `running` in the database: the next engine resumes these. */
  isStopping(): boolean;
  written: RunningJob['written'];
}

/** A job as its kind's function sees it; every change is saved immediately. */
export function makeRunningJob<P>(deps: Deps<P>): RunningJob<P> {
  const { store, clock, job, signal } = deps;

  const write = (index: number, patch: (at: string) => Partial<Omit<JobStep, 'index'>>): void => {
    const at = instant(clock.now());
    store.transaction((tx) => writeStep(tx, job, index, patch(at), at), 'later');
  };

  return {
    id: job.id,
    row: job,
    payload: deps.payload,
    actor: job.by,
    signal,
    written: deps.written,
    get stopping() {
      return deps.isStopping();
    },
    async step(index, work) {
      throwIfCancelled(signal);
      write(index, (at) => ({ state: 'running', startedAt: at, message: null }));
      try {
        const message = await work(signal);
        write(index, (at) => ({ state: 'succeeded', message, endedAt: at }));
      } catch (error) {
        if (deps.isStopping()) throw error;
        const message = say('result.failed', { error: describeError(error).message });
        if (signal.aborted) {
          write(index, (at) => ({ state: 'cancelled', message: say('result.cancelled', {}), endedAt: at }));
          throw cancelled();
        }
        write(index, (at) => ({ state: 'failed', message, endedAt: at }));
        throw error;
      }
    },
    addStep(title, hostId = null) {
      return store.transaction((tx) => {
        const index = tx.steps.ofJob(job.id).length + 1;
        insertStep(tx, job.id, index, title, hostId);
        return index;
      });
    },
    skip(index, why) {
      write(index, (at) => ({ state: 'skipped', message: why, endedAt: at }));
    },
    note(index, message) {
      store.transaction((tx) => tx.steps.update(job.id, index, { message }), 'later');
    },
  };
}
