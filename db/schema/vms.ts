import { foreignKey, index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import type { Boot, Image, VmState } from '../../contract';
import { vnicProfiles } from './networks';
import { clusters, hosts } from './places';

export const images = sqliteTable('images', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique('images_name'),
  format: text('format').$type<Image['format']>().notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  virtualBytes: integer('virtual_bytes').notNull(),
  createdAt: text('created_at').notNull(),
});

/** The migration adds a generated column `image_id`, taken from `boot`, that refers to `images`. */
export const vms = sqliteTable(
  'vms',
  {
    id: text('id').primaryKey(),
    clusterId: text('cluster_id').notNull(),
    dataCenterId: text('data_center_id').notNull(),
    name: text('name').notNull(),
    comment: text('comment').notNull(),
    state: text('state').$type<VmState>().notNull(),
    reason: text('reason'),
    hostId: text('host_id').references(() => hosts.id, { onDelete: 'restrict' }),
    memoryMiB: integer('memory_mib').notNull(),
    cpus: integer('cpus').notNull(),
    boot: text('boot', { mode: 'json' }).$type<Boot>().notNull(),
    startedAt: text('started_at'),
    createdAt: text('created_at').notNull(),
  },
  (t) => [
    foreignKey({
      columns: [t.clusterId, t.dataCenterId],
      foreignColumns: [clusters.id, clusters.dataCenterId],
    }).onDelete('restrict'),
    unique('vms_name').on(t.dataCenterId, t.name),
    index('vms_cluster').on(t.clusterId, t.dataCenterId),
    index('vms_host').on(t.hostId),
  ],
);

export const vnics = sqliteTable(
  'vnics',
  {
    id: text('id').primaryKey(),
    vmId: text('vm_id')
      .notNull()
      .references(() => vms.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    name: text('name').notNull(),
    mac: text('mac').notNull().unique('vnics_mac'),
    profileId: text('profile_id').references(() => vnicProfiles.id, { onDelete: 'restrict' }),
    plugged: integer('plugged', { mode: 'boolean' }).notNull(),
    linked: integer('linked', { mode: 'boolean' }).notNull(),
    assignedAddress: text('assigned_address'),
  },
  (t) => [
    unique('vnics_name').on(t.vmId, t.name),
    index('vnics_order').on(t.vmId, t.position),
    index('vnics_profile').on(t.profileId),
  ],
);
