import type {
  DiskFormat,
  Doctor,
  DoctorCheck,
  ExportFormat,
  HostKeyQuestion,
  HostSecrets,
  Lab,
  LocalHow,
  Protocol,
  SshHow,
} from '../../contract';
import type { HostDriver } from './host-driver';

/**
 * The faults of a simulated host, on its own clock, once in its life. All times are milliseconds since it was first connected. When
 * it is over the host works again; what is broken then is left for the engine to repair.
 */
export interface FaultPlan {
  /** The same seed gives the same faults. */
  readonly seed: string;
  /** When it begins and when it is over. */
  readonly from: number;
  readonly until: number;
  /** The time between two changes (a bridge deleted, a seal flushed, a NIC enslaved ...); null: none. */
  readonly driftEvery: number | null;
  /** A bridge that is deleted when it begins, and can't be created again until it is over; null: none. */
  readonly failing: string | null;
  /** Whether the host is unreachable while it lasts. */
  readonly unreachable: boolean;
}

/** How to reach a host; stored with it. Never a secret. */
export type HostHow =
  | { readonly kind: 'lab' }
  | Readonly<SshHow>
  | Readonly<LocalHow>
  | {
      readonly kind: 'simulated';
      readonly delayMs: number;
      readonly faultRate: number;
      readonly memoryMiB: number;
      readonly cpus: number;
      readonly mischief?: FaultPlan;
    };

/** How to close one gap that `doctor` found on this computer. */
export interface Remedy {
  /** Of the check. */
  readonly title: string;
  readonly words: string;
  /** The whole command as it will be run, including privilege escalation. */
  readonly argv: readonly string[];
  /** Runs it to its end; `onLine` gets its output. Resolves with the end of the output; throws HOST_COMMAND_FAILED with it. */
  run(onLine: (line: string) => void): Promise<string>;
}

/** `absent`: nothing exists there. `other`: it is no file (a folder, a device). `empty`: a file of 0 bytes. */
export type NoFile = 'absent' | 'other' | 'empty';

/**
 * The state of the keys of a path in the home's known_hosts. `changed`: for a hop it has a key other than the confirmed one of the
 * path. `unknown`: for a hop it has none.
 */
export type KeyState = 'known' | 'changed' | 'unknown';

/** The hosts that this build can drive, and this computer itself. */
export interface Hosts {
  /** Creates a driver; does nothing yet. `name`: the host's name in its errors. */
  driver(host: {
    readonly id: string;
    readonly storeId: string;
    readonly how: HostHow;
    readonly name?: string;
  }): HostDriver;
  /** The abilities of this computer. */
  doctor(): Promise<Doctor>;
  /**
   * A port of this computer's loopback that nobody listens on right now: the given one, or any if that is 0. Throws CONFLICT if
   * another program has it, FORBIDDEN if this user may not listen on it.
   */
  freePort(protocol: Protocol, port: number): Promise<number>;
  /** Why this computer has no usable file at a path; null: it has one, or may not look. */
  noFile(path: string): Promise<NoFile | null>;
  /**
   * Checks a file of this computer that is to be a VM's disk, and returns its format: the given one, if it has it. Throws
   * BAD_INPUT, NOT_SUPPORTED or FORBIDDEN for one that can't be a disk, or depends on other files.
   */
  diskFormat(path: string, format?: DiskFormat): Promise<DiskFormat>;
  /** The remedy of one of doctor's checks, by the check's id. Throws if there is none that can be run. */
  remedy(check: string): Promise<Remedy>;
  /** Labs of this home, also those whose host was removed. Their `hostId` and `host` are filled in by the engine. */
  labs(): Promise<Array<Omit<Lab, 'hostId' | 'host'>>>;
  removeLab(id: string): Promise<void>;
  /**
   * The next unconfirmed host key on a path; null: none. Sends nothing to a host before its key is known. Throws AppError
   * (HOST_UNREACHABLE, FORBIDDEN at a jump host, BAD_INPUT).
   */
  hostKey(how: SshHow, secrets: HostSecrets | null): Promise<HostKeyQuestion | null>;
  /** Whether the host keys on a path are known; the worst of them. Connects to nothing. Throws BAD_INPUT for an invalid path. */
  keyState(how: SshHow): Promise<KeyState>;
  /**
   * Adds the key that a user has confirmed to the known ones, if the host of the store (or, with `place`, a hop on the path to it)
   * shows it now. Signs in to nothing but the jump hosts before it. Throws FORBIDDEN if it shows another one, and as `hostKey`.
   */
  acceptHostKey(hostId: string, how: SshHow, fingerprint: string, place: string | null): Promise<void>;
  /** The abilities and gaps of a host. `hostId`: one of the store, whose secrets are known. Throws like connecting. */
  examine(
    how: HostHow,
    from: { readonly hostId: string } | { readonly secrets: HostSecrets | null },
  ): Promise<DoctorCheck[]>;
}

/** A file of this computer that is to be an image. `sha256`: what it must have, in hex. */
export interface ImageSource {
  readonly path: string;
  readonly sha256: string | null;
  /** The largest virtual size that it may have. */
  readonly maxVirtualBytes?: number;
}

/** A disk of a host that is to be an image. */
export interface ImageDisk {
  /** Its path on its host, for messages. */
  readonly shown: string;
  readonly format: DiskFormat;
  readonly bytes: number;
  /** The image that it is an overlay of; null: it stands alone. */
  readonly base: { readonly path: string; readonly format: DiskFormat } | null;
  read(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Base images in the home. */
export interface Images {
  /**
   * Copies a file in, and checks its format; one of another hypervisor's formats is converted. `progress` gets bytes done and bytes
   * in total. Throws BAD_INPUT if the file changes while it is read, or has another SHA-256.
   */
  add(
    id: string,
    source: ImageSource,
    progress: (done: number, known: number) => void,
    signal: AbortSignal,
  ): Promise<{ format: DiskFormat; sizeBytes: number; virtualBytes: number }>;
  /** The same for a disk whose content is passed in; it becomes a qcow2 file that depends on no other. */
  addDisk(
    id: string,
    source: ImageDisk,
    progress: (done: number, known: number) => void,
    signal: AbortSignal,
  ): Promise<{ format: DiskFormat; sizeBytes: number; virtualBytes: number }>;
  /**
   * Writes an image to a new file of this computer, in another format where asked; resolves with the bytes that it takes. Throws
   * CONFLICT for a path that exists.
   */
  writeOut(
    id: string,
    to: { readonly path: string; readonly format: ExportFormat },
    progress: (done: number, known: number) => void,
    signal: AbortSignal,
  ): Promise<number>;
  path(id: string): string;
  remove(id: string): Promise<void>;
}
