import type { Migration } from './migration';

/*
 * A trigger's message is `RULE: words`: db/errors.ts makes an AppError of it. The words of a CHECK are found there by the CHECK's name.
 */
const places = `
CREATE TABLE meta (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE counters (
  name TEXT PRIMARY KEY NOT NULL,
  value INTEGER NOT NULL CONSTRAINT counters_value CHECK (value >= 0)
) STRICT;

CREATE TABLE data_centers (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL CONSTRAINT data_centers_name CHECK (length(name) BETWEEN 1 AND 256),
  comment TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX data_centers_name ON data_centers (name);

CREATE TABLE clusters (
  id TEXT PRIMARY KEY NOT NULL,
  data_center_id TEXT NOT NULL REFERENCES data_centers (id) ON DELETE RESTRICT,
  name TEXT NOT NULL CONSTRAINT clusters_name CHECK (length(name) BETWEEN 1 AND 256),
  comment TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX clusters_name ON clusters (data_center_id, name);
CREATE UNIQUE INDEX clusters_place ON clusters (id, data_center_id);

CREATE TABLE hosts (
  id TEXT PRIMARY KEY NOT NULL,
  cluster_id TEXT NOT NULL REFERENCES clusters (id) ON DELETE RESTRICT,
  name TEXT NOT NULL CONSTRAINT hosts_name CHECK (length(name) BETWEEN 1 AND 256),
  kind TEXT NOT NULL CONSTRAINT hosts_kind CHECK (kind IN ('lab', 'simulated', 'local', 'ssh')),
  how TEXT NOT NULL CONSTRAINT hosts_how CHECK (json_valid(how)),
  comment TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT hosts_state CHECK (
    state IN ('installing', 'connecting', 'up', 'non_operational', 'non_responsive', 'maintenance', 'error')),
  reason TEXT,
  last_seen_at TEXT,
  boot_id TEXT,
  capabilities TEXT CONSTRAINT hosts_capabilities CHECK (capabilities IS NULL OR json_valid(capabilities)),
  memory_free_mib INTEGER CONSTRAINT hosts_memory_free CHECK (memory_free_mib >= 0),
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX hosts_name ON hosts (name);
CREATE INDEX hosts_cluster ON hosts (cluster_id);

CREATE TABLE host_nics (
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  mac TEXT,
  mtu INTEGER NOT NULL,
  up INTEGER NOT NULL CONSTRAINT host_nics_up CHECK (up IN (0, 1)),
  bridge TEXT,
  PRIMARY KEY (host_id, name)
) STRICT;
`;

