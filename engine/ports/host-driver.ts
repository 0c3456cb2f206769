import type { CheckPoint, DiskFormat } from '../../contract';
import type { BridgeSpec, ChangeGroup, GroupOutcome } from './changes';
import type { ObservedHost } from './observed';
import type { SetupChange, SetupOrder, SetupOutcome } from './setup';
import type { SnapshotDriver } from './snapshots';

/** Something happened on a host. A hint to look again, never the truth itself. */
export interface HostNotice {
  readonly kind: 'network' | 'vm' | 'lost';
  /** What the watcher said, for the log. `lost`: the watchers are gone, the host must be connected again. */
  readonly detail: string;
}

/** One plugged vNIC. `bridge` null: a device without a network. */
export interface VnicSpec {
  readonly id: string;
  readonly mac: string;
  readonly bridge: string | null;
  readonly linked: boolean;
  readonly mtu: number;
}

/** A tiny guest's address on one NIC, with prefix length, and its default gateway if that is where one is. */
export interface GuestAddress {
  readonly mac: string;
  readonly address: string;
  readonly gateway?: string | undefined;
}

/** What a VM boots from, resolved to files of the engine's computer. */
export type BootSpec =
  /** `addresses` are handed over on the kernel's command line. */
  | { readonly kind: 'tiny'; readonly addresses: readonly GuestAddress[] }
  | {
      readonly kind: 'image';
      readonly base: string;
      readonly format: DiskFormat;
      readonly seed: {
        readonly hostname: string;
        readonly user: string;
        readonly sshKey: string;
        readonly address: string | null;
        readonly mac: string | null;
      } | null;
    }
  /** `format` null: not known yet; `diskFormat` says it, and the engine keeps it. */
  | { readonly kind: 'disk'; readonly path: string; readonly format: DiskFormat | null }
  | { readonly kind: 'iso'; readonly path: string }
  | { readonly kind: 'kernel'; readonly kernel: string; readonly initrd: string | null; readonly append: string }
  /** Its definition is its owner's: only our mark and the vNICs in the spec are ours to write. `others`: MACs of NICs that are not. */
  | { readonly kind: 'imported'; readonly others: readonly string[] };

export interface VmSpec {
  /** Also the domain's UUID. */
  readonly id: string;
  readonly name: string;
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly boot: BootSpec;
  /** Plugged vNICs only, in order. */
  readonly vnics: readonly VnicSpec[];
}

/** An open serial console. */
export interface ConsoleLine {
  /** What was printed before, oldest first, at most 256 KiB. */
  readonly replay: Uint8Array;
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  write(bytes: Uint8Array): void;
  close(): void;
}

/** An open screen: one viewer's connection to the VM's VNC server, as bytes of RFB (RFC 6143) from the server's first word on. */
export interface ScreenLine {
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  /** Resolves once the bytes are taken, or the line is closed. */
  write(bytes: Uint8Array): Promise<void>;
  /** Lets the server wait (`true`) or go on: what a slow viewer has not read is not heaped up. */
  hold(on: boolean): void;
  close(): void;
}

/** Verbs of a VM's life, as libvirt has them. */
export type VmVerb = 'start' | 'shutdown' | 'stop' | 'reboot' | 'reset' | 'suspend' | 'resume';

/** What becomes of a removed VM's disks: `trash` puts them aside on their host, for `untrash`. */
export type Disposal = 'delete' | 'keep' | 'trash';

/** One file that goes with a VM to another host. */
export interface VmFile {
  /** Tells it from the VM's other files. */
  readonly name: string;
  /** Where it lies on the host that packed it. */
  readonly path: string;
  readonly bytes: number;
  /** Bytes that it takes on disk; fewer where it has holes. */
  readonly allocated: number;
}

/** Something in a VM's definition that goes to another host only when a person says so. */
export interface VmPart {
  /** Holds for what is in it, too: changed on its host, it is another part. */
  readonly id: string;
  readonly what: string;
  /** As its host has it, cut off where it is long. */
  readonly xml: string;
  /** False for what only this host has (a device, a folder, a disk that is no file): it can be left behind. */
  readonly canCarry: boolean;
}

/** What a person has said of such parts, by their ids. */
export interface MoveChoice {
  readonly carry: readonly string[];
  readonly leave: readonly string[];
}

