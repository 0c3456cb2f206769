import type { Migration } from './migration';

/** The hardware of a VM, at `path` of a JSON column, names the bus of its boot disk. */
const named = (column: string, path: string): string => `json_set(${column}, '${path}.diskBus', 'virtio')`;

/** An event from before hardware could be changed has none. */
const inUpdates = (side: string): string => `
UPDATE events SET undo = ${named('undo', `$.change.${side}.hardware`)}
  WHERE undo ->> '$.change.kind' = 'vm.updated' AND undo -> '$.change.${side}.hardware' IS NOT NULL;`;

/** The bus of a VM's boot disk can be chosen; it has been virtio. */
export const bootDiskBus: Migration = {
  version: 21,
  name: 'boot-disk-bus',
  sql: `
UPDATE vms SET hardware = ${named('hardware', '$')};
UPDATE snapshot_vms SET kept = ${named('kept', '$.hardware')};
UPDATE events SET undo = ${named('undo', '$.change.vm.hardware')} WHERE undo ->> '$.change.kind' = 'vm.removed';
${inUpdates('was')}${inUpdates('now')}
`,
};
