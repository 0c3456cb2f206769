import { AppError, bootDeviceName, type Hardware, type HardwareDraft, hasBootDisk, note } from '../../contract';
import type { BootTarget } from '../ports/host-driver';
import type { Repositories, VmRow } from '../ports/store';

type Db = Pick<Repositories, 'disks' | 'vnics'>;

/** What a VM can boot from: its devices by their names in a boot order, as its driver finds them. */
export function bootDevices(db: Db, vm: Pick<VmRow, 'id' | 'boot' | 'cdroms'>): Map<string, BootTarget> {
  return new Map<string, BootTarget>([
    ...(hasBootDisk(vm.boot) ? [['disk:boot', { kind: 'disk', id: null }] as const] : []),
    ...db.disks.ofVm(vm.id).map(({ id, name }) => [`disk:${name}`, { kind: 'disk', id }] as const),
    ...vm.cdroms.map(({ name }) => [`cdrom:${name}`, { kind: 'cdrom', name }] as const),
    ...db.vnics.ofVm(vm.id).map(({ name, mac }) => [`vnic:${name}`, { kind: 'vnic', mac }] as const),
  ]);
}

/** The hardware of a VM as it is now: a device that was removed stays in the stored boot order only until it returns. */
export function presentHardware(db: Db, vm: VmRow): Hardware {
  if (vm.hardware.bootOrder.length === 0) return vm.hardware;
  const present = bootDevices(db, vm);
  return { ...vm.hardware, bootOrder: vm.hardware.bootOrder.filter((device) => present.has(device)) };
}

/** A draft whose boot order names devices of the VM in full. */
export function withBootOrder(db: Db, vm: VmRow, draft: HardwareDraft): HardwareDraft {
  if (draft.bootOrder === undefined || draft.bootOrder.length === 0) return draft;
  const present = [...bootDevices(db, vm).keys()];
  const bootOrder = draft.bootOrder.map((name) => deviceOf(vm, present, name));
  const twice = bootOrder.find((device, i) => bootOrder.indexOf(device) !== i);
  if (twice !== undefined)
    throw refused(`The boot order names ${bootDeviceName(twice)} twice`, 'Name each device once.', 'CONFLICT');
  if (vm.boot.kind === 'kernel')
    throw refused(`The VM "${vm.name}" boots a kernel`, 'Leave the boot order out: none is used.', 'NOT_SUPPORTED');
  return { ...draft, bootOrder };
}

/** The settings of an earlier moment, without devices that were removed since. */
export function withPresentDevices<T extends { readonly hardware?: Hardware | undefined }>(
  { tx }: { readonly tx: Pick<Repositories, 'disks' | 'vms' | 'vnics'> },
  vmId: string,
  fields: T,
): T {
  const vm = tx.vms.get(vmId);
  if (vm === undefined || fields.hardware === undefined) return fields;
  return { ...fields, hardware: presentHardware(tx, { ...vm, hardware: fields.hardware }) };
}

/** Bad: "disk9" of a VM without it, or "data" of one with a disk and a vNIC of that name. */
function deviceOf(vm: VmRow, present: readonly string[], name: string): string {
  if (present.includes(name)) return name;
  const found = present.filter((device) => bootDeviceName(device) === name);
  const [device] = found;
  if (device !== undefined && found.length === 1) return device;
  if (found.length > 1)
    throw refused(`${name} is more than one device of "${vm.name}"`, `Name one of ${found.join(', ')}.`, 'CONFLICT');
  throw refused(
    `The VM "${vm.name}" has no device ${name} to boot from`,
    present.length === 0
      ? 'Add a disk, a CD drive or a vNIC first.'
      : `It has ${present.map(bootDeviceName).join(', ')}.`,
    'NOT_FOUND',
  );
}

const refused = (message: string, remedy: string, code: 'CONFLICT' | 'NOT_FOUND' | 'NOT_SUPPORTED'): AppError =>
  new AppError(code, message, { rule: 'HARDWARE', field: 'hardware.bootOrder', remedy: note(remedy) });
