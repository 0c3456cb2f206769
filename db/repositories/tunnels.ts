import type { Repositories } from '../../engine/ports/store';
import { type Context, RowTable } from '../row-table';
import { tunnelPairs, tunnels } from '../tables';

export function tunnelRepository(context: Context): Repositories['tunnels'] {
  const table = new RowTable(context, tunnels, {
    subject: 'tunnel of a host',
    key: ['hostId'],
    touches: ({ hostId }) => [{ kind: 'host', id: hostId }],
  });
  const all = table.select('ORDER BY number');
  return {
    list: () => all.all(),
    get: (hostId) => table.get(hostId),
    insert: (row) => table.insert(row),
    update: (hostId, patch) => table.update([hostId], patch),
  };
}

export function tunnelPairRepository(context: Context): Repositories['tunnelPairs'] {
  const table = new RowTable(context, tunnelPairs, {
    subject: 'tunnel between two hosts',
    key: ['lowId', 'highId'],
    touches: ({ lowId, highId }) => [{ kind: 'tunnel', id: `${lowId}/${highId}` }],
  });
  const all = table.select('ORDER BY rowid');
  const ofHost = table.select('WHERE low_id = ? OR high_id = ? ORDER BY rowid');
  return {
    list: () => all.all(),
    get: ({ lowId, highId }) => table.get(lowId, highId),
    ofHost: (hostId) => ofHost.all(hostId, hostId),
    insert: (row) => table.insert(row),
    update: ({ lowId, highId }, patch) => table.update([lowId, highId], patch),
    remove: ({ lowId, highId }) => void table.remove(lowId, highId),
  };
}
