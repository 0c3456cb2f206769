import { AppError, isRunning, type StepResult, say } from '../../contract';
import type { Core } from '../context';
import type { JobDraft } from '../core/scope';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Repositories } from '../ports/store';
import { startJob } from './start-vm';

/**
 * For a step of a larger job: starts a VM by a separate job, like the command, and waits for it. Throws JOB_FAILED with its
 * message.
 */
export async function startAndWait(
  core: Core,
  job: RunningJob,
  vmId: string,
  signal: AbortSignal,
): Promise<StepResult | null> {
  const vm = core.store.vms.get(vmId);
  if (!vm) return say('result.vm_removed', {});
  if (isRunning(vm.state)) return say('result.already_running', {});
  await runAndWait(core, job, (tx) => startJob(tx, 'vms.start', vm).job, signal);
  return null;
}

/** For a step of a larger job: runs another job, for the same actor, and waits for it. Throws JOB_FAILED with its message. */
export async function runAndWait(
  { store, jobs }: Pick<Core, 'store' | 'jobs'>,
  job: RunningJob,
  draft: (tx: Repositories) => JobDraft,
  signal: AbortSignal,
): Promise<void> {
  const child = jobs.submit(draft, job.actor);
  const onAbort = (): void => jobs.cancel(child);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  await jobs.ended(child);
  signal.removeEventListener('abort', onAbort);
  const ended = store.jobs.get(child);
  if (ended?.state === 'succeeded') return;
  const { message = `it ${ended?.state ?? 'was lost'}`, remedy = null } = ended?.error ?? {};
  throw new AppError('JOB_FAILED', message, { remedy });
}
