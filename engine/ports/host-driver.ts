import type {
  CheckPoint,
  Cdrom,
  DiskBus,
  DiskFormat,
  DiskUse,
  Hardware,
  ImageCopy,
  NicModel,
  SeedFiles,
  VmDefinition,
  VmVerb,
} from '../../contract';
import type { BridgeSpec, ChangeGroup, GroupOutcome } from './changes';
import type { ObservedHost } from './observed';
import type { ReachAnswer, ReachOrder } from './reach-probe';
import type { ServicesSpec } from './services';
import type { TunnelDriver, TunnelSpec } from './stretch';
import type { SetupChange, SetupOrder, SetupOutcome } from './setup';
import type { SnapshotDriver } from './snapshots';
import type { HostCounters } from './statistics';

/** A notification that something happened on a host. A hint to observe again, never the truth itself. */
export interface HostNotice {
  /** `tap`: of nothing but interfaces that libvirt makes for VMs. */
  readonly kind: 'network' | 'tap' | 'vm' | 'lost';
  /** The watcher's message, for the log. `lost`: the watchers have ended, the host must be connected again. */
  readonly detail: string;
}

/** One plugged vNIC. `bridge` null: a device without a network. */
export interface VnicSpec {
  readonly id: string;
  readonly mac: string;
  readonly bridge: string | null;
  readonly linked: boolean;
  readonly mtu: number;
  /** The device that the guest sees; virtio if omitted. */
  readonly model?: NicModel | undefined;
}

/** A tiny guest's address on one NIC, with prefix length, and its default gateway if there is one. */
export interface GuestAddress {
  readonly mac: string;
  readonly address: string;
  readonly gateway?: string | undefined;
}

/** A VM's boot source, resolved to files of the engine's computer. */
export type BootSpec =
  /** `addresses` are passed on the kernel's command line. */
  | { readonly kind: 'tiny'; readonly addresses: readonly GuestAddress[] }
  | {
      readonly kind: 'image';
      /** Null: its disk is a full copy that exists already. */
      readonly base: string | null;
      readonly format: DiskFormat;
      /** `full`: the disk depends on no other file. */
      readonly copy: ImageCopy;
      /** The size that its disk is made with; null, or less than the image: that of the image. */
      readonly diskBytes: number | null;
      readonly seed: SeedFiles | null;
      /** What the seed tells the guest. */
      readonly addresses: readonly GuestAddress[];
    }
  /** `format` null: not known yet; `diskFormat` detects it, and the engine stores it. */
  | { readonly kind: 'disk'; readonly path: string; readonly format: DiskFormat | null }
  | { readonly kind: 'devices' }
  | { readonly kind: 'kernel'; readonly kernel: string; readonly initrd: string | null; readonly append: string }
  /** Its definition belongs to its owner: we only write our mark and the vNICs in the spec. `others`: MAC addresses of other NICs. */
  | { readonly kind: 'imported'; readonly others: readonly string[] };

/** A disk of a VM besides its boot source. Its file is in the VM's folder; the driver knows its path. */
export interface DiskSpec {
  readonly id: string;
  readonly bus: DiskBus;
  readonly format: DiskFormat;
  readonly sizeBytes: number;
  readonly readOnly: boolean;
  readonly discard: boolean;
}

/** A device that a VM boots from. `id` null: the disk of its boot source. */
export type BootTarget =
  | { readonly kind: 'disk'; readonly id: string | null }
  | { readonly kind: 'cdrom'; readonly name: string }
  | { readonly kind: 'vnic'; readonly mac: string };

export interface VmSpec {
  /** Also the domain's UUID. */
  readonly id: string;
  readonly name: string;
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly boot: BootSpec;
  /** In order. `define` creates those that do not exist. */
  readonly disks?: readonly DiskSpec[];
  /** CD drives with files of the engine's computer; none if omitted. */
  readonly cdroms?: readonly Cdrom[] | undefined;
  /** The defaults if omitted. */
  readonly hardware?: Hardware | undefined;
  /** The only devices that it boots from, in order; omitted: those of `hardware.bootFirst`. */
  readonly bootOrder?: readonly BootTarget[] | undefined;
  /** Plugged vNICs only, in order. */
  readonly vnics: readonly VnicSpec[];
}

