import type { Repositories } from '../../engine/ports/store';
import { type Context, RowTable } from '../row-table';
import { leftovers } from '../tables';

export function leftoverRepository(context: Context): Repositories['leftovers'] {
  const table = new RowTable(context, leftovers, {
    subject: 'leftover of a VM',
    key: ['vmId', 'hostId'],
    touches: () => [],
  });
  const ofHost = table.select('WHERE host_id = ? ORDER BY rowid');
  return {
    get: ({ vmId, hostId }) => table.get(vmId, hostId),
    ofHost: (hostId) => ofHost.all(hostId),
    insert: (row) => table.insert(row),
    remove: ({ vmId, hostId }) => void table.remove(vmId, hostId),
  };
}
