import type { Repositories } from '../../engine/ports/store';
import { type Context, RowTable } from '../row-table';
import { islandNotes } from '../tables';

export function noteRepository(context: Context): Repositories['notes'] {
  const table = new RowTable(context, islandNotes, {
    subject: 'note on an island',
    key: ['networkId', 'hostId'],
    touches: ({ networkId, hostId }) => [{ kind: 'note', id: `${networkId}/${hostId}` }],
  });
  const all = table.select('ORDER BY rowid');
  return {
    list: () => all.all(),
    get: ({ networkId, hostId }) => table.get(networkId, hostId),
    put: (row) =>
      context.unit.write(() => {
        const { networkId, hostId, note } = row;
        if (table.get(networkId, hostId)) table.update([networkId, hostId], { note });
        else table.insert(row);
      }),
    remove: ({ networkId, hostId }) => void table.remove(networkId, hostId),
  };
}