/** An open serial console. */
export interface ConsoleLine {
  /** Earlier output, oldest first, at most 256 KiB. */
  readonly replay: Uint8Array;
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  write(bytes: Uint8Array): void;
  close(): void;
}

/**
 * An open screen: one viewer's connection to the VM's VNC server, as bytes of RFB (RFC 6143) from the server's first message on.
 */
export interface ScreenLine {
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  /** Resolves once the bytes are accepted, or the line is closed. */
  write(bytes: Uint8Array): Promise<void>;
  /** Pauses (`true`) or resumes the server, so that unread output of a slow viewer does not pile up. */
  hold(on: boolean): void;
  close(): void;
}

/** What a driver does with a VM, as libvirt has it. */
export type DriverVerb = 'start' | VmVerb;

/** How a removed VM's disks are handled: `trash` moves them aside on their host, for `untrash`. */
export type Disposal = 'delete' | 'keep' | 'trash';

/** One file that moves with a VM to another host. */
export interface VmFile {
  /** Identifies it among the VM's files. */
  readonly name: string;
  /** Its path on the host that packed it. */
  readonly path: string;
  readonly bytes: number;
  /** Bytes that it takes on disk; fewer if it is sparse. */
  readonly allocated: number;
}

/** Part of a VM's definition that moves to another host only with a user's consent. */
export interface VmPart {
  /** Covers its content, too: changed on its host, it is another part. */
  readonly id: string;
  readonly what: string;
  /** The XML on its host, truncated if it is long. */
  readonly xml: string;
  /** False for what only this host has (a device, a folder, a disk that is no file): it can be left behind. */
  readonly canCarry: boolean;
}

/** A user's choices on such parts, by their ids. */
export interface MoveChoice {
  readonly carry: readonly string[];
  readonly leave: readonly string[];
}

/** The data of a VM on its host that another host needs to take it over. */
export interface VmPack {
  /** The parts that need a choice. The receiver of the pack finds them again itself. */
  readonly parts?: readonly VmPart[];
  /** The definition, in the driver's own format; only a driver of the same kind understands it. */
  readonly definition: string;
  readonly files: readonly VmFile[];
}

/** A host's answer to an announced pack. */
export interface VmReception {
  /** The files that it does not have: a file that both hosts share is not copied. */
  readonly missing: readonly VmFile[];
  /** Free bytes at their destination. */
  readonly roomBytes: number;
}

/** Reports bytes that are copied to the host before a VM can be defined: the file, bytes done, bytes in total. */
export type CopyProgress = (file: string, done: number, known: number) => void;

/**
 * Moves a VM that is down from one host to another. Between two drivers the engine transfers the bytes. Nothing that is received is
 * used before `land`, and `discard` removes all of it.
 */
