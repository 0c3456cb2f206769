import type { Migration } from './migration';

/**
 * Isolated networks can be stretched over several hosts: the number and the hosts of each, the number and the public keys of a host's
 * tunnel, and how two hosts reach each other. Private keys are on the hosts only.
 */
export const stretch: Migration = {
  version: 25,
  name: 'stretch',
  sql: `
ALTER TABLE networks ADD COLUMN stretch TEXT
  CONSTRAINT networks_stretch CHECK (stretch IS NULL OR (json_valid(stretch) AND is_isolated = 1));
CREATE UNIQUE INDEX networks_vni ON networks (stretch ->> '$.vni') WHERE stretch IS NOT NULL;
CREATE TABLE tunnels (
  host_id TEXT PRIMARY KEY REFERENCES hosts (id) ON DELETE CASCADE,
  number INTEGER NOT NULL UNIQUE CHECK (number BETWEEN 1 AND 65534),
  public_key TEXT,
  next_key TEXT,
  port INTEGER CHECK (port BETWEEN 1 AND 65535),
  rotation TEXT NOT NULL CHECK (rotation IN ('none', 'prepare', 'switch'))
) STRICT;
CREATE UNIQUE INDEX tunnels_public_key ON tunnels (public_key) WHERE public_key IS NOT NULL;
CREATE TABLE tunnel_pairs (
  low_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  high_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  choice TEXT NOT NULL CHECK (choice IN ('auto', 'direct', 'relay')),
  low_endpoint TEXT,
  high_endpoint TEXT,
  way TEXT CHECK (way IN ('direct', 'relay')),
  state TEXT NOT NULL CHECK (state IN ('connecting', 'connected', 'down')),
  since TEXT,
  why TEXT CHECK (why IS NULL OR json_valid(why)),
  PRIMARY KEY (low_id, high_id),
  CHECK (low_id < high_id)
) STRICT;
CREATE INDEX tunnel_pairs_high ON tunnel_pairs (high_id);
UPDATE events SET undo = json_set(undo, '$.change.network.stretch', NULL)
  WHERE undo ->> '$.change.kind' = 'network.removed';
`,
};
