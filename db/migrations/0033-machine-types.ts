import type { Migration } from './migration';

const q35 = (column: string, path: string): string => `${column} = json_set(${column}, '${path}.machine', 'q35')`;

/** An event from before hardware could be changed has none. */
const inUpdates = (side: string): string => `
UPDATE events SET ${q35('undo', `$.change.${side}.hardware`)}
  WHERE undo ->> '$.change.kind' = 'vm.updated' AND undo -> '$.change.${side}.hardware' IS NOT NULL;`;

/** The machine type can be chosen; every earlier VM has q35. */
export const machineTypes: Migration = {
  version: 33,
  name: 'machine-types',
  sql: `
UPDATE vms SET ${q35('hardware', '$')};
UPDATE snapshot_vms SET ${q35('kept', '$.hardware')};
UPDATE events SET ${q35('undo', '$.change.vm.hardware')} WHERE undo ->> '$.change.kind' = 'vm.removed';
${inUpdates('was')}${inUpdates('now')}
`,
};