export interface VmMover {
  /** The parts of the definition that a move would ask about. */
  inspect(spec: VmSpec, signal: AbortSignal): Promise<VmPart[]>;
  /** Throws NOT_SUPPORTED for a VM with a file that can't be moved. */
  pack(spec: VmSpec, signal: AbortSignal): Promise<VmPack>;
  read(vmId: string, file: VmFile, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** SHA-256 of a packed file, in hex. */
  hash(vmId: string, file: VmFile, signal: AbortSignal): Promise<string>;
  /** Also removes leftovers of an earlier attempt. */
  expect(spec: VmSpec, pack: VmPack, signal: AbortSignal): Promise<VmReception>;
  /** Writes a file aside and syncs it; returns the SHA-256 of the stored file, read back. */
  receive(vmId: string, file: VmFile, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string>;
  /**
   * Moves the received files to their places and defines the VM: from its spec, with the parts of the pack's definition that are
   * known to be harmless, and those of the rest that `choice` carries. Throws RULE_BROKEN if a part has no choice. Returns the new
   * paths of files that the VM boots from.
   */
  land(spec: VmSpec, pack: VmPack, signal: AbortSignal, choice: MoveChoice): Promise<ReadonlyMap<string, string>>;
  /** Removes all of the VM that Atoll has put on this host, received or landed. Safe to call again. */
  discard(vmId: string, signal: AbortSignal): Promise<void>;
}

/** A disk with its new size. `id` null: the one of the VM's image. */
export type GrownDisk = Pick<DiskSpec, 'format' | 'sizeBytes'> & { readonly id: string | null };

/** The disks of VMs besides their boot sources. Everything is safe to call again. */
export interface DiskDriver {
  /** Free bytes where the disks are. */
  room(signal: AbortSignal): Promise<number>;
  /** Creates the file of a disk, empty, if it does not exist; returns its path. Throws NO_CAPACITY if its size is not free. */
  create(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<string>;
  /**
   * Creates the file of a disk, if it does not exist, with the content of a checked file of the engine's computer that depends on no
   * other; returns its path.
   */
  fill(
    vmId: string,
    disk: DiskSpec,
    source: { readonly path: string; readonly format: DiskFormat },
    signal: AbortSignal,
    progress?: CopyProgress,
  ): Promise<string>;
  /** Plugs a disk with a file into a VM that runs, and into its definition. Does nothing if it is there. */
  plug(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<void>;
  /** Grows a disk, also of a running VM, to the size in `disk`. Does nothing for one that is not created yet. */
  grow(vmId: string, disk: GrownDisk, signal: AbortSignal): Promise<void>;
  /**
   * Takes a disk from a VM and its definition, and moves its file to the trash. A guest that runs is asked to release it. Resolves with
   * whether there was one.
   */
  trash(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<boolean>;
  /** Restores the file from the trash. Throws NOT_FOUND if it is not there. */
  untrash(vmId: string, disk: DiskSpec, signal: AbortSignal): Promise<void>;
  /**
   * Takes a disk from a VM and its definition, like `trash`, and moves its file to the folder of another VM of the host, which need not
   * be defined yet; returns its new path. Throws NOT_FOUND if neither has the file.
   */
  give(vmId: string, disk: DiskSpec, toVmId: string, signal: AbortSignal): Promise<string>;
  /** What the disks take that exist, the one that the VM boots an image or a file from first. */
  usage(spec: VmSpec, signal: AbortSignal): Promise<DiskUse[]>;
}

/** A disk of a VM and its copy. `from` null: the file that a user named for the VM to boot from. */
export interface CopiedDisk {
  readonly from: DiskSpec | null;
  readonly to: DiskSpec;
}

/** The content of a disk, as its host has it. */
export interface DiskContent {
  readonly path: string;
  readonly format: DiskFormat;
  /** It is an overlay of the VM's image, and does not have what it shares with it. */
  readonly isOverlay: boolean;
  readonly bytes: number;
  /** Throws if there are more or fewer bytes. */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Copies VMs that are down. Everything is safe to call again. */
export interface CopyDriver {
  /**
   * Copies the disks that Atoll created for a VM, the file that it boots from if that is in `disks`, and the variables of its
   * firmware, for another VM of the same host that has none of them yet. Throws BAD_INPUT for a disk that depends on other files.
   */
  copy(from: VmSpec, to: VmSpec, disks: readonly CopiedDisk[], signal: AbortSignal): Promise<void>;
  /**
   * Defines the copy like the original, with its own identity. Resolves with the parts of the definition that are not in it,
   * because two VMs can't have them. Does nothing if the original is not defined yet: the copy is then defined when it starts.
   */
  define(from: VmSpec, to: VmSpec, disks: readonly CopiedDisk[], signal: AbortSignal): Promise<VmPart[]>;
  /** Opens a disk of a VM; `diskId` null: the one that it boots an image or a file from. Throws NOT_FOUND if there is none yet. */
  open(vm: VmSpec, diskId: string | null, signal: AbortSignal): Promise<DiskContent>;
}

/** A guest's description of itself: plain text without control characters, valid addresses with prefix length. */
export interface GuestInfo {
  readonly hostname: string | null;
  readonly os: string | null;
  readonly addresses: ReadonlyArray<{ readonly mac: string; readonly address: string }>;
}

export interface VmDriver {
  readonly mover: VmMover;
  readonly disks: DiskDriver;
  readonly copies: CopyDriver;
  /**
   * Creates or updates the definition (and disks) to match; keeps in it what Atoll does not know. A running VM changes at its next
   * start.
   */
  define(spec: VmSpec, signal: AbortSignal, progress?: CopyProgress): Promise<void>;
  /**
   * Checks a disk that a user named for a VM to boot from, and returns its format: as the VM is already defined, otherwise as the
   * file states. Throws BAD_INPUT or NOT_SUPPORTED for one that depends on other files.
   */
  diskFormat(vmId: string, path: string, signal: AbortSignal): Promise<DiskFormat>;
  act(vmId: string, verb: DriverVerb, signal: AbortSignal): Promise<void>;
  /** The hardware with which a VM starts next, and the devices that Atoll does not manage; null: it is not defined. */
  definition(vmId: string, signal: AbortSignal): Promise<VmDefinition | null>;
  /**
   * Writes our mark on an existing VM, running or not; nothing else of it changes. `vnics`: those that are ours from now on. Safe
   * to call again. Throws NOT_FOUND for one that no longer exists, CONFLICT for one with the mark of another store, NOT_SUPPORTED
   * for one that has no persistent definition. `from`: the one other store whose mark ours may replace; the definition is checked
   * then as `whyNotAdopted` does.
   */
  adopt(
    vmId: string,
    vnics: ReadonlyArray<Pick<VnicSpec, 'id' | 'mac'>>,
    signal: AbortSignal,
    from?: string,
  ): Promise<void>;
  /**
   * Checks a VM of another store before it is adopted: its disks like those of a VM that moves, its definition against the same
   * list. Resolves with the reason why it can't be; null if it can.
   */
  whyNotAdopted(vmId: string, signal: AbortSignal): Promise<string | null>;
  /**
   * Removes our mark from an adopted VM, and leaves it otherwise unchanged. No error for one that no longer exists, or is not ours.
   * `to`: the store whose mark replaces ours.
   */
  release(vmId: string, signal: AbortSignal, to?: string): Promise<void>;
  /**
   * Removes definition and saved state; an adopted VM is only released. Returns the paths of the remaining disks that Atoll
   * created.
   */
  remove(vmId: string, disks: Disposal, signal: AbortSignal): Promise<string[]>;
  /** Restores the disks of a removed VM from the trash. Throws NOT_FOUND if they are not there; safe to call again. */
  untrash(vmId: string, signal: AbortSignal): Promise<void>;
  /** Deletes the content of the trash of these VMs and disks; missing content is no error. */
  emptyTrash(vmIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** On a running VM and its definition at once. */
  plug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void>;
  unplug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void>;
  /** Link state and bridge of a plugged vNIC. */
  update(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void>;
  /**
   * Changes the medium of a running VM's CD drive and its definition at once; `path` null ejects it. Throws STATE_ILLEGAL if the
   * guest keeps the drive locked.
   */
  changeMedium(vmId: string, cdrom: Cdrom, signal: AbortSignal, progress?: CopyProgress): Promise<void>;
  /** What the agent in the guest of a running VM reports; null: none answers. Never waits long: a guest is hostile. */
  guest(vmId: string, signal: AbortSignal): Promise<GuestInfo | null>;
  /** Whether an IPv4 address answers a ping from inside a guest; null: no agent there runs commands. Never waits long. */
  pingFrom(vmId: string, address: string, signal: AbortSignal): Promise<boolean | null>;
  openConsole(vmId: string, signal: AbortSignal): Promise<ConsoleLine>;
  /** Several can be open at once. Throws NOT_SUPPORTED for a VM without a screen, STATE_ILLEGAL for one that does not run. */
  openScreen(vmId: string, signal: AbortSignal): Promise<ScreenLine>;
  readonly snapshots: SnapshotDriver;
}

/** One network in an isolation check. */
export interface CheckTarget {
  readonly networkId: string;
  readonly bridge: string;
  readonly mtu: number;
  /** The port and the addresses of the network's server; omitted if it has none here. */
  readonly services?: ServicesSpec | undefined;
  /** The tunnel of the host, if the network is stretched; its end here is the one of the network. */
  readonly tunnel?: TunnelSpec | undefined;
}

/** What an observation need not read again. Networks are always read. */
export interface ObserveOptions {
  /** VMs may be reported as last read, if the host has watched since and nothing has changed. */
  readonly rememberedVms?: boolean;
  /** The inside of the DHCP and DNS servers is inspected now, not only once a minute: for a check. */
  readonly inspectServices?: boolean;
}

/** The networks of a host after a restart: sealed bridges and their servers, and the steps that create the regular ones from bare NICs. */
export interface KeepOrder {
  readonly bridges: readonly BridgeSpec[];
  readonly setup: readonly SetupChange[];
  readonly services?: readonly ServicesSpec[];
  readonly tunnel?: TunnelSpec;
}

/**
 * A host from the engine's point of view. All methods may throw AppError (HOST_UNREACHABLE, HOST_COMMAND_FAILED, NOT_SUPPORTED).
 * Nothing is ever changed that does not have this store's mark.
 */
export interface HostDriver {
  /** Makes the host reachable: starts the lab if it is not running, opens the connection. Safe to call again. */
  connect(signal: AbortSignal): Promise<void>;
  /** One round trip. */
  observe(signal: AbortSignal, options?: ObserveOptions): Promise<ObservedHost>;
  /** What the host and its running VMs have used so far, in one round trip. Called only while somebody looks. */
  statistics(signal: AbortSignal): Promise<HostCounters>;
  /** Applies the groups, in batches across groups. One outcome per group, in order. Other groups continue if one fails. */
  apply(groups: readonly ChangeGroup[], signal: AbortSignal): Promise<GroupOutcome[]>;
  /**
   * *Setup networks*: the whole order or nothing of it. If the order requires it, the host undoes it automatically unless it is
   * reached over a fresh connection in time; so this may take that long. Rejects if the outcome is unknown.
   */
  setupNetworks(order: SetupOrder, signal: AbortSignal): Promise<SetupOutcome>;
  /**
   * Has the host create these networks automatically when it starts. Costs nothing if it already does. Resolves with whether it
   * will: false if the kind of host, or its system, cannot (then activation creates them).
   */
  keep(order: KeepOrder, signal: AbortSignal): Promise<boolean>;
  /** Seconds since the engine of another store last observed this host; null: not since the host started, or unknown. */
  lastSeen(storeId: string, signal: AbortSignal): Promise<number | null>;
  /**
   * Removes what another store keeps on the host besides its marks: its seals, and the file and unit that create its networks at
   * boot. Resolves with false, and changes nothing, while anything there has its mark.
   */
  retire(storeId: string, signal: AbortSignal): Promise<boolean>;
  /** Watches for changes until aborted; never rejects for a lost watcher, but reports it. Resolves once the watchers are active. */
  watch(listener: (notice: HostNotice) => void, signal: AbortSignal): Promise<void>;
  /** Evidence that only the host can give beyond `observe`: the hooks that the kernel really has on the device. */
  checkHooks(targets: readonly CheckTarget[], signal: AbortSignal): Promise<CheckPoint[][]>;
  /** The live probe: temporary namespaces on the bridge; nothing may reach the host, everything must pass between two guests. */
  probe(target: CheckTarget, signal: AbortSignal): Promise<CheckPoint[]>;
  /** Asks guests for an answer from a temporary namespace on a bridge of ours, by ARP, ICMP and TCP. Changes nothing that stays. */
  measure(order: ReachOrder, signal: AbortSignal): Promise<ReachAnswer>;
  readonly vms: VmDriver;
  readonly tunnel: TunnelDriver;
  /** The command with which users remove what is ours from the host manually, without Atoll; null: there is none. */
  readonly cleanUp: string | null;
  /** Closes connections and watchers. The host and its VMs continue to run. */
  close(): Promise<void>;
  /** Ends a lab's processes (simulated: its power). For other kinds like `close`. */
  powerOff(signal: AbortSignal): Promise<void>;
  /** Removes the data of the host on this computer (a lab's folder). Called after its networks and VMs were removed. */
  destroy(signal: AbortSignal): Promise<void>;
}
