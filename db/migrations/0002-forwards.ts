import type { Migration } from './migration';

/** Port forwards to VMs on a lab's network *outside* (rule S12). */
export const forwards: Migration = {
  version: 2,
  name: 'forwards',
  sql: `
CREATE TABLE forwards (
  id TEXT PRIMARY KEY NOT NULL,
  vm_id TEXT NOT NULL REFERENCES vms (id) ON DELETE CASCADE,
  protocol TEXT NOT NULL CONSTRAINT forwards_protocol CHECK (protocol IN ('tcp', 'udp')),
  host_port INTEGER NOT NULL CONSTRAINT forwards_host_port CHECK (host_port BETWEEN 1 AND 65535),
  guest_port INTEGER NOT NULL CONSTRAINT forwards_guest_port CHECK (guest_port BETWEEN 1 AND 65535),
  state TEXT NOT NULL CONSTRAINT forwards_state CHECK (state IN ('pending', 'open', 'failed')),
  message TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX forwards_host_port ON forwards (protocol, host_port);
CREATE INDEX forwards_vm ON forwards (vm_id);
`,
};
