import type { EndedJob } from '../core/jobs/job-kinds';
import { z } from 'zod';
import { Ids } from '../core/jobs/payload';
import { type Snapshot, type Vm, isRunning, type StepResult, say } from '../../contract';
import type { Core } from '../context';
import type { JobDraft, Outcome, Scope } from '../core/scope';
import { cancelled } from '../core/errors';
import { assertSubjectExists } from '../core/jobs/again';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { SnapshotRow, VmRow } from '../ports/store';
import { diskSpec } from '../vms/disk-rows';
import { presentVm } from '../vms/present';
import { startAndWait } from '../vms/start-and-wait';
import { presentSnapshot } from './present';
import { byHost, groupOf, inTurns, lock, assertGroupAllows, snapshotsOn } from './group';
import { revertHandler } from './revert';
import { write } from './take';

export const ResetPayload = z.strictObject({
  vmIds: Ids,
  /** The VMs that ran and are to run again. */
  ran: Ids,
});
export type ResetPayload = z.infer<typeof ResetPayload>;

type Reset = { vms: Vm[]; snapshot: Snapshot | null };

/** `labs.reset`: reverts to the newest start snapshot that has one of these VMs; without one, to the initial state. */
export function resetHandler(
  scope: Scope,
  input: { readonly lab: string; readonly vms?: readonly string[] | undefined },
): Outcome<Reset> {
  const { tx, refs } = scope;
  const vms = groupOf(scope, { host: refs.host(input.lab, 'lab').id, vms: input.vms });
  const start = startOf(scope, vms);
  if (start) return revertToStart(scope, vms, start);
  assertGroupAllows(tx, vms, 'revert');
  const payload: ResetPayload = {
    vmIds: vms.map((vm) => vm.id),
    ran: vms.filter((vm) => isRunning(vm.state)).map((vm) => vm.id),
  };
  lock(tx, vms, say('reason.vm.resetting', {}));
  const steps = stepsOf(
    vms,
    vms.filter((vm) => isRunning(vm.state)),
  );
  const own = vms.filter(
    (vm) => vm.boot.kind === 'disk' || tx.disks.ofVm(vm.id).some(({ format }) => format === 'raw'),
  );
  const count = payload.ran.length;
  const lines = [
    say('preview.vm.stop_many', { count }),
    say('preview.lab.reset', { vms: vms.map((vm) => vm.name) }),
    ...own.map((vm) => say('preview.lab.disk_kept', { vm: vm.name })),
    ...(count === 0 ? [] : [say('preview.vm.start_many', { count, again: true })]),
  ];
  const hostId = vms[0]?.hostId ?? null;
  const subjects = hostId === null ? {} : { hostId };
  const job = { kind: 'labs.reset', title: say('labs.reset', { host: input.lab }), payload, subjects, steps };
  const output = { vms: vms.map((vm) => presentVm(tx, tx.vms.get(vm.id) ?? vm)), snapshot: null };
  return { output, job, hosts: [...byHost(vms).keys()], lines };
}

/** A retry of a failed reset: VMs that are already reset stay as they are, and those that ran are started. */
export function resetAgain({ tx }: Scope, job: EndedJob<ResetPayload>): Outcome<object> {
  const { vmIds, ran } = job.payload;
  const steps = tx.steps.ofJob(job.id);
  const vms = vmIds.flatMap((id, i) => (steps[i]?.state === 'succeeded' ? [] : (tx.vms.get(id) ?? [])));
  const wereOn = vms.filter((vm) => isRunning(vm.state)).map(({ id }) => id);
  const toStart = [...new Set([...ran, ...wereOn])].flatMap((id) => tx.vms.get(id) ?? []);
  if (vms.length === 0 && toStart.length === 0) assertSubjectExists(undefined);
  assertGroupAllows(tx, vms, 'revert');
  lock(tx, vms, say('reason.vm.resetting', {}));
  const { kind, title, subjects } = job;
  const payload: ResetPayload = { vmIds: vms.map(({ id }) => id), ran: toStart.map(({ id }) => id) };
  const lines = [
    ...vms.map(({ name }) => say('preview.lab.reset', { vms: [name] })),
    ...toStart.map(({ name }) => say('preview.vm.start', { vm: name, host: null })),
  ];
  const hosts = [...byHost(vms).keys()];
  return { output: {}, job: { kind, title, subjects, payload, steps: stepsOf(vms, toStart) }, hosts, lines };
}

const stepsOf = (vms: readonly VmRow[], toStart: readonly VmRow[]): JobDraft['steps'] => [
  ...vms.map((vm) => ({ title: say('step.vm.reset', { vm: vm.name }), hostId: vm.hostId })),
  ...toStart.map((vm) => ({ title: say('step.vm.start', { vm: vm.name, host: null }), hostId: vm.hostId })),
];

function startOf({ tx }: Scope, vms: readonly VmRow[]): SnapshotRow | undefined {
  return vms
    .flatMap((vm) => tx.snapshots.ofVm(vm.id))
    .filter((row) => row.isStart)
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
    .at(-1);
}

function revertToStart(scope: Scope, vms: readonly VmRow[], start: SnapshotRow): Outcome<Reset> {
  const { tx } = scope;
  const reverted = revertHandler(scope, start);
  const inIt = new Set(tx.snapshotVms.ofSnapshot(start.id).map((part) => part.vmId));
  const left = vms
    .filter((vm) => !inIt.has(vm.id))
    .map((vm) => say('preview.snapshot.left', { snapshot: start.name, vm: vm.name }));
  const output = { vms: vms.map((vm) => presentVm(tx, tx.vms.get(vm.id) ?? vm)), snapshot: presentSnapshot(tx, start) };
  return { ...reverted, output, lines: [...reverted.lines, ...left] };
}

/** Runs a reset without a start snapshot. */
export async function runReset(core: Core, job: RunningJob<ResetPayload>): Promise<void> {
  const { vmIds, ran } = job.payload;
  const renewed = async (vmId: string, signal: AbortSignal): Promise<StepResult | null> => {
    const hostId = core.store.vms.get(vmId)?.hostId ?? null;
    if (hostId === null) return say('result.never_ran', {});
    await snapshotsOn(core, hostId).renew(vmId, signal);
    // Their initial state has their initial size.
    const { disks } = core.actors.get(hostId).driver.vms;
    for (const disk of core.store.disks.ofVm(vmId)) await disks.grow(vmId, diskSpec(disk), signal);
    const boot = core.store.vms.get(vmId)?.boot;
    if (boot?.kind === 'image' && boot.diskBytes !== null)
      await disks.grow(vmId, { id: null, format: 'qcow2', sizeBytes: boot.diskBytes }, signal);
    return null;
  };
  await inTurns(core, job, vmIds, async () => {
    const results = await Promise.allSettled(
      vmIds.map((vmId, i) => job.step(i + 1, (signal) => renewed(vmId, signal))),
    );
    throwFirst(job, results);
  });
  const starts = ran.map((vmId, i) =>
    job.step(vmIds.length + i + 1, (signal) => startAndWait(core, job, vmId, signal)),
  );
  throwFirst(job, await Promise.allSettled(starts));
  write(core, job, (_tx, emit) => {
    emit('lab.reset', 'normal', say('lab.reset', { count: vmIds.length }), job.row.subjects);
  });
}

function throwFirst(job: RunningJob, results: readonly PromiseSettledResult<unknown>[]): void {
  if (job.signal.aborted) throw cancelled();
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
