import type { Migration } from './migration';

/** What events changed, so that they can be undone, and the removed VMs whose disks are kept for that. */
export const undo: Migration = {
  version: 4,
  name: 'undo',
  sql: `
ALTER TABLE events ADD COLUMN undo TEXT CONSTRAINT events_undo CHECK (undo IS NULL OR json_valid(undo));
-- On the very expressions that db/repositories/activity.ts asks by.
CREATE INDEX events_undoable ON events (seq) WHERE undo IS NOT NULL;
CREATE INDEX events_undoes ON events (subjects ->> '$.undoes') WHERE subjects ->> '$.undoes' IS NOT NULL;
CREATE TABLE trash (
  vm_id TEXT PRIMARY KEY NOT NULL,
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  removed_at TEXT NOT NULL
) STRICT;
CREATE INDEX trash_host ON trash (host_id);
`,
};
