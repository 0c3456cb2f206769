import type { Snapshot } from '../../contract';
import type { Repositories, SnapshotRow } from '../ports/store';

/** A snapshot as the contract shows it, with the names that its VMs have now. */
export function presentSnapshot(db: Repositories, row: SnapshotRow): Snapshot {
  const vms = db.snapshotVms.ofSnapshot(row.id).map(({ vmId, hostId, withMemory }) => ({
    vmId,
    hostId,
    withMemory,
    name: db.vms.get(vmId)?.name ?? vmId,
  }));
  return { ...row, vms };
}
