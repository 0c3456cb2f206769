import type { Core } from '../context';
import { cancelled } from '../core/errors';
import { activate } from '../hosts/adding';
import { convergeStep } from '../reconcile/converge-job';
import type { RunningJob } from '../core/jobs/job-kinds';
import { startAndWait } from '../vms/start-and-wait';
import type { DemoPayload } from './making';

/**
 * Brings the demo's host up, then starts its VMs in parallel, while the other hosts get its networks. A failing VM or host does not
 * prevent the others from starting.
 */
export async function runDemo(core: Core, job: RunningJob<DemoPayload>): Promise<void> {
  const { hostId, vmIds, otherHostIds = [] } = job.payload;
  const others = Promise.allSettled(
    otherHostIds.map((id, i) => convergeStep(core, job, vmIds.length + i + 3, id, null)),
  );
  await activate(core, job, hostId, 1);
  const start = (vmId: string, i: number): Promise<void> =>
    job.step(i + 3, (signal) => startAndWait(core, job, vmId, signal));
  const results = [...(await Promise.allSettled(vmIds.map(start))), ...(await others)];
  if (job.signal.aborted) throw cancelled();
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
