import type { HostReason, HostTexts, VmReason } from '../../contract';
import type {
  Actor,
  AttachmentState,
  BackupRule,
  Boot,
  Cdrom,
  Cluster,
  DataCenter,
  Difference,
  Disk,
  EntityKind,
  Event,
  Forward,
  Guest,
  HostCapabilities,
  HostKind,
  Hardware,
  HostBond,
  HostNic,
  HostState,
  Image,
  Ipv4,
  Ipv6,
  IsolationCheck,
  IsolationPromise,
  PromiseBreach,
  PromiseGroup,
  Subject,
  Job,
  JobState,
  JobStep,
  NetworkServices,
  NetworkStretch,
  Preferences,
  Protocol,
  Snapshot,
  Subjects,
  TrashAges,
  Verdict,
  VmState,
  Vnic,
  VnicProfile,
  JobTitle,
  StretchReason,
  TunnelPairState,
  TunnelWay,
  WayChoice,
} from '../../contract';
import type { HostHow } from './hosts';

/** A promise as written, and its last known state. */
export interface PromiseRow extends Omit<IsolationPromise, 'sentence' | 'who' | 'to' | 'through'> {
  who: SubjectRow[];
  to: SubjectRow[];
  through: SubjectRow[];
}
/** `name`: the last known one. Of a label the id is the label. */
export type SubjectRow = Omit<Subject, 'gone'>;
export interface PromiseGroupRow extends Omit<PromiseGroup, 'members'> {
  members: SubjectRow[];
}

/** Rows of the database. Times are ISO strings; JSON columns are already parsed and checked. */
export interface HostRow extends HostTexts {
  id: string;
  clusterId: string;
  name: string;
  kind: HostKind;
  how: HostHow;
  labels: string[];
  state: HostState;
  reason: HostReason | null;
  lastSeenAt: string | null;
  bootId: string | null;
  capabilities: HostCapabilities | null;
  memoryFreeMiB: number | null;
  createdAt: string;
}
export interface NetworkRow {
  id: string;
  dataCenterId: string;
  name: string;
  comment: string;
  isIsolated: boolean;
  vlan: number | null;
  mtu: number;
  bridge: string;
  label: string | null;
  guestSubnet: string | null;
  services: NetworkServices | null;
  stretch: NetworkStretch | null;
  createdAt: string;
}
export interface NetworkClusterRow {
  networkId: string;
  clusterId: string;
  required: boolean;
}
/** Identity: (networkId, hostId). */
export interface NetworkAttachmentKey {
  readonly networkId: string;
  readonly hostId: string;
}
export interface NetworkAttachmentRow extends NetworkAttachmentKey {
  nic: string | null;
  ipv4: Ipv4;
  ipv6: Ipv6;
  /** The bridge existed before: taken over, or (`waits`) to be so once its VMs are. Null: Atoll created it. */
  imported: 'waits' | 'yes' | null;
  state: AttachmentState;
  message: string | null;
  differences: Difference[];
  observedAt: string | null;
  verdict: Verdict;
  verdictAt: string | null;
  /** Of the check behind the verdict; 0: there was none. */
  points: number;
  unchecked: number;
  failed: number;
}
/** What an attachment keeps of a check. */
export type CheckResult = Pick<NetworkAttachmentRow, 'verdict' | 'points' | 'unchecked' | 'failed'>;
/** What says whether an attachment has become in sync. */
export type UnsettledAttachment = Pick<
  NetworkAttachmentRow,
  'networkId' | 'hostId' | 'state' | 'message' | 'observedAt' | 'verdict' | 'failed'