/** What of a VM lies on its host, and another host needs to take it over. */
export interface VmPack {
  /** What is asked about. Whoever receives the pack finds it out again. */
  readonly parts?: readonly VmPart[];
  /** The definition, in the driver's own words; only a driver of the same sort understands it. */
  readonly definition: string;
  readonly files: readonly VmFile[];
}

/** What a host says of a pack that is to come. */
export interface VmReception {
  /** The files that it does not have: those that both hosts see as the same file are not copied. */
  readonly missing: readonly VmFile[];
  /** Bytes that are free where they would go. */
  readonly roomBytes: number;
}

/** Tells of bytes that are copied to the host before a VM can be defined: which file, how many of how many. */
export type CopyProgress = (file: string, done: number, known: number) => void;

/**
 * Takes a VM that is down from one host to another. Between two drivers the engine carries the bytes. Nothing that is
 * received is used before `land`, and `discard` leaves nothing of it.
 */
export interface VmMover {
  /** What of the definition a move would ask about. */
  inspect(spec: VmSpec, signal: AbortSignal): Promise<VmPart[]>;
  /** Throws NOT_SUPPORTED for a VM with a file that can't be carried. */
  pack(spec: VmSpec, signal: AbortSignal): Promise<VmPack>;
  read(vmId: string, file: VmFile, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** SHA-256 of a packed file, in hex. */
  hash(vmId: string, file: VmFile, signal: AbortSignal): Promise<string>;
  /** Also removes what an earlier try has left. */
  expect(spec: VmSpec, pack: VmPack, signal: AbortSignal): Promise<VmReception>;
  /** Writes a file aside and on the disk; returns the SHA-256 of what lies there, read back. */
  receive(vmId: string, file: VmFile, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string>;
  /**
   * Puts what was received to its place and defines the VM: from its spec, with what is known to be harmless of the definition in the
   * pack and what `choice` carries of the rest. Throws RULE_BROKEN where that says nothing of a part. Returns what paths of files that
   * the VM boots from have become.
   */
  land(spec: VmSpec, pack: VmPack, signal: AbortSignal, choice: MoveChoice): Promise<ReadonlyMap<string, string>>;
  /** Removes all of the VM that Atoll has put on this host, received or landed. Safe to call again. */
  discard(vmId: string, signal: AbortSignal): Promise<void>;
}

export interface VmDriver {
  readonly mover: VmMover;
  /** Makes or updates the definition (and disks) to match; keeps in it what Atoll does not know. A running VM changes at its next start. */
  define(spec: VmSpec, signal: AbortSignal, progress?: CopyProgress): Promise<void>;
  /**
   * Checks a disk that a person named for a VM to boot from, and says what format it has: as the VM is defined already, or else as
   * the file says. Throws BAD_INPUT or NOT_SUPPORTED for one that depends on other files.
   */
  diskFormat(vmId: string, path: string, signal: AbortSignal): Promise<DiskFormat>;
  act(vmId: string, verb: VmVerb, signal: AbortSignal): Promise<void>;
  /**
   * Writes our mark on a VM that was there before, running or not; nothing else of it changes. `vnics`: those that are ours from now
   * on. Safe to call again. Throws NOT_FOUND for one that is gone, CONFLICT for one with the mark of another store, NOT_SUPPORTED for
   * one that has no lasting definition. `from`: the one other store whose mark ours may replace; the definition is checked then as
   * `whyNotAdopted` does.
   */
  adopt(
    vmId: string,
    vnics: ReadonlyArray<Pick<VnicSpec, 'id' | 'mac'>>,
    signal: AbortSignal,
    from?: string,
  ): Promise<void>;
  /**
   * Checks a VM of another store before it is adopted: its disks as those of a VM that moves, its definition against the same list.
   * Resolves with why it can't be; null when it can.
   */
  whyNotAdopted(vmId: string, signal: AbortSignal): Promise<string | null>;
  /**
   * Takes our mark off a VM that was adopted, and leaves it as it is. One that is gone, or not ours, is no error. `to`: the store whose
   * mark takes the place of ours.
   */
  release(vmId: string, signal: AbortSignal, to?: string): Promise<void>;
  /** Removes definition and saved state; one that was adopted is only released. Returns the paths of the disks that Atoll made and that are still there. */
  remove(vmId: string, disks: Disposal, signal: AbortSignal): Promise<string[]>;
  /** Puts the disks of a removed VM back from the trash. Throws NOT_FOUND when they are not there; safe to call again. */
  untrash(vmId: string, signal: AbortSignal): Promise<void>;
  /** Deletes what lies in the trash of these VMs; what does not is no error. */
  emptyTrash(vmIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** On a running VM and its definition at once. */
  plug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void>;
  unplug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void>;
  /** Link state and bridge of a vNIC that is plugged in. */
  update(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void>;
  openConsole(vmId: string, signal: AbortSignal): Promise<ConsoleLine>;
  /** Several may be open at once. Throws NOT_SUPPORTED for a VM without a screen, STATE_ILLEGAL for one that does not run. */
  openScreen(vmId: string, signal: AbortSignal): Promise<ScreenLine>;
  readonly snapshots: SnapshotDriver;
}

/** One network in an isolation check. */
export interface CheckTarget {
  readonly networkId: string;
  readonly bridge: string;
  readonly mtu: number;
}

/** What a look need not read afresh. Networks are always read. */
export interface LookOptions {
  /** VMs may be told as they were last read, if the host has watched since and nothing was heard of them. */
  readonly rememberedVms?: boolean;
}

/** The networks of a host as they are to be after a restart: sealed bridges, and what makes the regular ones from bare NICs. */
export interface KeepOrder {
  readonly bridges: readonly BridgeSpec[];
  readonly setup: readonly SetupChange[];
}

/**
 * A host as the engine sees it. All methods may throw AppError (HOST_UNREACHABLE, HOST_COMMAND_FAILED, NOT_SUPPORTED).
 * Nothing is ever changed that does not carry this store's mark.
 */
export interface HostDriver {
  /** Makes the host reachable: starts the lab if it is not running, opens the connection. Safe to call again. */
  connect(signal: AbortSignal): Promise<void>;
  /** One round trip. */
  observe(signal: AbortSignal, options?: LookOptions): Promise<ObservedHost>;
  /** Applies the groups, in batches across groups. One outcome per group, in order. Other groups go on when one fails. */
  apply(groups: readonly ChangeGroup[], signal: AbortSignal): Promise<GroupOutcome[]>;
  /**
   * *Setup networks*: the whole order or nothing of it. Where the order says so the host undoes it by itself unless it is
   * reached over a fresh connection in time; so this may take that long. Rejects when what became of it can't be told.
   */
  setupNetworks(order: SetupOrder, signal: AbortSignal): Promise<SetupOutcome>;
  /**
   * Has the host make these networks again by itself when it starts. Costs nothing where it will already. Resolves with whether
   * it will: false where the kind of host, or what it runs, has no way to (then activation makes them).
   */
  keep(order: KeepOrder, signal: AbortSignal): Promise<boolean>;
  /** Seconds since the engine of another store last observed this host; null: not since the host started, or it can't be told. */
  lastSeen(storeId: string, signal: AbortSignal): Promise<number | null>;
  /**
   * Removes what another store keeps on the host beside its marks: its seals, and the file and unit that make its networks at boot.
   * Resolves with false, and changes nothing, while anything there carries its mark.
   */
  retire(storeId: string, signal: AbortSignal): Promise<boolean>;
  /** Watches for changes until aborted; never rejects for a lost watcher, but says so. Resolves once the watchers hear. */
  watch(listener: (notice: HostNotice) => void, signal: AbortSignal): Promise<void>;
  /** Evidence that only the host can give beyond `observe`: the hooks that the kernel really has on the device. */
  checkHooks(targets: readonly CheckTarget[], signal: AbortSignal): Promise<CheckPoint[][]>;
  /** The live probe: throw-away namespaces on the bridge; nothing to the host, everything between two guests. */
  probe(target: CheckTarget, signal: AbortSignal): Promise<CheckPoint[]>;
  readonly vms: VmDriver;
  /** The command by which a person takes what is ours off the host by hand, without Atoll; null: there is none. */
  readonly cleanUp: string | null;
  /** Closes connections and watchers. The host and its VMs go on. */
  close(): Promise<void>;
  /** Ends a lab's processes (simulated: its power). For other kinds as `close`. */
  powerOff(signal: AbortSignal): Promise<void>;
  /** Removes what the host's kind keeps on this computer (a lab's folder). Called after its networks and VMs are gone. */
  destroy(signal: AbortSignal): Promise<void>;
}
