import { index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import type { AttachmentState, CheckPoint, Difference, Ipv4, Ipv6, Verdict } from '../../contract';
import { clusters, dataCenters, hosts } from './places';

export const networks = sqliteTable(
  'networks',
  {
    id: text('id').primaryKey(),
    dataCenterId: text('data_center_id')
      .notNull()
      .references(() => dataCenters.id, { onDelete: 'restrict' }),
    name: text('name').notNull(),
    comment: text('comment').notNull(),
    isIsolated: integer('is_isolated', { mode: 'boolean' }).notNull().default(false),
    vlan: integer('vlan'),
    mtu: integer('mtu').notNull(),
    bridge: text('bridge').notNull(),
    guestSubnet: text('guest_subnet'),
    createdAt: text('created_at').notNull(),
    label: text('label'),
  },
  (t) => [unique('networks_name').on(t.dataCenterId, t.name), unique('networks_bridge').on(t.dataCenterId, t.bridge)],
);

export const networkClusters = sqliteTable(
  'network_clusters',
  {
    networkId: text('network_id')
      .notNull()
      .references(() => networks.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    required: integer('required', { mode: 'boolean' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.networkId, t.clusterId] }), index('network_clusters_cluster').on(t.clusterId)],
);

/**
 * A network on a host. `nic_id` names one of the host's NICs and is no part of the key (rule S2). It does not refer
 * to `host_nics`: those are what was seen last, and a wish must outlive a NIC that was pulled out for a while.
 */
export const networkAttachments = sqliteTable(
  'network_attachments',
  {
    networkId: text('network_id')
      .notNull()
      .references(() => networks.id, { onDelete: 'cascade' }),
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    nic: text('nic_id'),
    state: text('state').$type<AttachmentState>().notNull(),
    message: text('message'),
    differences: text('differences', { mode: 'json' }).$type<Difference[]>().notNull(),
    observedAt: text('observed_at'),
    verdict: text('verdict').$type<Verdict>().notNull(),
    verdictAt: text('verdict_at'),
    ipv4: text('ipv4', { mode: 'json' }).$type<Ipv4>().notNull().default({ kind: 'none' }),
    ipv6: text('ipv6', { mode: 'json' }).$type<Ipv6>().notNull().default({ kind: 'none' }),
    imported: text('imported').$type<'waits' | 'yes'>(),
  },
  (t) => [unique('network_attachments_key').on(t.networkId, t.hostId), index('network_attachments_host').on(t.hostId)],
);

/** What people noted on an island: a network on a host. */
export const islandNotes = sqliteTable(
  'island_notes',
  {
    networkId: text('network_id')
      .notNull()
      .references(() => networks.id, { onDelete: 'cascade' }),
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    note: text('note').notNull(),
  },
  (t) => [primaryKey({ columns: [t.networkId, t.hostId] }), index('island_notes_host').on(t.hostId)],
);

export const vnicProfiles = sqliteTable(
  'vnic_profiles',
  {
    id: text('id').primaryKey(),
    networkId: text('network_id')
      .notNull()
      .references(() => networks.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
  },
  (t) => [unique('vnic_profiles_name').on(t.networkId, t.name)],
);

export const isolationChecks = sqliteTable(
  'isolation_checks',
  {
    id: text('id').primaryKey(),
    networkId: text('network_id')
      .notNull()
      .references(() => networks.id, { onDelete: 'cascade' }),
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    at: text('at').notNull(),
    probe: integer('probe', { mode: 'boolean' }).notNull(),
    verdict: text('verdict').$type<Verdict>().notNull(),
    points: text('points', { mode: 'json' }).$type<CheckPoint[]>().notNull(),
    by: text('by_user').notNull(),
  },
  (t) => [index('isolation_checks_network').on(t.networkId, t.hostId), index('isolation_checks_host').on(t.hostId)],
);
