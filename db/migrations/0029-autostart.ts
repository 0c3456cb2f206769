import type { Migration } from './migration';

/** A VM can start with its host. No earlier one does. */
export const autostart: Migration = {
  version: 29,
  name: 'autostart',
  sql: `
ALTER TABLE vms ADD COLUMN autostart INTEGER NOT NULL DEFAULT 0 CONSTRAINT vms_autostart CHECK (autostart IN (0, 1));
UPDATE events SET undo = json_set(undo, '$.change.vm.autostart', json('false')) WHERE undo ->> '$.change.kind' = 'vm.removed';
`,
};
