import { primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { vms } from './vms';

/** Parts of a VM's definition that go with it from host to host, since a person said so; each by the hash of what is in it. */
export const acceptedParts = sqliteTable(
  'accepted_parts',
  {
    vmId: text('vm_id')
      .notNull()
      .references(() => vms.id, { onDelete: 'cascade' }),
    part: text('part').notNull(),
  },
  (t) => [primaryKey({ columns: [t.vmId, t.part] })],
);
