import type { Repositories } from '../../engine/ports/store';
import { type Context, RowTable } from '../row-table';
import { takeOvers } from '../tables';

export function takeOverRepository(context: Context): Repositories['takeOvers'] {
  const table = new RowTable(context, takeOvers, {
    subject: 'take-over of a host',
    key: ['hostId'],
    touches: ({ hostId }) => [{ kind: 'host', id: hostId }],
  });
  return {
    get: (hostId) => table.get(hostId),
    put: (row) => {
      if (table.get(row.hostId)) table.remove(row.hostId);
      table.insert(row);
    },
    remove: (hostId) => void table.remove(hostId),
  };
}
