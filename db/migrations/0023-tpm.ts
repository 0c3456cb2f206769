import type { Migration } from './migration';

/** The hardware of a VM, at `path` of a JSON column, names its TPM. */
const named = (column: string, path: string): string => `json_set(${column}, '${path}.tpm', 'none')`;

/** An event from before hardware could be changed has none. */
const inUpdates = (side: string): string => `
UPDATE events SET undo = ${named('undo', `$.change.${side}.hardware`)}
  WHERE undo ->> '$.change.kind' = 'vm.updated' AND undo -> '$.change.${side}.hardware' IS NOT NULL;`;

/** A VM can have a TPM; it has had none of Atoll's. */
export const tpm: Migration = {
  version: 23,
  name: 'tpm',
  sql: `
UPDATE vms SET hardware = ${named('hardware', '$')};
UPDATE snapshot_vms SET kept = ${named('kept', '$.hardware')};
UPDATE events SET undo = ${named('undo', '$.change.vm.hardware')} WHERE undo ->> '$.change.kind' = 'vm.removed';
${inUpdates('was')}${inUpdates('now')}
`,
};
