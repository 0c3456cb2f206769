import { index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import type { ForwardState, Protocol } from '../../contract';
import { vms } from './vms';

/** Ports of this computer's loopback that lead to VMs (rule S12). A port of a protocol can lead to one place only. */
export const forwards = sqliteTable(
  'forwards',
  {
    id: text('id').primaryKey(),
    vmId: text('vm_id')
      .notNull()
      .references(() => vms.id, { onDelete: 'cascade' }),
    protocol: text('protocol').$type<Protocol>().notNull(),
    hostPort: integer('host_port').notNull(),
    guestPort: integer('guest_port').notNull(),
    state: text('state').$type<ForwardState>().notNull(),
    message: text('message'),
    createdAt: text('created_at').notNull(),
  },
  (t) => [unique('forwards_host_port').on(t.protocol, t.hostPort), index('forwards_vm').on(t.vmId)],
);
