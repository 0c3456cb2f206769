import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { hosts } from './places';

/** Hosts on which something of a VM may lie that is kept elsewhere: a copy that was begun, or what a move has left behind. */
export const leftovers = sqliteTable(
  'leftovers',
  {
    vmId: text('vm_id').notNull(),
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
  },
  (t) => [primaryKey({ columns: [t.vmId, t.hostId] }), index('leftovers_host').on(t.hostId)],
);
