import type { EndedJob } from '../core/jobs/job-kinds';
import { AppError, type Vm, say } from '../../contract';
import type { Core } from '../context';
import type { JobDraft, Outcome, Scope } from '../core/scope';
import { describeError } from '../core/errors';
import { assertSubjectExists } from '../core/jobs/again';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { MoveChoice, VmPart } from '../ports/host-driver';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import { assertHostInCluster } from './add-vm';
import { networksOf } from './choose-host';
import { MOVE_JOB, type MovePayload } from './move-job';
import { Moving } from './moving';
import { assertSameKindOfHost, assertNoSnapshots, ruleO2HostCanKeep, assertSourceReadable } from './move-rules';
import { inspectParts } from './definition-parts';
import { presentVm } from './present';
import { assertVmStateAllows } from './rules';
import { warnIfSplit } from './warn-if-split';
import { VmTurn } from './vm-turn';

/** `vms.move`: a VM that was never started is only a row; otherwise its disks move first. */
export function moveVmHandler(
  scope: Scope,
  input: { readonly vm: string; readonly host: string } & Partial<MoveChoice>,
): Outcome<{ vm: Vm }> {
  const { tx, refs, emit } = scope;
  const vm = refs.vm(input.vm);
  const to = refs.host(input.host);
  const answer = (patch: Partial<VmRow> = {}): { vm: Vm } => ({ vm: presentVm(tx, { ...vm, ...patch }) });
  if (vm.hostId === to.id)
    return { output: answer(), lines: [say('preview.vm.already_on', { vm: vm.name, host: to.name })] };
  const from = rulesOfAMove(tx, vm, to);
  const moved = { ...vm, hostId: to.id };
  const networks = networksOf(tx, vm);
  if (!from) {
    tx.vms.update(vm.id, { hostId: to.id });
    emit('vm.updated', 'normal', say('vm.placed', { vm: vm.name, host: to.name }), { vmId: vm.id, hostId: to.id });
    return {
      output: answer({ hostId: to.id }),
      lines: [say('preview.vm.assign', { vm: vm.name, host: to.name }), ...warnIfSplit(tx, emit, moved, networks)],
    };
  }
  const choice: MoveChoice = { carry: input.carry ?? [], leave: input.leave ?? [] };
  const lines = [
    say('preview.vm.move', { vm: vm.name, from: from.name, to: to.name }),
    ...(choice.carry.length === 0 ? [] : [say('preview.vm.carry', { parts: [...choice.carry] })]),
    ...(choice.leave.length === 0 ? [] : [say('preview.vm.leave', { parts: [...choice.leave] })]),
    ...warnIfSplit(tx, emit, moved, networks),
  ];
  const foresees = (db: Repositories): void => db.vms.update(vm.id, { hostId: to.id });
  return { output: answer(), lines, job: beginMove(tx, vm, from, to, choice), foresees };
}

/**
 * `vms.additions`: the parts of a VM's definition, as its host has it now, that a move asks about; accepted in an earlier one or
 * not.
 */
export async function additionsOf(core: Core, ref: string, signal: AbortSignal): Promise<Addition[]> {
  const vm = core.refs.vm(ref);
  if (vm.hostId === null) return [];
  assertVmStateAllows(vm, 'move');
  const parts = await inspectParts(core, vm, signal);
  const accepted = new Set(core.store.acceptedParts.ofVm(vm.id));
  return parts.map((part) => ({ ...part, accepted: part.canCarry && accepted.has(part.id) }));
}

type Addition = VmPart & { readonly accepted: boolean };

/** A retry of a failed move: the VM may have moved, or run, in the meantime. */
export function moveAgain(scope: Scope, job: EndedJob<MovePayload>): Outcome<object> {
  const { vmId, toId, choice } = job.payload;
  const vm = assertSubjectExists(scope.tx.vms.get(vmId));
  const to = assertSubjectExists(scope.tx.hosts.get(toId));
  return moveVmHandler(scope, { vm: vm.id, host: to.id, ...choice });
}

/** The rules of a move. Returns the host that has the VM's disks; undefined if it was never put on one. */
export function rulesOfAMove(tx: Repositories, vm: VmRow, to: HostRow): HostRow | undefined {
  assertVmStateAllows(vm, 'move');
  const cluster = tx.clusters.get(vm.clusterId) ?? { id: vm.clusterId, name: vm.clusterId };
  assertHostInCluster(to, cluster);
  const from = vm.hostId === null ? undefined : tx.hosts.get(vm.hostId);
  if (from) {
    assertSameKindOfHost(vm, from, to);
    assertSourceReadable(vm, from);
  }
  if (from) assertNoSnapshots(vm, tx.snapshots.ofVm(vm.id));
  ruleO2HostCanKeep(tx, vm, to);
  return from;
}

