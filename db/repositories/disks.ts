import type { DiskRow, Repositories } from '../../engine/ports/store';
import { type Context, Query, RowTable, selection } from '../row-table';
import { disks } from '../tables';

export function diskRepository(context: Context): Repositories['disks'] {
  const table = new RowTable(context, disks, {
    subject: 'disk',
    key: ['id'],
    touches: ({ vmId }) => (vmId === null ? [] : [{ kind: 'vm', id: vmId }]),
  });
  const all = new Query<DiskRow>(
    context.sqlite,
    selection(disks),
    'FROM disks LEFT JOIN vms ON vms.id = disks.vm_id ORDER BY vms.rowid, disks.position',
  );
  const ofVm = table.select('WHERE vm_id = ? ORDER BY position');
  return {
    get: (id) => table.get(id),
    list: () => all.all(),
    ofVm: (vmId) => ofVm.all(vmId),
    insert: (row) => table.insert(row),
    update: (id, patch) => table.update([id], patch),
    remove: (id) => void table.remove(id),
  };
}
