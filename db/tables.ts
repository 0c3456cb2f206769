import type {
  Cluster,
  DataCenter,
  Event,
  HostBond,
  HostNic,
  Image,
  IsolationCheck,
  Preferences,
  PromiseBreach,
  VnicProfile,
} from '../contract';
import type {
  AcceptedPartRow,
  DiskRow,
  ForwardRow,
  HostRow,
  IslandNoteRow,
  JobRow,
  LeftoverRow,
  NetworkAttachmentRow,
  NetworkClusterRow,
  NetworkRow,
  PromiseGroupRow,
  PromiseRow,
  SnapshotRow,
  SnapshotVmRow,
  StepRow,
  TakeOverRow,
  TrashRow,
  TunnelPairRow,
  TunnelRow,
  VmRow,
  VnicRow,
} from '../engine/ports/store';

/** How a value is kept: as it is, as JSON text (of a message, or of a job's error as any version wrote it), or as 0 and 1. */
export type Kept = 'plain' | 'json' | 'message' | 'jobError' | 'boolean';

/** A column is named as its field, in snake case, unless it says otherwise. */
type Column = Kept | { readonly name: string; readonly is?: Kept };

/** A table: its columns in the order of its SELECTs. The migrations make it; `Row` is the port's. */
export interface TableOf<Row> {
  readonly name: string;
  readonly columns: ReadonlyArray<{ readonly field: keyof Row & string; readonly name: string; readonly is: Kept }>;
}

/** Names every field of `Row` once: one that is left out, or that the row does not have, does not compile. */
function table<Row>(name: string, columns: { readonly [Field in keyof Row]-?: Column }): TableOf<Row> {
  const entries = Object.entries(columns) as Array<[keyof Row & string, Column]>;
  return {
    name,
    columns: entries.map(([field, column]) =>
      typeof column === 'string'
        ? { field, name: snakeCase(field), is: column }
        : { field, name: column.name, is: column.is ?? 'plain' },
    ),
  };
}

/** `memoryFreeMiB` becomes `memory_free_mib`. */
const snakeCase = (field: string): string =>
  field
    .replace('MiB', 'Mib')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** One choice of one OS user. The user is no reference: the store knows no list of them. */
export interface PreferenceRow {
  readonly user: string;
  readonly key: keyof Preferences;
  readonly value: Preferences[keyof Preferences];
}

export const dataCenters = table<DataCenter>('data_centers', {
  id: 'plain',
  name: 'plain',
  comment: 'plain',
  createdAt: 'plain',
});

export const clusters = table<Cluster>('clusters', {
  id: 'plain',
  dataCenterId: 'plain',
  name: 'plain',
  comment: 'plain',
  createdAt: 'plain',
});

export const hosts = table<HostRow>('hosts', {
  id: 'plain',
  clusterId: 'plain',
  name: 'plain',
  kind: 'plain',
  how: 'json',
  comment: 'plain',
  state: 'plain',
  reason: 'message',
  lastSeenAt: 'plain',
  bootId: 'plain',
  capabilities: 'json',
  memoryFreeMiB: 'plain',
  createdAt: 'plain',
  labels: 'json',
});

export const hostNics = table<HostNic>('host_nics', {
  hostId: 'plain',
  name: 'plain',
  mac: 'plain',
  mtu: 'plain',
  up: 'boolean',
  speedMbps: 'plain',
  bridge: 'plain',
  kind: 'plain',
  addresses: 'json',
  parent: 'plain',
  vlan: 'plain',
  mode: 'plain',
  carriesConnection: 'boolean',
});

export const hostBonds = table<HostBond>('host_bonds', {
  hostId: 'plain',
  name: 'plain',
  mode: 'plain',
  nics: 'json',
});

export const networks = table<NetworkRow>('networks', {
  id: 'plain',
  dataCenterId: 'plain',
  name: 'plain',
  comment: 'plain',
  isIsolated: 'boolean',
  vlan: 'plain',
  mtu: 'plain',
  bridge: 'plain',
  guestSubnet: 'plain',
  createdAt: 'plain',
  label: 'plain',
  services: 'json',
  stretch: 'json',
});

export const networkClusters = table<NetworkClusterRow>('network_clusters', {
  networkId: 'plain',
  clusterId: 'plain',
  required: 'boolean',
});

export const networkAttachments = table<NetworkAttachmentRow>('network_attachments', {
  networkId: 'plain',
  hostId: 'plain',
  nic: { name: 'nic_id' },
  state: 'plain',
  message: 'plain',
  differences: 'json',
  observedAt: 'plain',
  verdict: 'plain',
  verdictAt: 'plain',
  points: 'plain',
  unchecked: 'plain',
  failed: 'plain',
  ipv4: 'json',
  ipv6: 'json',
  imported: 'plain',
});

export const islandNotes = table<IslandNoteRow>('island_notes', {
  networkId: 'plain',
  hostId: 'plain',
  note: 'plain',
});

export const vnicProfiles = table<VnicProfile>('vnic_profiles', {
  id: 'plain',
  networkId: 'plain',
  name: 'plain',
});

export const isolationChecks = table<IsolationCheck>('isolation_checks', {
  id: 'plain',
  networkId: 'plain',
  hostId: 'plain',
  at: 'plain',
  probe: 'boolean',
  verdict: 'plain',
  points: 'json',
  by: { name: 'by_user' },
});

