import { AppError, note, say } from '../../../contract';
import type { Outcome, Scope } from '../scope';
import type { JobRow } from '../../ports/store';

/** Repeats the same job; for kinds whose work checks the current state. */
export function repeat({ tx }: Pick<Scope, 'tx'>, job: JobRow): Outcome<object> {
  const { kind, title, payload, subjects } = job;
  const steps = tx.steps.ofJob(job.id).map((step) => ({ title: step.title, hostId: step.hostId }));
  return { output: {}, job: { kind, title, payload, subjects, steps }, lines: [say('preview.job.retry', {})] };
}

/** The current subject of an ended job. Bad: moving a VM again that was removed since. */
export function assertSubjectExists<Row>(row: Row | undefined): Row {
  if (row !== undefined) return row;
  throw new AppError('NOT_FOUND', 'The subject of the job no longer exists', { field: 'job' });
}

/** A job that was rolled back on failure has to be requested again. Throws; `how`: what to do instead. */
export function refuseRetry(how: string): never {
  throw new AppError('STATE_ILLEGAL', "The job can't be retried: it was rolled back", {
    field: 'job',
    remedy: note(how),
  });
}
