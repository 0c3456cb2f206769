import {
  AppError,
  hostAllows,
  isRunning,
  note,
  say,
  spaced,
  type VmAction,
  type VmState,
  type VmReason,
} from '../../contract';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import type { Scope } from '../core/scope';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { SnapshotDriver } from '../ports/snapshots';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import { assertVmStateAllows } from '../vms/rules';

/** A query after a failure must not hang on the host that caused it. Milliseconds. */
const PATIENCE_MS = 10_000;

/** The VMs that are named, otherwise all of the host; each once. Throws BAD_INPUT if there is none. */
export function groupOf(
  { tx, refs }: Pick<Scope, 'tx' | 'refs'>,
  input: { readonly host?: string | undefined; readonly vms?: readonly string[] | undefined },
): VmRow[] {
  const host = input.host === undefined ? undefined : refs.host(input.host);
  const named = input.vms?.map((ref) => refs.vm(ref, 'vms'));
  // The disks of an imported VM belong to its owner: it is excluded from actions on all VMs of a host.
  const vms = named ?? (host ? tx.vms.ofHost(host.id).filter(({ boot }) => boot.kind !== 'imported') : []);
  if (host) for (const vm of vms) assertVmOnHost(vm, host);
  if (vms.length > 0) return [...new Map(vms.map((vm) => [vm.id, vm])).values()];
  throw new AppError('BAD_INPUT', host ? `The host "${host.name}" has no VM` : 'No VM is named', {
    field: host ? 'host' : 'vms',
    remedy: note('Name VMs, or a host that has some.'),
  });
}

/** Bad: cloning the lab "a" with a VM of the lab "b". */
function assertVmOnHost(vm: VmRow, host: HostRow): void {
  if (vm.hostId === null || vm.hostId === host.id) return;
  throw new AppError('RULE_BROKEN', `The VM "${vm.name}" is not on the host "${host.name}"`, {
    rule: 'GROUP',
    field: 'vms',
    remedy: note('Name VMs of that host only.'),
  });
}

/** Bad: a snapshot of VMs of two data centers: its name would be ambiguous. */
export function assertOneDataCenter(vms: readonly VmRow[]): string {
  const ids = new Set(vms.map((vm) => vm.dataCenterId));
  const [id] = ids;
  if (ids.size === 1 && id !== undefined) return id;
  throw new AppError('RULE_BROKEN', 'These VMs are of different data centers', {
    rule: 'GROUP',
    field: 'vms',
    remedy: note('Name VMs of one data center.'),
  });
}

/** Bad: a VM of the group is being saved, or its host is in maintenance. */
export function assertGroupAllows(tx: Repositories, vms: readonly VmRow[], action: VmAction): void {
  for (const vm of vms) {
    assertVmStateAllows(vm, action);
    const host = vm.hostId === null ? undefined : tx.hosts.get(vm.hostId);
    if (!host || hostAllows(host.state, 'runVms')) continue;
    throw new AppError('STATE_ILLEGAL', `The host "${host.name}" of the VM "${vm.name}" is ${spaced(host.state)}`, {
      rule: 'O1',
      field: 'host',
      remedy: note('It must be up. Activate it first.'),
    });
  }
}

/** Ids of VMs by their host; those without a host have no data anywhere. */
export function byHost(vms: Iterable<{ readonly id: string; readonly hostId: string | null }>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, hostId } of vms) {
    if (hostId === null) continue;
    groups.set(hostId, [...(groups.get(hostId) ?? []), id]);
  }
  return groups;
}

/** Locks these VMs for others, with the reason. */
export function lock(tx: Repositories, vms: readonly VmRow[], reason: VmReason): void {
  for (const { id } of vms) tx.vms.update(id, { state: 'image_locked', reason });
}

export const snapshotsOn = (core: Core, hostId: string): SnapshotDriver => core.actors.get(hostId).driver.vms.snapshots;

/**
 * Runs a job's work on a group while holding the turns of all its VMs, host by host in one global order, and then sets each VM that
 * is still locked to the state that its host reports.
 */
export async function inTurns(
  core: Core,
  job: RunningJob,
  vmIds: readonly string[],
  work: (hosts: ReadonlyMap<string, readonly string[]>) => Promise<void>,
): Promise<void> {
  const hosts = byHost(vmIds.flatMap((id) => core.store.vms.get(id) ?? []));
  const order = [...hosts.keys()].sort();
  const hold = (at: number): Promise<void> => {
    const hostId = order[at];
    if (hostId === undefined) return work(hosts);
    return core.busy.turns(hostId, hosts.get(hostId) ?? [], job.signal, async () => {
      // A job that a new engine resumed may get here before its host is connected.
      await core.actors.get(hostId).connect();
      return hold(at + 1);
    });
  };
  try {
    await hold(0);
  } finally {
    await unlock(core, job, vmIds);
  }
}

/** Sets VMs that are still locked to the states that their hosts report. */
export async function unlock(core: Core, job: RunningJob, vmIds: readonly string[]): Promise<void> {
  const locked = (): VmRow[] =>
    vmIds.flatMap((id) => core.store.vms.get(id) ?? []).filter((vm) => vm.state === 'image_locked');
  const seen = new Map<string, VmState>();
  for (const hostId of byHost(locked()).keys()) {
    for (const [id, state] of await statesOn(core, hostId)) seen.set(id, state);
  }
  const now = instant(core.clock.now());
  const letGo = (tx: Repositories): void => {
    const emit = emitter(tx, job.actor, now);
    for (const vm of locked()) {
      const state = vm.hostId === null ? 'down' : (seen.get(vm.id) ?? 'unknown');
      tx.vms.update(vm.id, { state, reason: null, startedAt: isRunning(state) ? (vm.startedAt ?? now) : null });
      emit('vm.state', 'normal', say('vm.state', { vm: vm.name, state }), {
        vmId: vm.id,
        ...(vm.hostId === null ? {} : { hostId: vm.hostId }),
        jobId: job.id,
      });
    }
  };
  await job.written(() => core.store.transaction(letGo));
  for (const hostId of new Set(seen.size > 0 ? byHost(vmIds.flatMap((id) => core.store.vms.get(id) ?? [])).keys() : []))
    core.actors.find(hostId)?.nudge();
}

/** The host's report on the VMs that the database has on it; a VM that it does not know is down. Null if it does not answer. */
async function statesOn(core: Core, hostId: string): Promise<Map<string, VmState>> {
  const states = new Map<string, VmState>();
  try {
    const actor = core.actors.get(hostId);
    const { vms } = await actor.exclusive(AbortSignal.timeout(PATIENCE_MS), (signal) => actor.driver.observe(signal));
    if (vms === null) return states;
    const reported = new Map(vms.filter((vm) => vm.ours).map((vm) => [vm.id, vm.state]));
    for (const vm of core.store.vms.ofHost(hostId)) states.set(vm.id, reported.get(vm.id) ?? 'down');
  } catch (error) {
    core.log.debug({ host: hostId, message: describeError(error).message }, 'its VMs could not be observed');
  }
  return states;
}