>;
/** A note on an island; never empty. */
export interface IslandNoteRow extends NetworkAttachmentKey {
  note: string;
}
export interface VmRow {
  id: string;
  clusterId: string;
  dataCenterId: string;
  name: string;
  comment: string;
  state: VmState;
  reason: VmReason | null;
  hostId: string | null;
  memoryMiB: number;
  cpus: number;
  autostart: boolean;
  boot: Boot;
  cdroms: Cdrom[];
  hardware: Hardware;
  /** As last known; see `presentVm` for what of it counts. */
  guest: Guest | null;
  startedAt: string | null;
  createdAt: string;
}
export type VnicRow = Omit<Vnic, 'networkId'> & {
  /** Position on the VM, from 0. */ position: number;
  networkId: string | null;
};
/** `hostId`: of a disk that no VM has; else its VM's host counts. */
export type DiskRow = Disk & {
  /** Position on the VM, from 0. */ position: number;
};
/** A stored forward; its address is always this computer's loopback. */
export type ForwardRow = Omit<Forward, 'address'>;
export interface JobRow {
  id: string;
  kind: string;
  title: JobTitle;
  state: JobState;
  /** What the job's kind needs to run, or to run again. */
  payload: unknown;
  error: Job['error'];
  by: Actor;
  subjects: Subjects;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}
export interface TrashRow {
  id: string;
  hostId: string;
  name: string;
  /** The base image of its disk; null: it has none. */
  imageId: string | null;
  removedAt: string;
}
/** A host on which the marks of another store are being replaced by ours. */
export interface TakeOverRow {
  hostId: string;
  /** The other store. */
  storeId: string;
}
/** The tunnel of a host to others; it remains when the last of its networks is separated, so that its number is never another's. */
export interface TunnelRow {
  hostId: string;
  /** 1 to 65534. */
  number: number;
  /** As the host reported it; null: not known yet. */
  publicKey: string | null;
  nextKey: string | null;
  /** The UDP port that the host chose; null: none yet. */
  port: number | null;
  /** `prepare`: the host is to make a next key. `switch`: it is to use that. */
  rotation: 'none' | 'prepare' | 'switch';
}
/** Identity: the ids of both hosts, in order. */
export interface TunnelPairKey {
  readonly lowId: string;
  readonly highId: string;
}
export interface TunnelPairRow extends TunnelPairKey {
  choice: WayChoice;
  /** Where the host is reached directly by the other; null: not directly, or it speaks first. */
  lowEndpoint: string | null;
  highEndpoint: string | null;
  way: TunnelWay | null;
  state: TunnelPairState;
  since: string | null;
  why: StretchReason | null;
}
export interface LeftoverRow {
  vmId: string;
  hostId: string;
}
/** A part of a VM's definition that a user has allowed to move between hosts. */
export interface AcceptedPartRow {
  vmId: string;
  part: string;
}
export type SnapshotRow = Omit<Snapshot, 'vms'>;
/** The data of a VM in a snapshot besides disks and memory. */
export type KeptVm = Pick<VmRow, 'memoryMiB' | 'cpus' | 'boot' | 'cdroms' | 'hardware'> & {
  vnics: Vnic[];
  disks: Disk[];
};
export interface SnapshotVmRow {
  snapshotId: string;
  vmId: string;
  hostId: string | null;
  withMemory: boolean;
  kept: KeptVm;
}
export type StepRow = JobStep & { jobId: string };

/**
 * Access to one kind of row by id. Writes throw AppError CONFLICT if a UNIQUE or foreign key is violated, RULE_BROKEN if a CHECK or
 * trigger is. `update` throws NOT_FOUND if there is no such row, and neither writes nor publishes a patch that changes nothing.
 * `remove` also removes what the row owns, and does nothing if there is no such row.
 */
export interface Table<Row extends { id: string }> {
  get(id: string): Row | undefined;
  list(): Row[];
  insert(row: Row): void;
  update(id: string, patch: Partial<Omit<Row, 'id'>>): void;
  remove(id: string): void;
}

/**
 * All repositories, inside or outside a transaction. Everything is synchronous. Lists are in order of creation unless stated
 * otherwise.
 */
