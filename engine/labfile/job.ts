import { z } from 'zod';
import { Ids } from '../core/jobs/payload';
import { AppError, type StepResult, say } from '../../contract';
import type { Core } from '../context';
import { cancelled } from '../core/errors';
import { bringUp } from '../hosts/adding';
import { reconciled } from '../reconcile/converge-job';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { JobDraft } from '../core/scope';
import { startAndWait } from '../vms/start-and-wait';
import type { Applying } from './applying';

export const ApplyPayload = z.strictObject({ newHostIds: Ids, hostIds: Ids, vmIds: Ids });
export type ApplyPayload = z.infer<typeof ApplyPayload>;

/** How many VMs start at once. */
const AT_ONCE = 8;

/** The work on hosts after applying; undefined if there is none. */
export function applyJob({
  toBringUp,
  toConverge,
  toStart,
  scope,
  parsed,
  dataCenterId,
}: Applying): JobDraft | undefined {
  const fresh = [...toBringUp.values()];
  const known = [...toConverge.values()];
  if (fresh.length + known.length + toStart.length === 0) return undefined;
  const payload: ApplyPayload = {
    newHostIds: fresh.map(({ id }) => id),
    hostIds: known.map(({ id }) => id),
    vmIds: toStart,
  };
  const steps = [
    ...fresh.map(({ id, name }) => ({ title: say('step.host.bring_up', { host: name }), hostId: id })),
    ...known.map(({ id, name }) => ({ title: say('step.host.set_up', { host: name }), hostId: id })),
    ...toStart.map((id) => ({
      title: say('step.vm.start', { vm: scope.tx.vms.get(id)?.name ?? id, host: null }),
      hostId: null,
    })),
  ];
  const title = say('labfile.apply', { dataCenter: parsed.file.dataCenter });
  return { kind: 'labfile.apply', title, payload, subjects: { dataCenterId }, steps };
}

/** Hosts first, in parallel, then the VMs. One that fails does not block the others. */
export async function runApply(core: Core, job: RunningJob<ApplyPayload>): Promise<void> {
  const { newHostIds, hostIds, vmIds } = job.payload;
  const hosts = [
    ...newHostIds.map((id) => (signal: AbortSignal) => bringUp(core, id, signal)),
    ...hostIds.map((id) => (signal: AbortSignal) => converge(core, id, signal)),
  ];
  const failures = await settle(
    job,
    hosts.map((work, i) => () => job.step(i + 1, work)),
  );
  const starts = vmIds.map(
    (id, i) => () => job.step(hosts.length + i + 1, (signal) => startAndWait(core, job, id, signal)),
  );
  for (let i = 0; i < starts.length; i += AT_ONCE) failures.push(...(await settle(job, starts.slice(i, i + AT_ONCE))));
  if (failures.length > 0) throw failures[0];
}

async function converge(core: Core, hostId: string, signal: AbortSignal): Promise<StepResult> {
  const host = core.store.hosts.get(hostId);
  if (!host) return say('result.host_removed', {});
  const report = await core.actors.ensure(host).converge(signal);
  const [first] = report.failures;
  if (first) throw new AppError('HOST_COMMAND_FAILED', `${first.bridge}: ${first.message}`, { remedy: first.remedy });
  return reconciled(report);
}

async function settle(job: RunningJob, works: ReadonlyArray<() => Promise<unknown>>): Promise<unknown[]> {
  const results = await Promise.allSettled(works.map((work) => work()));
  if (job.signal.aborted) throw cancelled();
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
}
