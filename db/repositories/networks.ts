import type { Statement } from 'better-sqlite3';
import type { Repositories } from '../../engine/ports/store';
import { translating } from '../errors';
import { type Context, RowTable } from '../row-table';
import { isolationChecks, networkAttachments, networkClusters, networks, vnicProfiles } from '../tables';
import { byId } from './by-id';
import { attachmentTouched, ids } from './places';

export function networkRepository(context: Context): Repositories['networks'] {
  const table = new RowTable(context, networks, {
    subject: 'network',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'network', id }],
  });
  // Names are unique in a data center, and so is the index: asked for each data center, it serves a name anywhere.
  const byName = table.select(
    'WHERE data_center_id IN (SELECT id FROM data_centers) AND name = ? ORDER BY networks.rowid',
  );
  const ofDataCenter = table.select('WHERE data_center_id = ? ORDER BY rowid');
  const some = table.select('WHERE id IN (SELECT value FROM json_each(?))');
  const ofHost = table.select('JOIN network_attachments ON network_id = id WHERE host_id = ?');
  const withServices = table.select('WHERE services IS NOT NULL ORDER BY rowid');
  const stretched = table.select('WHERE stretch IS NOT NULL ORDER BY rowid');
  const regularRequired = table.select(
    'JOIN network_clusters ON network_id = id WHERE cluster_id = ? AND required = 1 AND is_isolated = 0 ORDER BY networks.rowid',
  );
  const hostsOf = ids(context, 'host_id', 'FROM network_attachments WHERE network_id = ?');
  return {
    ...byId(table),
    byName: (name) => byName.all(name),
    ofDataCenter: (id) => ofDataCenter.all(id),
    some: (wanted) => (wanted.length === 0 ? [] : some.all(JSON.stringify(wanted))),
    ofHost: (hostId) => ofHost.all(hostId),
    withServices: () => withServices.all(),
    stretched: () => stretched.all(),
    regularRequiredIn: (clusterId) => regularRequired.all(clusterId),
    remove: (id) => {
      // The foreign key removes the network's attachments: they are touched too.
      context.unit.write(() => {
        const hosts = hostsOf(id);
        if (table.remove(id)) hosts.forEach((host) => context.unit.touch(attachmentTouched(id, host)));
      });
    },
  };
}

export function networkClusterRepository(context: Context): Repositories['networkClusters'] {
  const table = new RowTable(context, networkClusters, {
    subject: 'attachment of a network to a cluster',
    key: ['networkId', 'clusterId'],
    touches: ({ networkId }) => [{ kind: 'network', id: networkId }],
  });
  const all = table.select('ORDER BY rowid');
  const ofNetwork = table.select('WHERE network_id = ? ORDER BY rowid');
  const ofCluster = table.select('WHERE cluster_id = ? ORDER BY rowid');
  return {
    list: () => all.all(),
    ofNetwork: (id) => ofNetwork.all(id),
    ofCluster: (id) => ofCluster.all(id),
    insert: (row) => table.insert(row),
    insertEach: (networkIds, rest) => table.insertEach('networkId', networkIds, rest),
    remove: (networkId, clusterId) => void table.remove(networkId, clusterId),
  };
}

const SETTLE = `
  UPDATE network_attachments SET state = 'in_sync', message = NULL, differences = '[]', observed_at = :at,
    verdict = ifnull(:verdict, verdict), verdict_at = iif(:verdict IS NULL, verdict_at, :at),
    points = ifnull(:points, points), unchecked = ifnull(:unchecked, unchecked),
    failed = ifnull(:failed, failed)
  WHERE host_id = :host AND network_id IN (SELECT value FROM json_each(:networks))`;

const NO_RESULT = { verdict: null, points: null, unchecked: null, failed: null };

interface SettleValues {
  readonly at: string;
  readonly verdict: string | null;
  readonly points: number | null;
  readonly unchecked: number | null;
  readonly failed: number | null;
  readonly host: string;
  readonly networks: string;
}

