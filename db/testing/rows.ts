import { v7 as uuid } from 'uuid';
import { DEFAULT_HARDWARE, type Event, type Image, type IsolationCheck, type VnicProfile } from '../../contract';
import type {
  HostRow,
  JobRow,
  NetworkAttachmentRow,
  NetworkRow,
  StepRow,
  Store,
  VmRow,
  VnicRow,
} from '../../engine/ports/store';

/** Valid rows for tests; each call creates a new one. */
const AT = '2026-11-23T10:00:00.000Z';
let made = 0;
const another = (): number => (made += 1);

export function aHost(clusterId: string, over: Partial<HostRow> = {}): HostRow {
  return {
    id: uuid(),
    clusterId,
    name: `host-${another()}`,
    kind: 'lab',
    how: { kind: 'lab' },
    comment: '',
    labels: [],
    state: 'up',
    reason: null,
    lastSeenAt: null,
    bootId: null,
    capabilities: null,
    memoryFreeMiB: null,
    createdAt: AT,
    ...over,
  };
}

export function aNetwork(dataCenterId: string, over: Partial<NetworkRow> = {}): NetworkRow {
  const n = another();
  return {
    id: uuid(),
    dataCenterId,
    name: `network-${n}`,
    comment: '',
    isIsolated: true,
    vlan: null,
    mtu: 1500,
    bridge: `br${n}`,
    label: null,
    guestSubnet: '10.1.0.0/24',
    services: null,
    stretch: null,
    createdAt: AT,
    ...over,
  };
}

export function aProfile(networkId: string, over: Partial<VnicProfile> = {}): VnicProfile {
  return { id: uuid(), networkId, name: `profile-${another()}`, ...over };
}

export function anAttachment(
  networkId: string,
  hostId: string,
  over: Partial<NetworkAttachmentRow> = {},
): NetworkAttachmentRow {
  return {
    networkId,
    hostId,
    nic: null,
    ipv4: { kind: 'none' },
    ipv6: { kind: 'none' },
    imported: null,
    state: 'pending',
    message: null,
    differences: [],
    observedAt: null,
    verdict: 'unknown',
    verdictAt: null,
    points: 0,
    unchecked: 0,
    failed: 0,
    ...over,
  };
}

export function aCheck(networkId: string, hostId: string, over: Partial<IsolationCheck> = {}): IsolationCheck {
  return {
    id: uuid(),
    networkId,
    hostId,
    at: AT,
    probe: false,
    verdict: 'isolated',
    points: [{ id: 'mark', title: 'Carries our mark', ok: true, evidence: 'alias atoll:x:y' }],
    by: 'tester',
    ...over,
  };
}

export function aVm(place: { clusterId: string; dataCenterId: string }, over: Partial<VmRow> = {}): VmRow {
  return {
    id: uuid(),
    ...place,
    name: `vm-${another()}`,
    comment: '',
    state: 'down',
    reason: null,
    hostId: null,
    memoryMiB: 192,
    cpus: 1,
    autostart: false,
    boot: { kind: 'tiny' },
    cdroms: [],
    hardware: DEFAULT_HARDWARE,
    guest: null,
    startedAt: null,
    createdAt: AT,
    ...over,
  };
}

export function aVnic(vmId: string, over: Partial<VnicRow> = {}): VnicRow {
  const n = another();
  const low = [(n >> 16) & 255, (n >> 8) & 255, n & 255].map((byte) => byte.toString(16).padStart(2, '0'));
  return {
    id: uuid(),
    vmId,
    name: `nic${n}`,
    mac: `56:6f:00:${low.join(':')}`,
    profileId: null,
    networkId: null,
    plugged: true,
    linked: true,
    assignedAddress: null,
    position: 0,
    ...over,
  };
}

export function anImage(over: Partial<Image> = {}): Image {
  return {
    id: uuid(),
    name: `image-${another()}`,
    format: 'qcow2',
    sizeBytes: 10,
    virtualBytes: 20,
    createdAt: AT,
    ...over,
  };
}

export function aJob(over: Partial<JobRow> = {}): JobRow {
  return {
    id: uuid(),
    kind: 'networks.attach',
    title: { type: 'networks.attach', params: { network: 'blue', cluster: 'Default' } },
    state: 'queued',
    payload: null,
    error: null,
    by: { user: 'tester', door: 'cli' },
    subjects: {},
    createdAt: AT,
    startedAt: null,
    endedAt: null,
    ...over,
  };
}

export function aStep(jobId: string, index: number, over: Partial<StepRow> = {}): StepRow {
  return {
    jobId,
    index,
    title: { type: 'step.host.set_up', params: { host: 'h' } },
    hostId: null,
    state: 'pending',
    message: null,
    startedAt: null,
    endedAt: null,
    ...over,
  };
}

/** The contents of a database from before messages were data. */
export const oldText = (text: string) => ({ type: 'text', params: { text } }) as const;

export function anEvent(over: Partial<Omit<Event, 'seq'>> = {}): Omit<Event, 'seq'> {
  return {
    at: AT,
    type: 'vm.state',
    severity: 'normal',
    message: { type: 'vm.state', params: { vm: 'web', state: 'up' } },
    by: { user: 'tester', door: 'cli' },
    subjects: {},
    undo: null,
    ...over,
  };
}

/** The data center and cluster that every new database has. */
export function defaultPlace(store: Store): { clusterId: string; dataCenterId: string } {
  const cluster = store.clusters.list()[0];
  if (!cluster) throw new Error('the store has no cluster');
  return { clusterId: cluster.id, dataCenterId: cluster.dataCenterId };
}

/** One of everything, in a database. */
export function populate(store: Store) {
  const place = defaultPlace(store);
  const host = aHost(place.clusterId);
  const network = aNetwork(place.dataCenterId);
  const profile = aProfile(network.id);
  const attachment = anAttachment(network.id, host.id);
  const check = aCheck(network.id, host.id);
  const image = anImage();
  const vm = aVm(place, {
    hostId: host.id,
    boot: { kind: 'image', imageId: image.id, seed: null, diskBytes: null, copy: 'thin', copiedFrom: null },
  });
  const vnic = aVnic(vm.id, { profileId: profile.id, networkId: network.id });
  const job = aJob();
  const step = aStep(job.id, 1);
  store.transaction((tx) => {
    tx.hosts.insert(host);
    tx.networks.insert(network);
    tx.networkClusters.insert({ networkId: network.id, clusterId: place.clusterId, required: true });
    tx.vnicProfiles.insert(profile);
    tx.attachments.upsert(attachment);
    tx.checks.insert(check);
    tx.images.insert(image);
    tx.vms.insert(vm);
    tx.vnics.insert(vnic);
    tx.jobs.insert(job);
    tx.steps.insert(step);
  });
  return { place, host, network, profile, attachment, check, image, vm, vnic, job, step };
}

/** What `act` changes when committed, as `kind id`, in order; null if nothing was published. */
export function touchedBy(store: Store, act: () => void): string[] | null {
  let seen: string[] | null = null;
  const stop = store.onCommit((touched) => {
    if (seen) throw new Error('published twice');
    seen = touched.map(({ kind, id }) => `${kind} ${id}`);
  });
  act();
  stop();
  return seen;
}

/** The error that `act` throws. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
