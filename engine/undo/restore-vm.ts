import type { VmPayload } from '../core/jobs/payload';
import { type ChangeOf, type Undoable, type EventMessage, type Written, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { VmRow } from '../ports/store';
import { namesakes } from '../vms/add-vm';
import { readdDisk } from '../vms/disk-rows';
import { presentVm } from '../vms/present';
import { ruleO5VmNameIsUnique } from '../vms/rules';
import { readdVnic } from '../vms/vnic-rows';
import { VmTurn, inTurn } from '../vms/vm-turn';

/** The job that restores disks from the trash. */
export const RESTORE_VM = 'undo.run';

/**
 * Writes a removed VM again, down, with its ids, vNICs and forwards. One with disks is locked until its host has restored them; its
 * definition is written at its next start, as always.
 */
export function restoreVm(scope: Scope, { vm, forwards, trashed }: ChangeOf<'vm.removed'>): Outcome<object> {
  const { tx, emit } = scope;
  ruleO5VmNameIsUnique(vm.name, namesakes(scope, vm.name, vm.dataCenterId));
  const { vnics, disks, ...fields } = vm;
  const row: VmRow = {
    ...fields,
    state: trashed ? 'image_locked' : 'down',
    reason: trashed ? say('reason.vm.restoring', {}) : null,
    guest: null,
    startedAt: null,
  };
  tx.vms.insert(row);
  disks.forEach((disk, place) => readdDisk(tx, row, trashed ? disk : { ...disk, path: null }, place));
  vnics.forEach((vnic, place) => readdVnic(scope, row, vnic, place));
  for (const { address: _address, ...forward } of forwards)
    tx.forwards.insert({ ...forward, state: 'pending', message: null });
  const lines = [say('preview.vm.restore', { vm: vm.name, withDisks: trashed })];
  const output = { vm: presentVm(tx, row) };
  if (!trashed || vm.hostId === null) {
    emit('vm.added', 'normal', restoredMessage(row), { vmId: vm.id, clusterId: vm.clusterId }, undoOf(row));
    return { output, lines };
  }
  const host = tx.hosts.get(vm.hostId);
  const steps = [{ title: say('step.vm.restore_disks', { host: host?.name ?? vm.hostId }), hostId: vm.hostId }];
  const subjects = { vmId: vm.id, hostId: vm.hostId };
  const title = say('vms.bring_back', { vm: vm.name });
  return { output, lines, job: { kind: RESTORE_VM, title, payload: { vmId: vm.id }, subjects, steps } };
}

const restoredMessage = ({ name }: VmRow): Written<EventMessage> => say('vm.brought_back', { vm: name });
const undoOf = ({ id, name }: VmRow): Undoable => ({
  words: say('undo.vm.restored', { vm: name }),
  change: { kind: 'vm.added', vmId: id },
});

/** Restores the disks. If that fails, or is cancelled, the VM is removed again and its disks stay in the trash. */
export async function runRestoreVm(core: Core, job: RunningJob<VmPayload>): Promise<void> {
  const { vmId } = job.payload;
  if (core.store.vms.get(vmId)?.state !== 'image_locked') return job.skip(1, say('result.nothing_to_restore', {}));
  try {
    await inTurn(core, job, vmId, (turn) =>
      job.step(1, async (signal) => {
        await turn.driver.untrash(vmId, signal);
        await job.written(() =>
          turn.write((tx, emit) => {
            tx.trash.remove(vmId);
            tx.vms.update(vmId, { state: 'down', reason: null });
            emit('vm.added', 'normal', restoredMessage(turn.vm), undoOf(turn.vm));
          }),
        );
        return null;
      }),
    );
  } catch (error) {
    if (!job.stopping) await job.written(() => rollBack(core, job, vmId, error));
    throw error;
  }
}

function rollBack(core: Core, job: RunningJob, vmId: string, why: unknown): void {
  const vm = core.store.vms.get(vmId);
  if (vm?.state !== 'image_locked' || vm.hostId === null) return;
  new VmTurn(core, job, vmId, vm.hostId).write((tx, emit) => {
    tx.vms.remove(vmId);
    emit('vm.removed', 'error', say('vm.bring_back_failed', { vm: vm.name, error: describeError(why).message }));
  });
}