export const images = table<Image>('images', {
  id: 'plain',
  name: 'plain',
  format: 'plain',
  sizeBytes: 'plain',
  virtualBytes: 'plain',
  createdAt: 'plain',
});

export const vms = table<VmRow>('vms', {
  id: 'plain',
  clusterId: 'plain',
  dataCenterId: 'plain',
  name: 'plain',
  comment: 'plain',
  state: 'plain',
  reason: 'message',
  hostId: 'plain',
  memoryMiB: 'plain',
  cpus: 'plain',
  autostart: 'boolean',
  boot: 'json',
  cdroms: 'json',
  hardware: 'json',
  guest: 'json',
  startedAt: 'plain',
  createdAt: 'plain',
});

export const vnics = table<Omit<VnicRow, 'networkId'>>('vnics', {
  id: 'plain',
  vmId: 'plain',
  position: 'plain',
  name: 'plain',
  mac: 'plain',
  profileId: 'plain',
  plugged: 'boolean',
  linked: 'boolean',
  assignedAddress: 'plain',
});

export const disks = table<DiskRow>('disks', {
  id: 'plain',
  vmId: 'plain',
  hostId: 'plain',
  position: 'plain',
  name: 'plain',
  bus: 'plain',
  format: 'plain',
  sizeBytes: 'plain',
  readOnly: 'boolean',
  discard: 'boolean',
  path: 'plain',
});

export const forwards = table<ForwardRow>('forwards', {
  id: 'plain',
  vmId: 'plain',
  protocol: 'plain',
  hostPort: 'plain',
  guestPort: 'plain',
  state: 'plain',
  message: 'plain',
  createdAt: 'plain',
});

export const promises = table<PromiseRow>('promises', {
  id: 'plain',
  dataCenterId: 'plain',
  kind: 'plain',
  who: 'json',
  to: { name: 'to_subjects', is: 'json' },
  through: 'json',
  maxAgeMinutes: 'plain',
  ports: 'json',
  severity: 'plain',
  note: 'plain',
  state: 'plain',
  since: 'plain',
  findings: 'json',
  createdAt: 'plain',
});

export const promiseGroups = table<PromiseGroupRow>('promise_groups', {
  id: 'plain',
  dataCenterId: 'plain',
  name: 'plain',
  members: 'json',
});

export const promiseBreaches = table<PromiseBreach>('promise_breaches', {
  id: 'plain',
  promiseId: 'plain',
  state: 'plain',
  from: { name: 'began_at' },
  until: { name: 'ended_at' },
  findings: 'json',
  by: { name: 'by_user' },
});

export const snapshots = table<SnapshotRow>('snapshots', {
  id: 'plain',
  dataCenterId: 'plain',
  name: 'plain',
  comment: 'plain',
  isStart: 'boolean',
  state: 'plain',
  createdAt: 'plain',
});

export const snapshotVms = table<SnapshotVmRow>('snapshot_vms', {
  snapshotId: 'plain',
  vmId: 'plain',
  hostId: 'plain',
  withMemory: 'boolean',
  kept: 'json',
});

export const jobs = table<JobRow>('jobs', {
  id: 'plain',
  kind: 'plain',
  title: 'message',
  state: 'plain',
  payload: 'json',
  error: 'jobError',
  by: { name: 'actor', is: 'json' },
  subjects: 'json',
  createdAt: 'plain',
  startedAt: 'plain',
  endedAt: 'plain',
});

export const jobSteps = table<StepRow>('job_steps', {
  jobId: 'plain',
  index: { name: 'step' },
  title: 'message',
  hostId: 'plain',
  state: 'plain',
  message: 'message',
  startedAt: 'plain',
  endedAt: 'plain',
});

export const events = table<Event>('events', {
  seq: 'plain',
  at: 'plain',
  type: 'plain',
  severity: 'plain',
  message: 'message',
  by: { name: 'actor', is: 'json' },
  subjects: 'json',
  undo: 'json',
});

export const trash = table<TrashRow>('trash', {
  id: { name: 'vm_id' },
  hostId: 'plain',
  name: 'plain',
  removedAt: 'plain',
  imageId: 'plain',
});

export const leftovers = table<LeftoverRow>('leftovers', {
  vmId: 'plain',
  hostId: 'plain',
});

export const takeOvers = table<TakeOverRow>('take_overs', {
  hostId: 'plain',
  storeId: 'plain',
});

export const tunnels = table<TunnelRow>('tunnels', {
  hostId: 'plain',
  number: 'plain',
  publicKey: 'plain',
  nextKey: 'plain',
  port: 'plain',
  rotation: 'plain',
});

export const tunnelPairs = table<TunnelPairRow>('tunnel_pairs', {
  lowId: 'plain',
  highId: 'plain',
  choice: 'plain',
  lowEndpoint: 'plain',
  highEndpoint: 'plain',
  way: 'plain',
  state: 'plain',
  since: 'plain',
  why: 'message',
});

export const acceptedParts = table<AcceptedPartRow>('accepted_parts', {
  vmId: 'plain',
  part: 'plain',
});

export const preferences = table<PreferenceRow>('preferences', {
  user: 'plain',
  key: 'plain',
  value: 'json',
});
