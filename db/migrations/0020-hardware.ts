import type { Migration } from './migration';

const HARDWARE = `'{"firmware":"bios","video":"vga","sound":"none","nicModel":"virtio","clock":"utc","bootFirst":"disk"}'`;

/** The CD drives of a VM whose boot source, at `path` of a JSON column, is a CD image; none for any other. */
const drivesOf = (column: string, path: string): string =>
  `json(CASE ${column} ->> '${path}.kind' WHEN 'iso'
    THEN json_array(json_object('name', 'cd1', 'path', ${column} ->> '${path}.path')) ELSE json_array() END)`;

/** A VM has CD drives and hardware. One that booted from a CD image gets a drive with it, and boots from its devices. */
export const hardware: Migration = {
  version: 20,
  name: 'hardware',
  sql: `
ALTER TABLE vms ADD COLUMN cdroms TEXT NOT NULL DEFAULT '[]' CONSTRAINT vms_cdroms CHECK (json_valid(cdroms));
ALTER TABLE vms ADD COLUMN hardware TEXT NOT NULL DEFAULT ${HARDWARE} CONSTRAINT vms_hardware CHECK (json_valid(hardware));
UPDATE vms SET cdroms = ${drivesOf('boot', '$')};
UPDATE vms SET boot = json_object('kind', 'devices') WHERE boot ->> '$.kind' = 'iso';
UPDATE snapshot_vms SET kept = json_set(kept, '$.cdroms', ${drivesOf('kept', '$.boot')}, '$.hardware', json(${HARDWARE}));
UPDATE snapshot_vms SET kept = json_set(kept, '$.boot', json_object('kind', 'devices')) WHERE kept ->> '$.boot.kind' = 'iso';
UPDATE events SET undo = json_set(undo, '$.change.vm.cdroms', ${drivesOf('undo', '$.change.vm.boot')},
    '$.change.vm.hardware', json(${HARDWARE}))
  WHERE undo ->> '$.change.kind' = 'vm.removed';
UPDATE events SET undo = json_set(undo, '$.change.vm.boot', json_object('kind', 'devices'))
  WHERE undo ->> '$.change.vm.boot.kind' = 'iso';
`,
};
