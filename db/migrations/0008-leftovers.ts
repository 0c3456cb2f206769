import type { Migration } from './migration';

/** Hosts on which something of a VM may lie though it is kept on another: noted before a move begins to copy. */
export const leftovers: Migration = {
  version: 8,
  name: 'leftovers',
  sql: `
CREATE TABLE leftovers (
  vm_id TEXT NOT NULL,
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  PRIMARY KEY (vm_id, host_id)
) STRICT;
CREATE INDEX leftovers_host ON leftovers (host_id);
`,
};
