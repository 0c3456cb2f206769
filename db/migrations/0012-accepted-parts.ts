import type { Migration } from './migration';

/** Parts of VMs' definitions that go with them from host to host, since a person said so. */
export const acceptedParts: Migration = {
  version: 12,
  name: 'accepted parts',
  sql: `
CREATE TABLE accepted_parts (
  vm_id TEXT NOT NULL REFERENCES vms (id) ON DELETE CASCADE,
  part TEXT NOT NULL,
  PRIMARY KEY (vm_id, part)
) STRICT;
`,
};
