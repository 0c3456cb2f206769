import type { Migration } from './migration';

/** Bridges that were on a host before: adopted by an attachment, at once or (`waits`) when the VMs on it have been imported. */
export const imported: Migration = {
  version: 10,
  name: 'imported',
  sql: `
ALTER TABLE network_attachments ADD COLUMN imported TEXT
  CONSTRAINT network_attachments_imported CHECK (imported IN ('waits', 'yes'));
`,
};
