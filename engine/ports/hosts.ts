import type {
  DiskFormat,
  Doctor,
  DoctorCheck,
  HostKeyQuestion,
  HostSecrets,
  Lab,
  LocalHow,
  Protocol,
  SshHow,
} from '../../contract';
import type { HostDriver } from './host-driver';

/**
 * What goes wrong on a simulated host by itself, on its own clock, once in its life. All times are milliseconds since it was
 * first connected. When it is over the host is sound again; whatever was broken until then is left for the engine to repair.
 */
export interface FaultPlan {
  /** Same seed, same acts. */
  readonly seed: string;
  /** When it begins and when it is over. */
  readonly from: number;
  readonly until: number;
  /** Between two acts of drift (a bridge deleted, a seal flushed, a NIC enslaved ...); null: none. */
  readonly driftEvery: number | null;
  /** A bridge that is deleted when it begins, and that nothing can make again until it is over; null: none. */
  readonly failing: string | null;
  /** Whether nothing gets through to the host while it lasts. */
  readonly unreachable: boolean;
}

/** How to reach a host; kept in the store beside it. Never a secret. */
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

/** How one gap that `doctor` found is closed on this computer. */
export interface Remedy {
  /** Of the check. */
  readonly title: string;
  readonly words: string;
  /** The whole command as it will be run, with what makes it root. */
  readonly argv: readonly string[];
  /** Runs it to its end; `onLine` hears its output. Resolves with the end of the output; throws HOST_COMMAND_FAILED with it. */
  run(onLine: (line: string) => void): Promise<string>;
}

/** `absent`: nothing is there. `other`: what is there is no file (a folder, a device). */
export type NoFile = 'absent' | 'other';

/**
 * What known_hosts of the home says of the keys on a way. `changed`: for a hop it has a key other than the one that the way has as
 * confirmed. `unknown`: for a hop it has none.
 */
export type KeyState = 'known' | 'changed' | 'unknown';

/** The hosts that this build can drive, and this computer itself. */
export interface Hosts {
  /** Makes a driver; touches nothing yet. `name`: what its errors call the host. */
  driver(host: {
    readonly id: string;
    readonly storeId: string;
    readonly how: HostHow;
    readonly name?: string;
  }): HostDriver;
  /** What this computer can do. */
  doctor(): Promise<Doctor>;
  /**
   * A port of this computer's loopback that nobody listens on at this instant: the one given, or any when that is 0.
   * Throws CONFLICT when another program has it, FORBIDDEN when this user may not listen on it.
   */
  freePort(protocol: Protocol, port: number): Promise<number>;
  /** Why this computer has no file at a path; null: it has one, or may not look. */
  noFile(path: string): Promise<NoFile | null>;
  /**
   * Checks a file of this computer that is to be a VM's disk, and says its format: the one that is given, if it has it. Throws
   * BAD_INPUT, NOT_SUPPORTED or FORBIDDEN for one that can't be a disk, or depends on other files.
   */
  diskFormat(path: string, format?: DiskFormat): Promise<DiskFormat>;
  /** The remedy of one of doctor's checks, by the check's id. Throws when there is none that could be run. */
  remedy(check: string): Promise<Remedy>;
  /** Labs of this home, also those whose host is gone. Their `hostId` and `host` are filled in by the engine. */
  labs(): Promise<Array<Omit<Lab, 'hostId' | 'host'>>>;
  removeLab(id: string): Promise<void>;
  /**
   * The next host key on a way that nobody has confirmed; null: none. Sends nothing to a host before its key is known.
   * Throws AppError (HOST_UNREACHABLE, FORBIDDEN at a jump host, BAD_INPUT).
   */
  hostKey(how: SshHow, secrets: HostSecrets | null): Promise<HostKeyQuestion | null>;
  /** Whether the host keys on a way are known, the worst of them. Connects to nothing. Throws BAD_INPUT for a way that is none. */
  keyState(how: SshHow): Promise<KeyState>;
  /**
   * Makes the key that a person has confirmed the known one, if the host of the store (or, with `place`, a hop on the way to it)
   * shows it now. Signs in to nothing but the jump hosts before it. Throws FORBIDDEN when it shows another one, and as `hostKey`.
   */
  acceptHostKey(hostId: string, how: SshHow, fingerprint: string, place: string | null): Promise<void>;
  /** What a host has and lacks. `hostId`: one of the store, whose secrets are known. Throws what connecting throws. */
  examine(
    how: HostHow,
    from: { readonly hostId: string } | { readonly secrets: HostSecrets | null },
  ): Promise<DoctorCheck[]>;
}

/** Base images in the home. */
export interface Images {
  /** Copies a file in, checking its format; `progress` gets bytes done and bytes known. */
  add(
    id: string,
    path: string,
    progress: (done: number, known: number) => void,
    signal: AbortSignal,
  ): Promise<{ format: DiskFormat; sizeBytes: number; virtualBytes: number }>;
  path(id: string): string;
  remove(id: string): Promise<void>;
}
