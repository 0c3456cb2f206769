import type { Snapshot } from '../../contract';
import type { Repositories, SnapshotRow } from '../ports/store';

/** A snapshot in the contract's form, with the current names of its VMs. */
export function presentSnapshot(db: Repositories, row: SnapshotRow): Snapshot {
  const vms = db.snapshotVms.ofSnapshot(row.id).map(({ vmId, hostId, withMemory }) => ({
    vmId,
    hostId,
    withMemory,
    name: db.vms.get(vmId)?.name ?? vmId,
  }));
  return { ...row, vms };
}
