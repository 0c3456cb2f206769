import type { Migration } from './migration';

/** Disks of VMs besides their boot sources. What snapshots and events keep of a VM from before has none. */
export const disks: Migration = {
  version: 18,
  name: 'disks',
  sql: `
CREATE TABLE disks (
  id TEXT PRIMARY KEY NOT NULL,
  vm_id TEXT REFERENCES vms (id) ON DELETE CASCADE,
  host_id TEXT REFERENCES hosts (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  bus TEXT NOT NULL CONSTRAINT disks_bus CHECK (bus IN ('virtio', 'sata', 'scsi')),
  format TEXT NOT NULL CONSTRAINT disks_format CHECK (format IN ('qcow2', 'raw')),
  size_bytes INTEGER NOT NULL CONSTRAINT disks_size CHECK (size_bytes > 0),
  read_only INTEGER NOT NULL CONSTRAINT disks_read_only CHECK (read_only IN (0, 1)),
  discard INTEGER NOT NULL CONSTRAINT disks_discard CHECK (discard IN (0, 1)),
  path TEXT
) STRICT;
CREATE UNIQUE INDEX disks_name ON disks (vm_id, name);
CREATE INDEX disks_vm ON disks (vm_id, position);
CREATE INDEX disks_host ON disks (host_id);
UPDATE snapshot_vms SET kept = json_set(kept, '$.disks', json('[]')) WHERE json_type(kept, '$.disks') IS NULL;
UPDATE events SET undo = json_set(undo, '$.change.vm.disks', json('[]'))
  WHERE undo ->> '$.change.kind' = 'vm.removed' AND json_type(undo, '$.change.vm.disks') IS NULL;
`,
};
