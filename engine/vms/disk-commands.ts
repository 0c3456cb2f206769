import { BOOT_DISK, type ChangeOf, type Disk, type DiskDraft, type PreviewLine, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import type { DiskRow, VmRow } from '../ports/store';
import { diskJob } from './disk-jobs';
import { newDisk, presentDisk, readdDisk } from './disk-rows';
import { assertBootDiskGrows, assertBusIsHot, assertGrows, assertNoSnapshotHas } from './disk-rules';
import { addedUndo, removedUndo, restoredUndo } from './disk-undo';
import { assertVmStateAllows } from './rules';

interface Ref {
  readonly vm: string;
  readonly disk: string;
}

function editable(scope: Scope, input: Ref, action: 'editDisks' | 'growDisk'): { vm: VmRow; disk: DiskRow } {
  const vm = scope.refs.vm(input.vm);
  const disk = scope.refs.disk(vm.id, input.disk);
  assertVmStateAllows(vm, action);
  return { vm, disk };
}

const addLine = (vm: VmRow, { name, sizeBytes: bytes, format, bus }: DiskRow): PreviewLine =>
  say('preview.disk.add', { disk: name, vm: vm.name, bytes, format, bus, atStart: vm.hostId === null });

/** The disks of a new VM, as lines of a dry run. */
export const diskLines = (disks: readonly DiskRow[], vm: VmRow): PreviewLine[] =>
  disks.map((disk) => addLine(vm, disk));

/** `disks.add`: on a VM that has a host the job creates the file, and only then the row is written. */
export function addDiskHandler(scope: Scope, input: DiskDraft & { readonly vm: string }): Outcome<{ disk: Disk }> {
  const { tx } = scope;
  const { vm: ref, ...draft } = input;
  const vm = scope.refs.vm(ref);
  assertVmStateAllows(vm, 'editDisks');
  const disk = newDisk(tx, vm, draft);
  assertBusIsHot(vm, disk, 'bus');
  const named = { disk: disk.name, vm: vm.name };
  const lines = [addLine(vm, disk)];
  const output = { disk: presentDisk(disk, vm) };
  if (vm.hostId !== null) return { output, lines, job: diskJob('disks.add', vm, { kind: 'add', disk }, disk.name) };
  tx.disks.insert(disk);
  scope.emit(
    'disk.added',
    'normal',
    say('disk.added', { ...named, bytes: disk.sizeBytes }),
    { vmId: vm.id },
    addedUndo(vm, disk),
  );
  return { output, lines };
}

/** `disks.resize` */
export function resizeDiskHandler(
  scope: Scope,
  input: Ref & { readonly sizeBytes: number },
): Outcome<{ disk: Disk | null }> {
  if (input.disk === BOOT_DISK) return resizeBootDisk(scope, input);
  const { vm, disk } = editable(scope, input, 'growDisk');
  const { sizeBytes } = input;
  assertGrows(disk, sizeBytes);
  const named = { disk: disk.name, vm: vm.name };
  const lines = [say('preview.disk.resize', { ...named, was: disk.sizeBytes, now: sizeBytes })];
  const output = { disk: presentDisk({ ...disk, sizeBytes }, vm) };
  if (vm.hostId !== null)
    return {
      output,
      lines,
      job: diskJob('disks.resize', vm, { kind: 'resize', diskId: disk.id, sizeBytes }, disk.name),
    };
  scope.tx.disks.update(disk.id, { sizeBytes });
  scope.emit('disk.resized', 'normal', say('disk.resized', { ...named, bytes: sizeBytes }), { vmId: vm.id });
  return { output, lines };
}

/** The disk of an image, whose size only its host knows if nobody asked for one: the job compares it. */
function resizeBootDisk(scope: Scope, input: Ref & { readonly sizeBytes: number }): Outcome<{ disk: null }> {
  const { tx } = scope;
  const vm = scope.refs.vm(input.vm);
  assertVmStateAllows(vm, 'growDisk');
  const { boot } = vm;
  assertBootDiskGrows(vm);
  const { sizeBytes } = input;
  const image = boot.kind === 'image' && boot.imageId !== null ? tx.images.get(boot.imageId) : undefined;
  const was = Math.max(image?.virtualBytes ?? 0, boot.kind === 'image' ? (boot.diskBytes ?? 0) : 0);
  assertGrows({ name: BOOT_DISK, sizeBytes: was }, sizeBytes);
  const lines = [say('preview.disk.resize', { disk: BOOT_DISK, vm: vm.name, was, now: sizeBytes })];
  if (vm.hostId !== null)
    return {
      output: { disk: null },
      lines,
      job: diskJob('disks.resize', vm, { kind: 'resize', diskId: null, sizeBytes }, BOOT_DISK),
    };
  if (boot.kind === 'image') tx.vms.update(vm.id, { boot: { ...boot, diskBytes: sizeBytes } });
  const message = say('disk.resized', { disk: BOOT_DISK, vm: vm.name, bytes: sizeBytes });
  scope.emit('disk.resized', 'normal', message, { vmId: vm.id });
  return { output: { disk: null }, lines };
}

/** `disks.remove` */
export function removeDiskHandler(scope: Scope, input: Ref): Outcome<object> {
  const { vm, disk } = editable(scope, input, 'editDisks');
  assertBusIsHot(vm, disk, 'disk');
  assertNoSnapshotHas(scope.tx, vm, disk);
  const named = { disk: disk.name, vm: vm.name };
  const lines = [say('preview.disk.remove', named)];
  if (vm.hostId !== null)
    return { output: {}, lines, job: diskJob('disks.remove', vm, { kind: 'remove', diskId: disk.id }, disk.name) };
  scope.tx.disks.remove(disk.id);
  const undo = removedUndo(vm, disk, false);
  scope.emit('disk.removed', 'normal', say('disk.removed', named), { vmId: vm.id }, undo);
  return { output: {}, lines };
}

/** Undoes a removal: the disk is written again once its file is back from the trash. */
export function restoreDisk(scope: Scope, removed: ChangeOf<'disk.removed'>): Outcome<object> {
  const { tx, emit } = scope;
  const { disk, position, trashed } = removed;
  const vm = scope.refs.vm(disk.vmId ?? '');
  assertVmStateAllows(vm, 'editDisks');
  assertBusIsHot(vm, disk, 'disk');
  const named = { disk: disk.name, vm: vm.name };
  const lines = [say('preview.disk.restore', named)];
  const row: DiskRow = { ...disk, hostId: null, position };
  if (trashed)
    return { output: {}, lines, job: diskJob('disks.bring_back', vm, { kind: 'restore', disk: row }, disk.name) };
  readdDisk(tx, vm, { ...disk, path: null }, position);
  emit('disk.added', 'normal', say('disk.brought_back', named), { vmId: vm.id }, restoredUndo(vm, disk));
  return { output: {}, lines };
}
