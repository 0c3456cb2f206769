import type { Migration } from './migration';

/** The hardware of a VM, at `path` of a JSON column, names its boot order and its CPUs. */
const named = (column: string, path: string): string =>
  `json_set(${column}, '${path}.bootOrder', json('[]'), '${path}.cpuModel', 'host', '${path}.cpuTopology', 'sockets')`;

/** An event from before hardware could be changed has none. */
const inUpdates = (side: string): string => `
UPDATE events SET undo = ${named('undo', `$.change.${side}.hardware`)}
  WHERE undo ->> '$.change.kind' = 'vm.updated' AND undo -> '$.change.${side}.hardware' IS NOT NULL;`;

/** The boot order of single devices and what a guest sees as its CPUs can be chosen; earlier VMs have the defaults. */
export const bootOrder: Migration = {
  version: 31,
  name: 'boot-order',
  sql: `
UPDATE vms SET hardware = ${named('hardware', '$')};
UPDATE snapshot_vms SET kept = ${named('kept', '$.hardware')};
UPDATE events SET undo = ${named('undo', '$.change.vm.hardware')} WHERE undo ->> '$.change.kind' = 'vm.removed';
${inUpdates('was')}${inUpdates('now')}
`,
};
