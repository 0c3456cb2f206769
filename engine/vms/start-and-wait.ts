import { AppError, isRunning } from '../../contract';
import type { Core } from '../core/core';
import type { RunningJob } from '../jobs/job-kinds';
import { startJob } from './start-vm';

/** For a step of a larger job: starts a VM by a job of its own, as the command would, and waits for it. JOB_FAILED with its words. */
export async function startAndWait(
  core: Core,
  job: RunningJob,
  vmId: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { store, jobs } = core;
  const vm = store.vms.get(vmId);
  if (!vm) return 'it was removed meanwhile';
  if (isRunning(vm.state)) return 'it runs already';
  const child = jobs.submit((tx) => startJob(tx, 'vms.start', vm).job, job.actor);
  signal.addEventListener('abort', () => jobs.cancel(child), { once: true });
  await jobs.ended(child);
  const ended = store.jobs.get(child);
  if (ended?.state === 'succeeded') return null;
  const { message = `its start ${ended?.state ?? 'was lost'}`, hint } = ended?.error ?? {};
  throw new AppError('JOB_FAILED', message, hint === undefined || hint === null ? {} : { hint });
}
