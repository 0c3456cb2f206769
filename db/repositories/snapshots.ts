import type { Repositories } from '../../engine/ports/store';
import { type Context, RowTable } from '../row-table';
import { snapshots, snapshotVms } from '../tables';
import { byId } from './by-id';

export function snapshotRepository(context: Context): Repositories['snapshots'] {
  const table = new RowTable(context, snapshots, {
    subject: 'snapshot',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'snapshot', id }],
  });
  const byName = table.select('WHERE name = ? ORDER BY rowid');
  const ofVm = table.select('WHERE id IN (SELECT snapshot_id FROM snapshot_vms WHERE vm_id = ?) ORDER BY rowid');
  return {
    ...byId(table),
    byName: (name) => byName.all(name),
    ofVm: (vmId) => ofVm.all(vmId),
  };
}

export function snapshotVmRepository(context: Context): Repositories['snapshotVms'] {
  const table = new RowTable(context, snapshotVms, {
    subject: 'VM of a snapshot',
    key: ['snapshotId', 'vmId'],
    touches: ({ snapshotId }) => [{ kind: 'snapshot', id: snapshotId }],
  });
  const ofSnapshot = table.select('WHERE snapshot_id = ? ORDER BY rowid');
  return {
    ofSnapshot: (id) => ofSnapshot.all(id),
    insert: (row) => table.insert(row),
  };
}
