import { type Undoable, say } from '../../contract';
import type { DiskRow, VmRow } from '../ports/store';
import { presentDisk } from './disk-rows';

/** A new disk, for undo: it is removed. */
export const addedUndo = (vm: Pick<VmRow, 'id' | 'name'>, disk: Pick<DiskRow, 'id' | 'name'>): Undoable => ({
  words: say('undo.disk.added', { disk: disk.name, vm: vm.name }),
  change: { kind: 'disk.added', vmId: vm.id, diskId: disk.id },
});

/** A restored disk, for undo: it is removed again. */
export const restoredUndo = (vm: Pick<VmRow, 'id' | 'name'>, disk: Pick<DiskRow, 'id' | 'name'>): Undoable => ({
  ...addedUndo(vm, disk),
  words: say('undo.disk.restored', { disk: disk.name, vm: vm.name }),
});

/** A disk that was moved to another VM, for undo: it is moved back, under its former name. */
export const movedDiskUndo = (from: VmRow, to: Pick<VmRow, 'id' | 'name'>, disk: DiskRow): Undoable => ({
  words: say('undo.disk.moved', { disk: disk.name, from: from.name, to: to.name }),
  change: { kind: 'disk.moved', diskId: disk.id, was: from.id, now: to.id, name: disk.name },
});

/** A removed disk, for undo. `trashed`: its file is in the trash of its host. */
export const removedUndo = (vm: VmRow, disk: DiskRow, trashed: boolean): Undoable => ({
  words: say('undo.disk.removed', { disk: disk.name, vm: vm.name }),
  change: { kind: 'disk.removed', disk: presentDisk(disk, vm), position: disk.position, trashed },
});
