import { type Actor, type Job, type JobState, type JobStep, say, type StepTitle } from '../../../contract';
import { note } from '../../../contract/remedy';
import { emitter, type Severity } from '../events';
import { newId } from '../ids';
import type { JobRow, Repositories } from '../../ports/store';
import type { JobDraft } from '../scope';

const FINAL: ReadonlySet<JobState> = new Set<JobState>(['succeeded', 'failed', 'cancelled']);
export const isFinal = (state: JobState): boolean => FINAL.has(state);

/** Writes a queued job and its pending steps in the caller's transaction; returns its id. */
export function insertJob(tx: Repositories, draft: JobDraft, by: Actor, at: string): string {
  const id = newId();
  const { kind, title, payload, subjects = {} } = draft;
  tx.jobs.insert({
    id,
    kind,
    title,
    payload,
    subjects,
    by,
    state: 'queued',
    error: null,
    createdAt: at,
    startedAt: null,
    endedAt: null,
  });
  draft.steps.forEach((step, i) => insertStep(tx, id, i + 1, step.title, step.hostId ?? null));
  emitter(tx, by, at)('job.queued', 'normal', say('job.queued', { title }), { ...subjects, jobId: id });
  return id;
}

/** Adds a pending step at `index` (from 1). */
export function insertStep(
  tx: Repositories,
  jobId: string,
  index: number,
  title: StepTitle,
  hostId: string | null,
): void {
  tx.steps.insert({
    jobId,
    index,
    title,
    hostId,
    state: 'pending',
    message: null,
    startedAt: null,
    endedAt: null,
  });
}

/** The job in the contract's form. */
export function presentJob(db: Repositories, row: JobRow): Job {
  const { payload: _payload, ...job } = row;
  return { ...job, steps: db.steps.ofJob(row.id).map(({ jobId: _jobId, ...step }) => step) };
}

/** Changes a step and reports it, in the caller's transaction. */
export function writeStep(
  tx: Repositories,
  job: JobRow,
  index: number,
  patch: Partial<Omit<JobStep, 'index'>>,
  at: string,
): void {
  tx.steps.update(job.id, index, patch);
  if (patch.state === undefined || patch.state === 'pending') return;
  const step = tx.steps.ofJob(job.id).find((candidate) => candidate.index === index);
  if (!step) return;
  const severity: Severity = patch.state === 'failed' ? 'warning' : 'normal';
  const message = say('job.step', { title: step.title, state: patch.state, result: step.message });
  const subjects = { ...job.subjects, jobId: job.id, ...(step.hostId === null ? {} : { hostId: step.hostId }) };
  emitter(tx, job.by, at)('job.step', severity, message, subjects);
}

/** How a cancelled job ended. `standing`: its desired state still applies (see JobKind). */
export const cancelledError = (standing: boolean): NonNullable<Job['error']> => ({
  code: 'CANCELLED',
  message: 'It was cancelled',
  remedy: standing
    ? note(
        'Completed work stays, and the desired state still applies: hosts get it in their next reconcile. Undo the change to revert it.',
      )
    : null,
});

/** Ends a job: its state, its error, and all steps that had not ended. */
export function finishJob(tx: Repositories, job: JobRow, state: JobState, error: Job['error'], at: string): void {
  const left = state === 'cancelled' ? 'cancelled' : 'skipped';
  for (const step of tx.steps.ofJob(job.id)) {
    if (step.state === 'pending' || step.state === 'running') {
      tx.steps.update(job.id, step.index, { state: left, endedAt: at });
    }
  }
  tx.jobs.update(job.id, { state, error, endedAt: at });
  const message = say('job.finished', { title: job.title, state, error: error?.message ?? null });
  const subjects = { ...job.subjects, jobId: job.id };
  emitter(tx, job.by, at)('job.finished', state === 'failed' ? 'error' : 'normal', message, subjects);
}
