import type { HostNic } from '../../contract';
import type { Repositories, Touched } from '../../engine/ports/store';
import { isDeepStrictEqual } from 'node:util';
import { type Context, Query, RowTable, type SqlValue } from '../row-table';
import { clusters, dataCenters, hostBonds, hostNics, hosts } from '../tables';
import { byId } from './by-id';

export function dataCenterRepository(context: Context): Repositories['dataCenters'] {
  const table = new RowTable(context, dataCenters, {
    subject: 'data center',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'data_center', id }],
  });
  const byName = table.select('WHERE name = ?');
  return {
    ...byId(table),
    byName: (name) => byName.get(name),
  };
}

export function clusterRepository(context: Context): Repositories['clusters'] {
  const table = new RowTable(context, clusters, {
    subject: 'cluster',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'cluster', id }],
  });
  const byName = table.select('WHERE name = ? ORDER BY rowid');
  const ofDataCenter = table.select('WHERE data_center_id = ? ORDER BY rowid');
  const networksOf = ids(context, 'network_id', 'FROM network_clusters WHERE cluster_id = ?');
  return {
    ...byId(table),
    byName: (name) => byName.all(name),
    ofDataCenter: (id) => ofDataCenter.all(id),
    remove: (id) => {
      // The foreign key takes the cluster off its networks: they are touched too.
      context.unit.write(() => {
        const networks = networksOf(id);
        if (table.remove(id)) networks.forEach((network) => context.unit.touch({ kind: 'network', id: network }));
      });
    },
  };
}

export function hostRepository(context: Context): Repositories['hosts'] {
  const table = new RowTable(context, hosts, {
    subject: 'host',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'host', id }],
  });
  const byName = table.select('WHERE name = ?');
  const ofCluster = table.select('WHERE cluster_id = ? ORDER BY rowid');
  const networksOf = ids(context, 'network_id', 'FROM network_attachments WHERE host_id = ?');
  return {
    ...byId(table),
    byName: (name) => byName.get(name),
    ofCluster: (id) => ofCluster.all(id),
    remove: (id) => {
      // The foreign key removes the host's attachments: they are touched too.
      context.unit.write(() => {
        const networks = networksOf(id);
        if (table.remove(id)) networks.forEach((network) => context.unit.touch(attachmentTouched(network, id)));
      });
    },
  };
}

export function hostNicRepository(context: Context): Repositories['hostNics'] {
  const table = new RowTable(context, hostNics, {
    subject: 'NIC',
    key: ['hostId', 'name'],
    touches: ({ hostId }) => [{ kind: 'host', id: hostId }],
  });
  const ofHost = table.select('WHERE host_id = ? ORDER BY name');
  return {
    ofHost: (hostId) => ofHost.all(hostId),
    replace: (hostId, nics) => {
      context.unit.write(() => {
        const byName = new Map<string, HostNic>(nics.map((nic) => [nic.name, { ...nic, hostId }]));
        for (const present of ofHost.all(hostId)) {
          const wanted = byName.get(present.name);
          if (!wanted) table.remove(hostId, present.name);
          else if (!isDeepStrictEqual(wanted, present)) table.update([hostId, present.name], wanted);
          byName.delete(present.name);
        }
        for (const nic of byName.values()) table.insert(nic);
      });
    },
  };
}

export function hostBondRepository(context: Context): Repositories['hostBonds'] {
  const table = new RowTable(context, hostBonds, {
    subject: 'bond',
    key: ['hostId', 'name'],
    touches: ({ hostId }) => [{ kind: 'host', id: hostId }],
  });
  const ofHost = table.select('WHERE host_id = ? ORDER BY name');
  return {
    ofHost: (hostId) => ofHost.all(hostId),
    replace: (hostId, bonds) => {
      context.unit.write(() => {
        for (const { name } of ofHost.all(hostId)) table.remove(hostId, name);
        for (const bond of bonds) table.insert({ ...bond, hostId });
      });
    },
  };
}

/** What a change of an attachment touches. */
export const attachmentTouched = (networkId: string, hostId: string): Touched => ({
  kind: 'attachment',
  id: `${networkId}/${hostId}`,
});

/** A prepared SELECT of one column of ids. */
export function ids(context: Context, column: string, tail: string): (...params: SqlValue[]) => string[] {
  const query = new Query<{ id: string }>(context.sqlite, [{ field: 'id', sql: column, decode: null }], tail);
  return (...params) => query.all(...params).map(({ id }) => id);
}