const networks = `
CREATE TABLE networks (
  id TEXT PRIMARY KEY NOT NULL,
  data_center_id TEXT NOT NULL REFERENCES data_centers (id) ON DELETE RESTRICT,
  name TEXT NOT NULL CONSTRAINT networks_name CHECK (length(name) BETWEEN 1 AND 256),
  comment TEXT NOT NULL,
  is_isolated INTEGER NOT NULL DEFAULT 0 CONSTRAINT networks_is_isolated CHECK (is_isolated IN (0, 1)),
  vlan INTEGER CONSTRAINT networks_vlan CHECK (vlan BETWEEN 1 AND 4094),
  mtu INTEGER NOT NULL CONSTRAINT networks_mtu CHECK (mtu BETWEEN 68 AND 65521),
  -- The kernel's IFNAMSIZ is 16 bytes with the ending zero.
  bridge TEXT NOT NULL CONSTRAINT networks_bridge CHECK (length(CAST(bridge AS BLOB)) BETWEEN 1 AND 15),
  guest_subnet TEXT,
  created_at TEXT NOT NULL,
  CONSTRAINT networks_isolated_without_vlan CHECK (is_isolated = 0 OR vlan IS NULL)
) STRICT;
CREATE UNIQUE INDEX networks_name ON networks (data_center_id, name);
CREATE UNIQUE INDEX networks_bridge ON networks (data_center_id, bridge);

CREATE TRIGGER networks_isolation_is_for_good BEFORE UPDATE OF is_isolated ON networks
WHEN NEW.is_isolated IS NOT OLD.is_isolated
BEGIN SELECT RAISE(ABORT, 'S1: Whether a network is isolated can not be changed after it was created.'); END;

CREATE TRIGGER networks_bridge_is_for_good BEFORE UPDATE OF bridge ON networks
WHEN NEW.bridge IS NOT OLD.bridge
BEGIN SELECT RAISE(ABORT, 'O5: The name of a network''s bridge can not be changed after the network was created.'); END;

CREATE TABLE network_clusters (
  network_id TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
  cluster_id TEXT NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
  required INTEGER NOT NULL CONSTRAINT network_clusters_required CHECK (required IN (0, 1)),
  PRIMARY KEY (network_id, cluster_id)
) STRICT;
CREATE INDEX network_clusters_cluster ON network_clusters (cluster_id);

CREATE TRIGGER network_clusters_insert_required BEFORE INSERT ON network_clusters
WHEN NEW.required = 0 AND (SELECT is_isolated FROM networks WHERE id = NEW.network_id) = 1
BEGIN SELECT RAISE(ABORT, 'S4: An isolated network is required in each of its clusters.'); END;

CREATE TRIGGER network_clusters_update_required BEFORE UPDATE ON network_clusters
WHEN NEW.required = 0 AND (SELECT is_isolated FROM networks WHERE id = NEW.network_id) = 1
BEGIN SELECT RAISE(ABORT, 'S4: An isolated network is required in each of its clusters.'); END;

CREATE TRIGGER network_clusters_one_data_center BEFORE INSERT ON network_clusters
WHEN (SELECT data_center_id FROM networks WHERE id = NEW.network_id)
  IS NOT (SELECT data_center_id FROM clusters WHERE id = NEW.cluster_id)
  AND EXISTS (SELECT 1 FROM networks WHERE id = NEW.network_id)
  AND EXISTS (SELECT 1 FROM clusters WHERE id = NEW.cluster_id)
BEGIN SELECT RAISE(ABORT, 'S1: A network can be attached only to clusters of its own data center.'); END;

CREATE TABLE network_attachments (
  network_id TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  nic_id TEXT,
  state TEXT NOT NULL CONSTRAINT network_attachments_state CHECK (
    state IN ('pending', 'in_sync', 'out_of_sync', 'failed', 'unknown')),
  message TEXT,
  differences TEXT NOT NULL CONSTRAINT network_attachments_differences CHECK (json_valid(differences)),
  observed_at TEXT,
  verdict TEXT NOT NULL CONSTRAINT network_attachments_verdict CHECK (
    verdict IN ('isolated', 'not_isolated', 'unknown')),
  verdict_at TEXT
) STRICT;
CREATE UNIQUE INDEX network_attachments_key ON network_attachments (network_id, host_id);
CREATE INDEX network_attachments_host ON network_attachments (host_id);

CREATE TRIGGER network_attachments_insert_nic BEFORE INSERT ON network_attachments
WHEN NEW.nic_id IS NOT NULL AND (SELECT is_isolated FROM networks WHERE id = NEW.network_id) = 1
BEGIN SELECT RAISE(ABORT, 'S3: An isolated network has no NIC on any host.'); END;

CREATE TRIGGER network_attachments_update_nic BEFORE UPDATE OF network_id, nic_id ON network_attachments
WHEN NEW.nic_id IS NOT NULL AND (SELECT is_isolated FROM networks WHERE id = NEW.network_id) = 1
BEGIN SELECT RAISE(ABORT, 'S3: An isolated network has no NIC on any host.'); END;

CREATE TABLE vnic_profiles (
  id TEXT PRIMARY KEY NOT NULL,
  network_id TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
  name TEXT NOT NULL CONSTRAINT vnic_profiles_name CHECK (length(name) BETWEEN 1 AND 256)
) STRICT;
CREATE UNIQUE INDEX vnic_profiles_name ON vnic_profiles (network_id, name);

CREATE TABLE isolation_checks (
  id TEXT PRIMARY KEY NOT NULL,
  network_id TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  probe INTEGER NOT NULL CONSTRAINT isolation_checks_probe CHECK (probe IN (0, 1)),
  verdict TEXT NOT NULL CONSTRAINT isolation_checks_verdict CHECK (verdict IN ('isolated', 'not_isolated', 'unknown')),
  points TEXT NOT NULL CONSTRAINT isolation_checks_points CHECK (json_valid(points)),
  by_user TEXT NOT NULL
) STRICT;
CREATE INDEX isolation_checks_network ON isolation_checks (network_id, host_id);
CREATE INDEX isolation_checks_host ON isolation_checks (host_id);
`;

