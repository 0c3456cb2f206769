import type { Repositories } from '../../engine/ports/store';
import { type Context, RowTable } from '../row-table';
import { trash } from '../tables';

export function trashRepository(context: Context): Repositories['trash'] {
  const table = new RowTable(context, trash, {
    subject: 'removed VM',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'trash', id }],
  });
  const all = table.select('ORDER BY rowid');
  const ofHost = table.select('WHERE host_id = ? ORDER BY rowid');
  return {
    get: (id) => table.get(id),
    list: () => all.all(),
    ofHost: (hostId) => ofHost.all(hostId),
    insert: (row) => table.insert(row),
    update: (id, patch) => table.update([id], patch),
    remove: (id) => void table.remove(id),
  };
}