export interface Repositories {
  dataCenters: Table<DataCenter> & { byName(name: string): DataCenter | undefined };
  clusters: Table<Cluster> & { byName(name: string): Cluster[]; ofDataCenter(id: string): Cluster[] };
  hosts: Table<HostRow> & { byName(name: string): HostRow | undefined; ofCluster(id: string): HostRow[] };
  /** Bonds that were set up. `replace` writes all of a host. */
  hostBonds: { ofHost(hostId: string): HostBond[]; replace(hostId: string, bonds: readonly HostBond[]): void };
  hostNics: { ofHost(hostId: string): HostNic[]; replace(hostId: string, nics: HostNic[]): void };
  networks: Table<NetworkRow> & {
    byName(name: string): NetworkRow[];
    ofDataCenter(id: string): NetworkRow[];
    /** Those of the ids that exist, in no particular order: one query for a thousand. */
    some(ids: readonly string[]): NetworkRow[];
    /** Those that are attached to a host. */
    ofHost(hostId: string): NetworkRow[];
    /** Those with addresses and names inside. */
    withServices(): NetworkRow[];
    /** Those that are stretched over several hosts. */
    stretched(): NetworkRow[];
    /** Regular ones that a cluster requires. */
    regularRequiredIn(clusterId: string): NetworkRow[];
  };
  networkClusters: {
    list(): NetworkClusterRow[];
    ofNetwork(id: string): NetworkClusterRow[];
    ofCluster(id: string): NetworkClusterRow[];
    insert(row: NetworkClusterRow): void;
    /** The same row for each of these networks, by one statement. */
    insertEach(networkIds: readonly string[], rest: Omit<NetworkClusterRow, 'networkId'>): void;
    remove(networkId: string, clusterId: string): void;
  };
  attachments: {
    list(): NetworkAttachmentRow[];
    /** Only these columns of all: a database has thousands. */
    columns<K extends keyof NetworkAttachmentRow>(fields: readonly K[]): Array<Pick<NetworkAttachmentRow, K>>;
    get(key: NetworkAttachmentKey): NetworkAttachmentRow | undefined;
    ofHost(hostId: string): NetworkAttachmentRow[];
    /** Those of a host that are not in sync: only these columns, since there can be a thousand. */
    unsettledOfHost(hostId: string): UnsettledAttachment[];
    /** The ids of those of these networks that are in sync on a host. */
    inSync(hostId: string, networkIds: readonly string[]): string[];
    ofNetwork(networkId: string): NetworkAttachmentRow[];
    /** The same new row for each of these networks, by one statement. */
    insertEach(networkIds: readonly string[], rest: Omit<NetworkAttachmentRow, 'networkId'>): void;
    upsert(row: NetworkAttachmentRow): void;
    update(key: NetworkAttachmentKey, patch: Partial<Omit<NetworkAttachmentRow, 'networkId' | 'hostId'>>): void;
    remove(key: NetworkAttachmentKey): void;
    /**
     * Records that all of these are in sync and nothing differs, and the result of their check (null: unchanged): one statement
     * for a thousand.
     */
    settle(hostId: string, networkIds: readonly string[], observedAt: string, result: CheckResult | null): void;
  };
  /** Notes on islands; one is removed with its network and with its host. */
  notes: {
    list(): IslandNoteRow[];
    get(key: NetworkAttachmentKey): IslandNoteRow | undefined;
    put(row: IslandNoteRow): void;
    remove(key: NetworkAttachmentKey): void;
  };
  vnicProfiles: Table<VnicProfile> & { ofNetwork(networkId: string): VnicProfile[] };
  vms: Table<VmRow> & {
    /** Only these columns of all, in the order of `list`: a database has thousands. */
    columns<K extends keyof VmRow>(fields: readonly K[]): Array<Pick<VmRow, K>>;
    byName(name: string): VmRow[];
    /** Those that boot from the disk with this path, on any host. */
    byDisk(path: string): VmRow[];
    /** Those whose seed gives more than one address: their vNICs' assigned addresses are not all that they have. */
    withSeveralAddresses(): VmRow[];
    ofCluster(id: string): VmRow[];
    ofHost(hostId: string): VmRow[];
  };
  /** `networkId` is joined from the profile. Lists in order of (vm creation, position). `insert`/`update` ignore `networkId`. */
  vnics: Table<VnicRow> & {
    columns<K extends keyof VnicRow>(fields: readonly K[]): Array<Pick<VnicRow, K>>;
    ofVm(vmId: string): VnicRow[];
    ofNetwork(networkId: string): VnicRow[];
    ofHost(hostId: string): VnicRow[];
    byMac(mac: string): VnicRow | undefined;
  };
  /** A disk is removed with its VM. Lists in order of (vm creation, position). */
  disks: Table<DiskRow> & { ofVm(vmId: string): DiskRow[] };
  /** A forward is removed with its VM. */
  forwards: Table<ForwardRow> & {
    ofVm(vmId: string): ForwardRow[];
    ofHost(hostId: string): ForwardRow[];
    byHostPort(protocol: Protocol, hostPort: number): ForwardRow | undefined;
  };
  promises: Table<PromiseRow> & { ofDataCenter(id: string): PromiseRow[]; count(): number };
  promiseGroups: Table<PromiseGroupRow> & { ofDataCenter(id: string): PromiseGroupRow[] };
  /** Removed with their promise. Newest first; `insert` keeps at most 200 of each. */
  promiseBreaches: {
    ofPromise(promiseId: string): PromiseBreach[];
    insert(row: PromiseBreach): void;
    /** Ends the open one, if there is one. */
    end(promiseId: string, until: string): void;
  };
  images: Table<Image> & { byName(name: string): Image | undefined };
  /** A snapshot is removed with the last of its VMs. */
  snapshots: Table<SnapshotRow> & { byName(name: string): SnapshotRow[]; ofVm(vmId: string): SnapshotRow[] };
  snapshotVms: { ofSnapshot(snapshotId: string): SnapshotVmRow[]; insert(row: SnapshotVmRow): void };
  /** Newest first in `list` and `recent`. */
  jobs: Table<JobRow> & { recent(limit: number, state?: JobState): JobRow[]; inState(states: JobState[]): JobRow[] };
  steps: {
    ofJob(jobId: string): StepRow[];
    insert(row: StepRow): void;
    update(jobId: string, index: number, patch: Partial<Omit<JobStep, 'index'>>): void;
    removeOfJob(jobId: string): void;
  };
  events: {
    append(event: Omit<Event, 'seq'>): Event;
    get(seq: number): Event | undefined;
    /** Events that can be undone and are no undo themselves, with a number below `before`; newest first. */
    undoable(before: number, limit: number): Event[];
    /** Events of changes that undid the event `seq`, in order. */
    undoing(seq: number): Event[];
    after(seq: number, limit: number): Event[];
    /** Newest first. */
    recent(filter: EventFilter): Event[];
    lastSeq(): number;
    /** Deletes all but the newest `keep`. */
    prune(keep: number): number;
  };
  /** Newest first. `insert` keeps at most 200 for each network and host. */
  checks: {
    insert(check: IsolationCheck): void;
    ofNetwork(networkId: string, limit: number): IsolationCheck[];
    ofHost(networkId: string, hostId: string, limit: number): IsolationCheck[];
  };
  /** Removed VMs whose disks are kept; `id` is the VM's. */
  trash: Table<TrashRow> & { ofHost(hostId: string): TrashRow[] };
  /** Hosts that may have data of a VM that now lives elsewhere (or was removed); it is removed when the host answers. */
  takeOvers: {
    get(hostId: string): TakeOverRow | undefined;
    put(row: TakeOverRow): void;
    remove(hostId: string): void;
  };
  leftovers: {
    get(row: LeftoverRow): LeftoverRow | undefined;
    ofHost(hostId: string): LeftoverRow[];
    insert(row: LeftoverRow): void;
    remove(row: LeftoverRow): void;
  };
  /** In order of their numbers. A tunnel is removed with its host. */
  tunnels: {
    list(): TunnelRow[];
    get(hostId: string): TunnelRow | undefined;
    insert(row: TunnelRow): void;
    update(hostId: string, patch: Partial<Omit<TunnelRow, 'hostId' | 'number'>>): void;
  };
  /** A pair is removed with either of its hosts. */
  tunnelPairs: {
    list(): TunnelPairRow[];
    get(key: TunnelPairKey): TunnelPairRow | undefined;
    ofHost(hostId: string): TunnelPairRow[];
    insert(row: TunnelPairRow): void;
    update(key: TunnelPairKey, patch: Partial<Omit<TunnelPairRow, 'lowId' | 'highId'>>): void;
    remove(key: TunnelPairKey): void;
  };
  acceptedParts: {
    ofVm(vmId: string): string[];
    /** Safe to call again. */
    accept(row: AcceptedPartRow): void;
  };
  /** Small facts: the MAC pool's next number, the next guest subnet. They begin at 0; `peek` returns what `next` will return. */
  counters: { next(name: string): number; peek(name: string): number };
  /** Settings of the whole store; defaults until changed. */
  settings: {
    backupRule(): BackupRule;
    keepBackupRule(rule: BackupRule): void;
    /** Null: never checked. */
    trashAges(): TrashAges | null;
    keepTrashAges(ages: TrashAges): void;
    /** Null: the store was not restored since an engine last started on it. */
    restored(): Restored | null;
    forgetRestored(): void;
  };
  /** The preferences of each OS user; defaults until changed. */
  preferences: { of(user: string): Preferences; keep(user: string, patch: Partial<Preferences>): void };
}
/** Recorded in a backup before it replaces the database, for the engine that starts on it. */
export interface Restored {
  readonly from: string;
  /** The file that keeps the previous database. */
  readonly kept: string | null;
  readonly by: Actor;
  /** Whether the list of hosts that the backup would connect was confirmed. */
  readonly connect: boolean;
}

