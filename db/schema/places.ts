import { index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import type { BondMode, HostCapabilities, HostKind, HostNic, HostState } from '../../contract';
import type { HostHow } from '../../engine/ports/hosts';

/** Columns, keys and references. CHECKs, STRICT and triggers are written by hand in the migrations (see README). */
export const dataCenters = sqliteTable('data_centers', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique('data_centers_name'),
  comment: text('comment').notNull(),
  createdAt: text('created_at').notNull(),
});

export const clusters = sqliteTable(
  'clusters',
  {
    id: text('id').primaryKey(),
    dataCenterId: text('data_center_id')
      .notNull()
      .references(() => dataCenters.id, { onDelete: 'restrict' }),
    name: text('name').notNull(),
    comment: text('comment').notNull(),
    createdAt: text('created_at').notNull(),
  },
  (t) => [
    unique('clusters_name').on(t.dataCenterId, t.name),
    // What a VM's (cluster, data center) refers to, so that the two can not disagree.
    unique('clusters_place').on(t.id, t.dataCenterId),
  ],
);

export const hosts = sqliteTable(
  'hosts',
  {
    id: text('id').primaryKey(),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'restrict' }),
    name: text('name').notNull().unique('hosts_name'),
    kind: text('kind').$type<HostKind>().notNull(),
    how: text('how', { mode: 'json' }).$type<HostHow>().notNull(),
    comment: text('comment').notNull(),
    state: text('state').$type<HostState>().notNull(),
    reason: text('reason'),
    lastSeenAt: text('last_seen_at'),
    bootId: text('boot_id'),
    capabilities: text('capabilities', { mode: 'json' }).$type<HostCapabilities>(),
    memoryFreeMiB: integer('memory_free_mib'),
    createdAt: text('created_at').notNull(),
    labels: text('labels', { mode: 'json' }).$type<string[]>().notNull().default([]),
  },
  (t) => [index('hosts_cluster').on(t.clusterId)],
);

/** What was last seen on a host. A NIC's identity is its name on its host. */
export const hostNics = sqliteTable(
  'host_nics',
  {
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    mac: text('mac'),
    mtu: integer('mtu').notNull(),
    up: integer('up', { mode: 'boolean' }).notNull(),
    bridge: text('bridge'),
    kind: text('kind').$type<HostNic['kind']>().notNull().default('nic'),
    addresses: text('addresses', { mode: 'json' }).$type<string[]>().notNull().default([]),
    parent: text('parent'),
    vlan: integer('vlan'),
    mode: text('mode'),
    carriesConnection: integer('carries_connection', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.hostId, t.name] })],
);

/** Bonds that *Setup networks* made. Their NICs are names, as an attachment's is: a wish outlives a NIC that was pulled out. */
export const hostBonds = sqliteTable(
  'host_bonds',
  {
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    mode: text('mode').$type<BondMode>().notNull(),
    nics: text('nics', { mode: 'json' }).$type<string[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.hostId, t.name] })],
);