export function attachmentRepository(context: Context): Repositories['attachments'] {
  // Prepared when it is first used: a store that is being migrated has other columns.
  let prepared: Statement<[SettleValues]> | undefined;
  const settle = (): Statement<[SettleValues]> => (prepared ??= context.sqlite.prepare(SETTLE));
  const table = new RowTable(context, networkAttachments, {
    subject: 'attachment of a network to a host',
    key: ['networkId', 'hostId'],
    touches: ({ networkId, hostId }) => [attachmentTouched(networkId, hostId)],
  });
  const all = table.select('ORDER BY rowid');
  const ofHost = table.select('WHERE host_id = ? ORDER BY rowid');
  const inSync = ids(
    context,
    'network_id',
    "FROM network_attachments WHERE host_id = ? AND state = 'in_sync' AND network_id IN (SELECT value FROM json_each(?))",
  );
  const unsettled = table.selectOnly(
    ['networkId', 'hostId', 'state', 'message', 'observedAt', 'verdict', 'failed'],
    "WHERE host_id = ? AND state <> 'in_sync' ORDER BY rowid",
  );
  const ofNetwork = table.select('WHERE network_id = ? ORDER BY rowid');
  return {
    list: () => all.all(),
    columns: (fields) => table.pick(fields, 'ORDER BY rowid'),
    get: (key) => table.get(key.networkId, key.hostId),
    ofHost: (hostId) => ofHost.all(hostId),
    unsettledOfHost: (hostId) => unsettled.all(hostId),
    inSync: (hostId, networkIds) => (networkIds.length === 0 ? [] : inSync(hostId, JSON.stringify(networkIds))),
    ofNetwork: (networkId) => ofNetwork.all(networkId),
    upsert: (row) => {
      context.unit.write(() => {
        if (!table.insertNew(row)) table.update([row.networkId, row.hostId], row);
      });
    },
    insertEach: (networkIds, rest) => table.insertEach('networkId', networkIds, rest),
    update: (key, patch) => table.update([key.networkId, key.hostId], patch),
    remove: (key) => void table.remove(key.networkId, key.hostId),
    settle: (hostId, networkIds, observedAt, result) => {
      context.unit.write(() => {
        const { verdict, points, unchecked, failed } = result ?? NO_RESULT;
        const values = {
          at: observedAt,
          ...{ verdict, points, unchecked, failed },
          host: hostId,
          networks: JSON.stringify(networkIds),
        };
        translating(() => settle().run(values), { subject: 'attachment of a network to a host', verb: 'update' });
        for (const networkId of networkIds) context.unit.touch(attachmentTouched(networkId, hostId));
      });
    },
  };
}

export function vnicProfileRepository(context: Context): Repositories['vnicProfiles'] {
  const table = new RowTable(context, vnicProfiles, {
    subject: 'vNIC profile',
    key: ['id'],
    touches: ({ networkId }) => [{ kind: 'network', id: networkId }],
  });
  const ofNetwork = table.select('WHERE network_id = ? ORDER BY rowid');
  return {
    ...byId(table),
    ofNetwork: (networkId) => ofNetwork.all(networkId),
  };
}

/** How many checks are kept for each network on each host. */
const CHECKS_KEPT = 200;

export function checkRepository(context: Context): Repositories['checks'] {
  const table = new RowTable(context, isolationChecks, {
    subject: 'isolation check',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'check', id }],
  });
  const ofNetwork = table.select('WHERE network_id = ? ORDER BY rowid DESC LIMIT ?');
  const ofHost = table.select('WHERE network_id = ? AND host_id = ? ORDER BY rowid DESC LIMIT ?');
  const tooOld = ids(
    context,
    'id',
    `FROM isolation_checks WHERE network_id = ? AND host_id = ? ORDER BY rowid DESC LIMIT -1 OFFSET ${CHECKS_KEPT}`,
  );
  return {
    ofNetwork: (networkId, limit) => ofNetwork.all(networkId, limit),
    ofHost: (networkId, hostId, limit) => ofHost.all(networkId, hostId, limit),
    insert: (check) => {
      context.unit.write(() => {
        table.insert(check);
        for (const id of tooOld(check.networkId, check.hostId)) table.remove(id);
      });
    },
  };
}
