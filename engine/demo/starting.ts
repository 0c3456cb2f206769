import { AppError, isRunning } from '../../contract';
import type { Core } from '../core/core';
import { cancelled } from '../core/errors';
import { activate } from '../hosts/adding';
import type { RunningJob } from '../jobs/job-kinds';
import { startJob } from '../vms/start-vm';
import type { DemoPayload } from './making';

/** Brings the demo's host up, then starts its VMs side by side. A VM that fails does not keep the others from starting. */
export async function runDemo(core: Core, job: RunningJob): Promise<void> {
  const { hostId, vmIds } = job.row.payload as DemoPayload;
  await activate(core, job, hostId, 1);
  const start = (vmId: string, i: number): Promise<void> =>
    job.step(i + 3, (signal) => startVm(core, job, vmId, signal));
  const results = await Promise.allSettled(vmIds.map(start));
  if (job.signal.aborted) throw cancelled();
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Starts a VM by a job of its own, as the command would, and waits for it. */
async function startVm(core: Core, job: RunningJob, vmId: string, signal: AbortSignal): Promise<string | null> {
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
