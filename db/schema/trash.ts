import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { hosts } from './places';

/** Removed VMs whose disks their host still keeps. The VM itself is gone: what it was is in the event of its removal. */
export const trash = sqliteTable(
  'trash',
  {
    id: text('vm_id').primaryKey(),
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    removedAt: text('removed_at').notNull(),
  },
  (t) => [index('trash_host').on(t.hostId)],
);