export interface EventFilter {
  limit: number;
  after?: number;
  type?: string;
  /** Any of these types. */
  types?: readonly string[];
  /** Not before this time. */
  since?: string;
  severity?: string;
  networkId?: string;
  hostId?: string;
  vmId?: string;
}

/** An object that a committed transaction touched. An attachment's id is `networkId/hostId`. */
export interface Touched {
  readonly kind: EntityKind;
  readonly id: string;
}

/**
 * When a commit has to be on the disk. `now`: before it returns, so that it survives a power cut; for every desired state. `later`:
 * soon, and in order; for what is observed or done again after a power cut: observations, job progress.
 */
export type Durable = 'now' | 'later';

/** The embedded database. */
export interface Store extends Repositories {
  /** This store's own id, created with it, in the mark on every bridge. */
  readonly storeId: string;
  readonly schemaVersion: number;
  /** Runs `fn` in one immediate transaction; an error rolls all of it back and is rethrown. Must not be nested. */
  transaction<T>(fn: (tx: Repositories) => T, durable?: Durable): T;
  /** Runs `fn` likewise and always rolls back; nothing is published. */
  preview<T>(fn: (tx: Repositories) => T): T;
  /** In a transaction: runs `fn` and undoes what it wrote, touched and reported. */
  tentative<T>(fn: () => T): T;
  /** What the open transaction has touched so far; nothing outside of one. */
  touched(): readonly Touched[];
  /** Gets what each committed transaction touched, and the events that it appended, after the commit. */
  onCommit(listener: (touched: readonly Touched[], events: readonly Event[]) => void): () => void;
  /** Writes a consistent, verified copy to `path` (refused if it exists); returns its size in bytes. */
  backup(path: string): Promise<number>;
  close(): void;
}
