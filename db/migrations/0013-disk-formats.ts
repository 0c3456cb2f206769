import type { Migration } from './migration';

/**
 * Disks that people named keep their format. That of a disk from before is null: its host is asked at the VM's next start, which
 * takes it from the VM's definition where there is one. The index finds VMs by their disks.
 */
export const diskFormats: Migration = {
  version: 13,
  name: 'disk-formats',
  sql: `
UPDATE vms SET boot = json_set(boot, '$.format', NULL)
  WHERE boot ->> '$.kind' = 'disk' AND json_type(boot, '$.format') IS NULL;
UPDATE events SET undo = json_set(undo, '$.change.vm.boot.format', NULL)
  WHERE undo ->> '$.change.vm.boot.kind' = 'disk' AND json_type(undo, '$.change.vm.boot.format') IS NULL;
CREATE INDEX vms_disk ON vms (boot ->> '$.path') WHERE boot ->> '$.kind' = 'disk';
`,
};