const vms = `
CREATE TABLE images (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL CONSTRAINT images_name CHECK (length(name) BETWEEN 1 AND 256),
  format TEXT NOT NULL CONSTRAINT images_format CHECK (format IN ('qcow2', 'raw')),
  size_bytes INTEGER NOT NULL CONSTRAINT images_size_bytes CHECK (size_bytes >= 0),
  virtual_bytes INTEGER NOT NULL CONSTRAINT images_virtual_bytes CHECK (virtual_bytes >= 0),
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX images_name ON images (name);

CREATE TABLE vms (
  id TEXT PRIMARY KEY NOT NULL,
  cluster_id TEXT NOT NULL,
  data_center_id TEXT NOT NULL,
  name TEXT NOT NULL CONSTRAINT vms_name CHECK (length(name) BETWEEN 1 AND 256),
  comment TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT vms_state CHECK (state IN ('down', 'wait_for_launch', 'powering_up', 'up', 'paused',
    'powering_down', 'reboot_in_progress', 'saving_state', 'suspended', 'restoring_state', 'image_locked',
    'not_responding', 'unknown')),
  reason TEXT,
  host_id TEXT REFERENCES hosts (id) ON DELETE RESTRICT,
  memory_mib INTEGER NOT NULL CONSTRAINT vms_memory CHECK (memory_mib BETWEEN 32 AND 4194304),
  cpus INTEGER NOT NULL CONSTRAINT vms_cpus CHECK (cpus BETWEEN 1 AND 512),
  boot TEXT NOT NULL CONSTRAINT vms_boot CHECK (json_valid(boot)),
  started_at TEXT,
  created_at TEXT NOT NULL,
  -- The overlay of a VM is nothing without its base image.
  image_id TEXT GENERATED ALWAYS AS (boot ->> '$.imageId') STORED REFERENCES images (id) ON DELETE RESTRICT,
  FOREIGN KEY (cluster_id, data_center_id) REFERENCES clusters (id, data_center_id) ON DELETE RESTRICT
) STRICT;
CREATE UNIQUE INDEX vms_name ON vms (data_center_id, name);
CREATE INDEX vms_cluster ON vms (cluster_id, data_center_id);
CREATE INDEX vms_host ON vms (host_id);
CREATE INDEX vms_image ON vms (image_id) WHERE image_id IS NOT NULL;

CREATE TABLE vnics (
  id TEXT PRIMARY KEY NOT NULL,
  vm_id TEXT NOT NULL REFERENCES vms (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CONSTRAINT vnics_position CHECK (position >= 0),
  name TEXT NOT NULL CONSTRAINT vnics_name CHECK (length(name) BETWEEN 1 AND 256),
  mac TEXT NOT NULL CONSTRAINT vnics_mac CHECK (length(mac) = 17 AND mac = lower(mac)),
  profile_id TEXT REFERENCES vnic_profiles (id) ON DELETE RESTRICT,
  plugged INTEGER NOT NULL CONSTRAINT vnics_plugged CHECK (plugged IN (0, 1)),
  linked INTEGER NOT NULL CONSTRAINT vnics_linked CHECK (linked IN (0, 1)),
  assigned_address TEXT
) STRICT;
CREATE UNIQUE INDEX vnics_mac ON vnics (mac);
CREATE UNIQUE INDEX vnics_name ON vnics (vm_id, name);
CREATE INDEX vnics_order ON vnics (vm_id, position);
CREATE INDEX vnics_profile ON vnics (profile_id);
`;

const activity = `
CREATE TABLE jobs (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT jobs_state CHECK (
    state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  payload TEXT CONSTRAINT jobs_payload CHECK (payload IS NULL OR json_valid(payload)),
  error TEXT CONSTRAINT jobs_error CHECK (error IS NULL OR json_valid(error)),
  actor TEXT NOT NULL CONSTRAINT jobs_actor CHECK (json_valid(actor)),
  subjects TEXT NOT NULL CONSTRAINT jobs_subjects CHECK (json_valid(subjects)),
  created_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT
) STRICT;
CREATE INDEX jobs_state ON jobs (state);

CREATE TABLE job_steps (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL CONSTRAINT job_steps_step CHECK (step >= 1),
  title TEXT NOT NULL,
  host_id TEXT,
  state TEXT NOT NULL CONSTRAINT job_steps_state CHECK (
    state IN ('pending', 'running', 'succeeded', 'failed', 'skipped', 'cancelled')),
  message TEXT,
  started_at TEXT,
  ended_at TEXT,
  PRIMARY KEY (job_id, step)
) STRICT;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  type TEXT NOT NULL,
  severity TEXT NOT NULL CONSTRAINT events_severity CHECK (severity IN ('normal', 'warning', 'error')),
  message TEXT NOT NULL,
  actor TEXT NOT NULL CONSTRAINT events_actor CHECK (json_valid(actor)),
  subjects TEXT NOT NULL CONSTRAINT events_subjects CHECK (json_valid(subjects))
) STRICT;
-- On the very expressions that db/repositories/events.ts asks by; events without that subject cost nothing.
CREATE INDEX events_network ON events (subjects ->> '$.networkId') WHERE subjects ->> '$.networkId' IS NOT NULL;
CREATE INDEX events_host ON events (subjects ->> '$.hostId') WHERE subjects ->> '$.hostId' IS NOT NULL;
CREATE INDEX events_vm ON events (subjects ->> '$.vmId') WHERE subjects ->> '$.vmId' IS NOT NULL;
`;

export const initial: Migration = { version: 1, name: 'initial', sql: [places, networks, vms, activity].join('\n') };
