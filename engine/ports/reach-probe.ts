/** A guest that a probe asks for an answer. */
export interface AskedGuest {
  /** Identifies it among the answers. */
  readonly key: string;
  readonly mac: string;
  /** Its IPv4 address without prefix length; null: none is known, and only its frames count. */
  readonly address: string | null;
  /** An address of the same subnet with prefix length for the probe itself; it is not used if a guest already has it. */
  readonly own: string | null;
  /** The MAC address of the guest that would have to forward; null: asked directly. */
  readonly via: string | null;
  readonly tcpPorts: readonly number[];
}

/** What a temporary probe at one island is to find out. Without guests no probe is plugged in; only `learned` is read. */
export interface ReachOrder {
  readonly bridge: string;
  readonly mtu: number;
  readonly guests: readonly AskedGuest[];
}

/** What came back from one guest. Null: not asked, or it could not be asked. */
export interface GuestAnswer {
  readonly key: string;
  readonly arp: boolean | null;
  readonly ping: boolean | null;
  /** Any frame with its MAC address, for example the answer to a ping of all IPv6 nodes. */
  readonly frames: boolean | null;
  /** `open` null: neither accepted nor refused. */
  readonly tcp: ReadonlyArray<{ readonly port: number; readonly open: boolean | null }>;
}

/** The result of a probe at one island. */
export interface ReachAnswer {
  readonly answers: readonly GuestAnswer[];
  /** MAC addresses that the bridge has learned, and the ports that they are behind. */
  readonly learned: ReadonlyArray<{ readonly mac: string; readonly port: string }>;
  /** Why the probe could not run; null: it ran. */
  readonly why: string | null;
}

/** The most guests in one order. */
export const MAX_ASKED_GUESTS = 64;
