import type { Vm, Vnic } from '../../contract';
import type { Repositories, VmRow, VnicRow } from '../ports/store';

/** A vNIC in the contract's form. */
export function presentVnic({ position: _position, ...vnic }: VnicRow): Vnic {
  return vnic;
}

/** A VM in the contract's form. */
export function presentVm(db: Repositories, row: VmRow): Vm {
  return { ...row, vnics: db.vnics.ofVm(row.id).map(presentVnic) };
}

/** Above this number of VMs one read of all vNICs is cheaper than one read for each VM. */
const FEW = 50;

/** Many VMs in the contract's form. */
export function presentVms(db: Repositories, rows: readonly VmRow[]): Vm[] {
  if (rows.length <= FEW) return rows.map((row) => presentVm(db, row));
  const vnics = new Map(rows.map((row) => [row.id, [] as Vnic[]]));
  for (const vnic of db.vnics.list()) vnics.get(vnic.vmId)?.push(presentVnic(vnic));
  return rows.map((row) => ({ ...row, vnics: vnics.get(row.id) ?? [] }));
}