/** Locks the VM and returns the job that moves it. For use in the command's transaction. */
export function beginMove(
  tx: Repositories,
  vm: VmRow,
  from: HostRow,
  to: HostRow,
  choice: MoveChoice = { carry: [], leave: [] },
): JobDraft {
  lock(tx, vm.id, to);
  const payload: MovePayload = { vmId: vm.id, fromId: from.id, toId: to.id, choice };
  const steps = [
    { title: say('step.vm.inspect_disks', { host: from.name }), hostId: from.id },
    { title: say('step.vm.copy_disks', { host: to.name }), hostId: to.id },
    { title: say('step.vm.define_copy', { host: to.name }), hostId: to.id },
    { title: say('step.vm.remove_source', { host: from.name }), hostId: from.id },
  ];
  const title = say('vms.move', { vm: vm.name, host: to.name });
  return { kind: MOVE_JOB, title, payload, subjects: { vmId: vm.id, hostId: to.id }, steps };
}

/** From now on data of the VM may exist on the target host; that is recorded before it is true. */
function lock(tx: Repositories, vmId: string, to: Pick<HostRow, 'id' | 'name'>): void {
  tx.vms.update(vmId, { state: 'image_locked', reason: say('reason.vm.moving', { host: to.name }) });
  const leftover = { vmId, hostId: to.id };
  if (!tx.leftovers.get(leftover)) tx.leftovers.insert(leftover);
}

/**
 * Moves a VM. The row names its host, and changes in the single transaction of step 3, when the other host has all of it:
 *
 *     copy aside -> verify -> land (defined there) -> ROW -> remove from the old host
 *     cancelled, failed, killed before ROW: it is on the old host, and the copy is removed
 *     killed after ROW: it is on the new host, and the old data is removed
 *
 * Data to be removed is in `leftovers` before it exists, so that the next run finds it (engine/vms/leftovers).
 */
export async function runMove(core: Core, job: RunningJob<MovePayload>): Promise<void> {
  const payload = job.payload;
  const { vmId, fromId, toId } = payload;
  const moving = new Moving(core, job, payload);
  let isTurn = false;
  try {
    await core.busy.alone(fromId, vmId, job.signal, async () => {
      isTurn = true;
      const vm = core.store.vms.get(vmId);
      if (vm && vm.hostId !== toId) await copyOver(core, job, moving);
      else
        for (const step of [1, 2, 3])
          job.skip(step, vm ? say('result.already_there', {}) : say('result.vm_removed', {}));
      await moving.clearSource();
    });
  } catch (error) {
    if (!isTurn && !job.stopping) await job.written(() => unlock(core, job, fromId));
    throw error;
  }
}

/** A job that was cancelled while it waited for its turn has done nothing: the VM is unchanged. */
function unlock(core: Core, job: RunningJob<MovePayload>, fromId: string): void {
  const { vmId } = job.payload;
  const turn = new VmTurn(core, job, vmId, fromId);
  const vm = core.store.vms.get(vmId);
  if (vm?.state === 'image_locked' && vm.hostId === fromId) turn.become('down');
}

async function copyOver(core: Core, job: RunningJob, moving: Moving): Promise<void> {
  const { vmId, fromId, toId } = moving.ids;
  const turn = new VmTurn(core, job, vmId, fromId);
  await job.written(() => resume(core, turn, toId));
  try {
    await moving.copyAndLand();
  } catch (error) {
    await rollBack(moving, turn, error, core.store.hosts.get(toId)?.name ?? toId);
    throw error;
  }
}

/** A job that runs again finds the VM as its last attempt left it. */
function resume(core: Core, turn: VmTurn, toId: string): void {
  if (turn.vm.state !== 'image_locked') assertVmStateAllows(turn.vm, 'move');
  const to = core.store.hosts.get(toId);
  if (!to) throw new AppError('NOT_FOUND', 'The host was removed in the meantime', { field: 'host' });
  turn.write((tx) => lock(tx, turn.vm.id, to));
}

/** The VM is on its old host unchanged; the partial copy is removed now, or when its host answers again. */
async function rollBack(moving: Moving, turn: VmTurn, error: unknown, to: string): Promise<void> {
  if (turn.vm.hostId !== turn.hostId) return;
  await moving.clear(moving.ids.toId);
  const cancelled = error instanceof AppError && error.code === 'CANCELLED';
  const { message, remedy } = describeError(error);
  await turn.job.written(() =>
    turn.write((tx, emit) => {
      tx.vms.update(turn.vm.id, {
        state: 'down',
        reason: cancelled ? null : say('reason.vm.move_failed', { host: to, error: message, remedy }),
      });
      if (!cancelled)
        emit('vm.move_failed', 'error', say('vm.move_failed', { vm: turn.vm.name, host: to, error: message }));
    }),
  );
}
