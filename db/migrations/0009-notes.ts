import type { Migration } from './migration';

/** Notes on islands. A note belongs to a network on a host, whether it is attached there just now or not. */
export const notes: Migration = {
  version: 9,
  name: 'notes',
  sql: `
CREATE TABLE island_notes (
  network_id TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  note TEXT NOT NULL CONSTRAINT island_notes_note CHECK (length(note) BETWEEN 1 AND 1000),
  PRIMARY KEY (network_id, host_id)
) STRICT;
CREATE INDEX island_notes_host ON island_notes (host_id);
`,
};
