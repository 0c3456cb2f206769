import { index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import type { Snapshot } from '../../contract';
import type { KeptVm } from '../../engine/ports/store';
import { dataCenters, hosts } from './places';
import { vms } from './vms';

/** The migration adds a trigger: a snapshot goes with the last of its VMs. */
export const snapshots = sqliteTable(
  'snapshots',
  {
    id: text('id').primaryKey(),
    dataCenterId: text('data_center_id')
      .notNull()
      .references(() => dataCenters.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    comment: text('comment').notNull(),
    isStart: integer('is_start', { mode: 'boolean' }).notNull(),
    state: text('state').$type<Snapshot['state']>().notNull(),
    createdAt: text('created_at').notNull(),
  },
  (t) => [unique('snapshots_name').on(t.dataCenterId, t.name)],
);

export const snapshotVms = sqliteTable(
  'snapshot_vms',
  {
    snapshotId: text('snapshot_id')
      .notNull()
      .references(() => snapshots.id, { onDelete: 'cascade' }),
    vmId: text('vm_id')
      .notNull()
      .references(() => vms.id, { onDelete: 'cascade' }),
    hostId: text('host_id').references(() => hosts.id, { onDelete: 'set null' }),
    withMemory: integer('with_memory', { mode: 'boolean' }).notNull(),
    kept: text('kept', { mode: 'json' }).$type<KeptVm>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.snapshotId, t.vmId] }),
    index('snapshot_vms_vm').on(t.vmId),
    index('snapshot_vms_host').on(t.hostId),
  ],
);
