import type { Migration } from './migration';

const thin = (column: string, path: string): string =>
  `${column} = json_set(${column}, '${path}.copy', 'thin', '${path}.copiedFrom', NULL)`;

/** The disk of an image can be a full copy. Every earlier one shares with its image. */
export const fullCopies: Migration = {
  version: 32,
  name: 'full-copies',
  sql: `
UPDATE vms SET ${thin('boot', '$')} WHERE boot ->> '$.kind' = 'image';
UPDATE snapshot_vms SET ${thin('kept', '$.boot')} WHERE kept ->> '$.boot.kind' = 'image';
UPDATE events SET ${thin('undo', '$.change.vm.boot')}
  WHERE undo ->> '$.change.kind' = 'vm.removed' AND undo ->> '$.change.vm.boot.kind' = 'image';
`,
};
