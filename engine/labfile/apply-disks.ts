import { AppError, type DiskDraft, type LabFileVm, note, parseDiskSize, run, say, sizeText } from '../../contract';
import type { DiskRow, VmRow } from '../ports/store';
import { diskLines } from '../vms/disk-commands';
import { newDisk } from '../vms/disk-rows';
import { assertVmStateAllows } from '../vms/rules';
import { type Applying, isAnother } from './applying';

type Entry = NonNullable<LabFileVm['disks']>[number];

/** A disk of the file as a command would name it. */
export function diskDraft(entry: Entry): DiskDraft {
  const { name, size, bus = 'virtio', format = 'qcow2', readOnly = false, discard = false } = entry;
  return { name, sizeBytes: parseDiskSize(size) ?? 0, bus, format, readOnly, discard };
}

/** A disk of a VM as the file names it, without what is the default. Its content is not in the file. */
export function diskEntry({ name, sizeBytes, bus, format, readOnly, discard }: DiskRow): Entry {
  return {
    ...{ name, size: sizeText(sizeBytes) },
    ...(bus === 'virtio' ? {} : { bus }),
    ...(format === 'qcow2' ? {} : { format }),
    ...(readOnly ? { readOnly } : {}),
    ...(discard ? { discard } : {}),
  };
}

/** The disks of an existing VM; those that the file does not name stay. New ones are created at its next start. */
export function applyDisks(applying: Applying, vm: VmRow, entries: readonly Entry[]): void {
  const { tx, emit } = applying.scope;
  const present = new Map(tx.disks.ofVm(vm.id).map((disk) => [disk.name, disk]));
  for (const entry of entries) {
    const found = present.get(entry.name);
    if (found) {
      assertSame(vm, found, entry);
      continue;
    }
    assertVmStateAllows(vm, 'editHardware');
    const disk = newDisk(tx, vm, diskDraft(entry));
    tx.disks.insert(disk);
    const named = { disk: disk.name, vm: vm.name, bytes: disk.sizeBytes };
    emit('disk.added', 'normal', say('disk.added', named), { vmId: vm.id });
    applying.add(...diskLines([disk], { ...vm, hostId: null }));
  }
}

/** Bad: another bus for a disk that exists: its guest may not find it again. */
function assertSame(vm: VmRow, found: DiskRow, entry: Entry): void {
  const { sizeBytes, ...draft } = diskDraft(entry);
  const { bus, format, readOnly, discard } = found;
  const hint = 'Give the disk in the file another name, or remove the existing one.';
  const named = { bus: entry.bus, format: entry.format, readOnly: entry.readOnly, discard: entry.discard };
  const is = { bus, format, readOnly, discard };
  const differs = (Object.keys(is) as Array<keyof typeof is>).find(
    (key) => named[key] !== undefined && draft[key] !== is[key],
  );
  if (differs !== undefined)
    throw isAnother(`The disk "${found.name}" of "${vm.name}" exists with another ${differs}`, hint);
  if (sizeBytes === found.sizeBytes) return;
  throw new AppError('CONFLICT', `The disk "${found.name}" of "${vm.name}" exists with another size`, {
    remedy:
      sizeBytes > found.sizeBytes
        ? run('disks.resize', { vm: vm.name, disk: found.name, sizeBytes }, 'Grow it first.')
        : note(hint),
  });
}
