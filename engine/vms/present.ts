import type { Disk, Vm, Vnic } from '../../contract';
import type { Repositories, VmRow, VnicRow } from '../ports/store';
import { presentHardware } from './boot-order';
import { presentDisk } from './disk-rows';
import { knownGuest } from '../guests/guest-rows';

/** A vNIC in the contract's form. */
export function presentVnic({ position: _position, ...vnic }: VnicRow): Vnic {
  return vnic;
}

/** A VM in the contract's form. */
export function presentVm(db: Repositories, row: VmRow): Vm {
  const disks = db.disks.ofVm(row.id).map((disk) => presentDisk(disk, row));
  return {
    ...row,
    hardware: presentHardware(db, row),
    guest: knownGuest(row),
    disks,
    vnics: db.vnics.ofVm(row.id).map(presentVnic),
  };
}

/** Above this number of VMs one read of all vNICs and disks is cheaper than one read for each VM. */
const FEW = 50;

/** Many VMs in the contract's form. */
export function presentVms(db: Repositories, rows: readonly VmRow[]): Vm[] {
  if (rows.length <= FEW) return rows.map((row) => presentVm(db, row));
  const vnics = new Map(rows.map((row) => [row.id, [] as Vnic[]]));
  for (const vnic of db.vnics.list()) vnics.get(vnic.vmId)?.push(presentVnic(vnic));
  const disks = new Map<string, Disk[]>();
  const hostIds = new Map(rows.map(({ id, hostId }) => [id, hostId]));
  for (const disk of db.disks.list()) {
    if (disk.vmId === null || !vnics.has(disk.vmId)) continue;
    const shown = presentDisk(disk, { hostId: hostIds.get(disk.vmId) ?? null });
    disks.set(disk.vmId, [...(disks.get(disk.vmId) ?? []), shown]);
  }
  return rows.map((row) => ({
    ...row,
    hardware: presentHardware(db, row),
    guest: knownGuest(row),
    disks: disks.get(row.id) ?? [],
    vnics: vnics.get(row.id) ?? [],
  }));
}
