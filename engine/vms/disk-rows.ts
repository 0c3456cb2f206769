import type { Disk, DiskDraft } from '../../contract';
import { newId } from '../core/ids';
import type { DiskSpec } from '../ports/host-driver';
import type { DiskRow, Repositories, VmRow } from '../ports/store';
import { assertBusTakes, assertDiskNameUnique, assertDisksFit } from './disk-rules';

/** A disk in the contract's form. */
export const presentDisk = ({ position: _position, ...disk }: DiskRow, vm: Pick<VmRow, 'hostId'>): Disk => ({
  ...disk,
  hostId: vm.hostId,
});

/** A disk in the form of a driver. */
export function diskSpec({ id, bus, format, sizeBytes, readOnly, discard }: DiskRow): DiskSpec {
  return { id, bus, format, sizeBytes, readOnly, discard };
}

/** A new disk like this one, as its user would name it. */
export function draftOfDisk({
  name,
  sizeBytes,
  bus,
  format,
  readOnly,
  discard,
}: DiskRow): DiskDraft & { name: string } {
  return { name, sizeBytes, bus, format, readOnly, discard };
}

/** A new disk of a VM, by the rules; not written yet. */
export function newDisk(tx: Pick<Repositories, 'disks'>, vm: VmRow, draft: DiskDraft): DiskRow {
  const others = tx.disks.ofVm(vm.id);
  assertDisksFit(vm, others.length + 1);
  assertBusTakes(draft);
  const name = draft.name ?? freeName(others);
  assertDiskNameUnique(vm, name, others);
  const { sizeBytes, bus, format, readOnly, discard } = draft;
  const position = Math.max(-1, ...others.map((other) => other.position)) + 1;
  const id = newId();
  return { id, vmId: vm.id, hostId: null, position, name, bus, format, sizeBytes, readOnly, discard, path: null };
}

/** Writes a disk again that a VM had; it is last if another one has its position. */
export function readdDisk(tx: Pick<Repositories, 'disks'>, vm: VmRow, was: Disk, place: number): DiskRow {
  const others = tx.disks.ofVm(vm.id);
  assertDisksFit(vm, others.length + 1);
  assertDiskNameUnique(vm, was.name, others);
  const taken = others.map((other) => other.position);
  const position = taken.includes(place) ? Math.max(...taken) + 1 : place;
  const row: DiskRow = { ...was, vmId: vm.id, hostId: null, position };
  tx.disks.insert(row);
  return row;
}

/** `disk1`, `disk2`, ... as the vNICs are counted. */
function freeName(others: readonly DiskRow[]): string {
  const taken = new Set(others.map((other) => other.name));
  for (let n = 1; ; n += 1) if (!taken.has(`disk${n}`)) return `disk${n}`;
}
