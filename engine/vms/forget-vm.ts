import { z } from 'zod';
import { Ids } from '../core/jobs/payload';
import { type JobTitle, say, type PreviewLine } from '../../contract';
import type { Core } from '../context';
import type { JobDraft, Outcome, Scope } from '../core/scope';
import { runConvergeSteps } from '../reconcile/converge-job';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import { assertVmStateAllows } from './rules';
import { type VmTurn, inTurn } from './vm-turn';

export const FORGET_JOB = 'vms.forget';

export const ForgetVmsPayload = z.strictObject({
  vmIds: Ids,
  /** Hosts to reconcile first, so that removed networks release their bridges while the VMs on them are still known. */
  hostIds: Ids,
  networkIds: Ids,
});
export type ForgetVmsPayload = z.infer<typeof ForgetVmsPayload>;

/** `vms.forget`: Atoll stops managing an imported VM, which continues to run. */
export function forgetHandler({ tx }: Scope, vm: VmRow): Outcome<object> {
  assertVmStateAllows(vm, 'forget');
  const host = vm.hostId === null ? undefined : tx.hosts.get(vm.hostId);
  const job = forgetJob(say('vms.forget', { vm: vm.name }), [{ vm, host }], []);
  return { output: {}, lines: forgetLines(tx, vm, host), job };
}

/** What the VM keeps and loses. */
function forgetLines(tx: Repositories, vm: VmRow, host: HostRow | undefined): PreviewLine[] {
  const networks = tx.vnics.ofVm(vm.id).flatMap((vnic) => {
    const network = vnic.networkId === null || !vnic.plugged ? undefined : tx.networks.get(vnic.networkId);
    return network?.isIsolated ? [network] : [];
  });
  return [
    say('preview.vm.forget', { vm: vm.name, host: host?.name ?? null }),
    ...networks.map(({ name }) => say('preview.vm.cut_off', { network: name })),
  ];
}

/** The job for it; `hosts` release the bridges of the networks first. */
export function forgetJob(
  title: JobTitle,
  vms: ReadonlyArray<{ readonly vm: VmRow; readonly host: HostRow | undefined }>,
  hosts: readonly HostRow[],
  networkIds: readonly string[] = [],
): JobDraft {
  const payload: ForgetVmsPayload = {
    vmIds: vms.map(({ vm }) => vm.id),
    hostIds: hosts.map(({ id }) => id),
    networkIds,
  };
  const steps = [
    ...hosts.map(({ id, name }) => ({ title: say('step.host.release_bridges', { host: name }), hostId: id })),
    ...vms.map(({ vm, host }) => ({ title: say('step.vm.forget', { vm: vm.name }), hostId: host?.id ?? null })),
  ];
  const [only] = vms;
  const place = only?.host ?? hosts[0];
  const subjects = {
    ...(vms.length === 1 && only ? { vmId: only.vm.id } : {}),
    ...(place ? { hostId: place.id } : {}),
  };
  return { kind: FORGET_JOB, title, payload, subjects, steps };
}

/** Runs it. The row is removed last, so that a VM whose host failed can be forgotten again. */
export async function runForgetVms(core: Core, job: RunningJob<ForgetVmsPayload>): Promise<void> {
  const { vmIds, hostIds, networkIds } = job.payload;
  await runConvergeSteps(core, job, hostIds, networkIds, 1);
  const results = await Promise.allSettled(vmIds.map((vmId, i) => forget(core, job, vmId, hostIds.length + i + 1)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function forget(core: Core, job: RunningJob, vmId: string, step: number): Promise<void> {
  if (!core.store.vms.get(vmId)) return job.skip(step, say('result.already_removed', {}));
  await inTurn(core, job, vmId, (turn) => job.step(step, (signal) => forgetNow(turn, vmId, signal)));
}

async function forgetNow(turn: VmTurn, vmId: string, signal: AbortSignal): Promise<null> {
  const { vm } = turn;
  assertVmStateAllows(vm, 'forget');
  await turn.driver.release(vmId, signal);
  turn.write((tx, emit) => {
    tx.vms.remove(vmId);
    emit('vm.forgotten', 'normal', say('vm.forgotten', { vm: vm.name }));
  });
  return null;
}
