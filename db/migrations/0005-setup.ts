import type { Migration } from './migration';

/** What *Setup networks* keeps: addresses of attachments, bonds, and more of what is seen of NICs. */
export const setup: Migration = {
  version: 5,
  name: 'setup',
  sql: `
ALTER TABLE network_attachments ADD COLUMN ipv4 TEXT NOT NULL DEFAULT '{"kind":"none"}'
  CONSTRAINT network_attachments_ipv4 CHECK (json_valid(ipv4));
ALTER TABLE network_attachments ADD COLUMN ipv6 TEXT NOT NULL DEFAULT '{"kind":"none"}'
  CONSTRAINT network_attachments_ipv6 CHECK (json_valid(ipv6));
ALTER TABLE host_nics ADD COLUMN kind TEXT NOT NULL DEFAULT 'nic'
  CONSTRAINT host_nics_kind CHECK (kind IN ('nic', 'bond', 'vlan', 'other'));
ALTER TABLE host_nics ADD COLUMN addresses TEXT NOT NULL DEFAULT '[]'
  CONSTRAINT host_nics_addresses CHECK (json_valid(addresses));
ALTER TABLE host_nics ADD COLUMN parent TEXT;
ALTER TABLE host_nics ADD COLUMN vlan INTEGER;
ALTER TABLE host_nics ADD COLUMN mode TEXT;
ALTER TABLE host_nics ADD COLUMN carries_connection INTEGER NOT NULL DEFAULT 0
  CONSTRAINT host_nics_carries_connection CHECK (carries_connection IN (0, 1));
CREATE TABLE host_bonds (
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  name TEXT NOT NULL CONSTRAINT host_bonds_name CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 15),
  mode TEXT NOT NULL CONSTRAINT host_bonds_mode CHECK (mode IN ('active-backup', '802.3ad', 'balance-xor', 'broadcast',
    'balance-rr', 'balance-tlb', 'balance-alb')),
  nics TEXT NOT NULL CONSTRAINT host_bonds_nics CHECK (json_valid(nics)),
  PRIMARY KEY (host_id, name)
) STRICT;
CREATE TRIGGER network_attachments_insert_address BEFORE INSERT ON network_attachments
WHEN (NEW.ipv4 ->> '$.kind' <> 'none' OR NEW.ipv6 ->> '$.kind' <> 'none')
  AND (SELECT is_isolated FROM networks WHERE id = NEW.network_id) = 1
BEGIN SELECT RAISE(ABORT, 'S3: A host has no address on an isolated network.'); END;
CREATE TRIGGER network_attachments_update_address BEFORE UPDATE OF network_id, ipv4, ipv6 ON network_attachments
WHEN (NEW.ipv4 ->> '$.kind' <> 'none' OR NEW.ipv6 ->> '$.kind' <> 'none')
  AND (SELECT is_isolated FROM networks WHERE id = NEW.network_id) = 1
BEGIN SELECT RAISE(ABORT, 'S3: A host has no address on an isolated network.'); END;
`,
};
