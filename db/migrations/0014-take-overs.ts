import type { Migration } from './migration';

/** Hosts on which the marks of another store are being replaced by those of this one. */
export const takeOvers: Migration = {
  version: 14,
  name: 'take-overs',
  sql: `
CREATE TABLE take_overs (
  host_id TEXT PRIMARY KEY NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  store_id TEXT NOT NULL CONSTRAINT take_overs_store CHECK (length(store_id) = 36)
) STRICT;
`,
};
