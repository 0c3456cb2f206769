import type { Migration } from './migration';

/** Snapshots of groups of VMs; a snapshot goes with the last of its VMs. */
export const snapshots: Migration = {
  version: 7,
  name: 'snapshots',
  sql: `
CREATE TABLE snapshots (
  id TEXT PRIMARY KEY NOT NULL,
  data_center_id TEXT NOT NULL REFERENCES data_centers (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  comment TEXT NOT NULL,
  is_start INTEGER NOT NULL CONSTRAINT snapshots_is_start CHECK (is_start IN (0, 1)),
  state TEXT NOT NULL CONSTRAINT snapshots_state CHECK (state IN ('locked', 'ok')),
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX snapshots_name ON snapshots (data_center_id, name);
CREATE TABLE snapshot_vms (
  snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
  vm_id TEXT NOT NULL REFERENCES vms (id) ON DELETE CASCADE,
  host_id TEXT REFERENCES hosts (id) ON DELETE SET NULL,
  with_memory INTEGER NOT NULL CONSTRAINT snapshot_vms_with_memory CHECK (with_memory IN (0, 1)),
  kept TEXT NOT NULL CONSTRAINT snapshot_vms_kept CHECK (json_valid(kept)),
  PRIMARY KEY (snapshot_id, vm_id)
) STRICT;
CREATE INDEX snapshot_vms_vm ON snapshot_vms (vm_id);
CREATE INDEX snapshot_vms_host ON snapshot_vms (host_id);
CREATE TRIGGER snapshot_vms_last AFTER DELETE ON snapshot_vms
WHEN NOT EXISTS (SELECT 1 FROM snapshot_vms WHERE snapshot_id = OLD.snapshot_id)
BEGIN DELETE FROM snapshots WHERE id = OLD.snapshot_id; END;
`,
};
