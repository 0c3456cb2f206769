import { primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Preferences } from '../../contract';

/** One choice of one OS user. The user is no reference: the store knows no list of them. */
export const preferences = sqliteTable(
  'preferences',
  {
    user: text('user').notNull(),
    key: text('key').$type<keyof Preferences>().notNull(),
    value: text('value', { mode: 'json' }).$type<Preferences[keyof Preferences]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.user, t.key] })],
);
