/**
 * One isolated network over several hosts (rule S11). Per host and store there is one *tunnel*: a network namespace with one WireGuard
 * device and one key, which is made on the host and never leaves it. Per stretched network and host there is one *tunnel end*: a VXLAN
 * device in the network's bridge whose UDP socket is in the tunnel's namespace, whose only way out is WireGuard. So nothing of the
 * network can leave the host in clear, whatever happens to the rules of a firewall.
 * The engine decides all numbers and names; every address, key and name in here has passed the contract.
 */

/** Another host of the tunnel. */
export interface TunnelPeer {
  /** 1 to 65534, unique in the store and never used twice: its address inside is 10.255.(number / 256).(number % 256). */
  readonly number: number;
  /** WireGuard's public key: 32 bytes in base64. */
  readonly publicKey: string;
  /** The public key that the host has made to replace it: known to the peers, without an address, before the host uses it. */
  readonly nextKey: string | null;
  /** Where its WireGuard port is reached directly: `192.0.2.7:51871` or `[2001:db8::7]:51871`. Null: as it is (it speaks first, or a relay). */
  readonly endpoint: string | null;
  /** VNIs that it is a member of together with this host: frames of others are dropped. Sorted. */
  readonly vnis: readonly number[];
}

/** A network's port to the other hosts. */
export interface TunnelEnd {
  readonly networkId: string;
  readonly bridge: string;
  /** The port: `att` and the VNI in six hexadecimal digits. */
  readonly port: string;
  /** `atoll-tunnel:STORE:NETWORK`. */
  readonly alias: string;
  /** 1 to 16777215, unique in the store and never used twice. */
  readonly vni: number;
  /** The network's MTU. */
  readonly mtu: number;
  /** Numbers of the other hosts that frames are flooded to. Sorted. */
  readonly members: readonly number[];
}

/** The desired state of the tunnel of one host. A host without stretched networks has none. */
export interface TunnelSpec {
  /** `atoll-` and the last twelve hexadecimal digits of the store's id, the random ones (as in the name of its seal table). */
  readonly namespace: string;
  /** `atw` and the same digits. */
  readonly device: string;
  /** `atoll-wg:STORE`. */
  readonly alias: string;
  /** This host's own number. */
  readonly number: number;
  /** UDP port of WireGuard. Null: the host takes the first free one from 51871, and reports it. */
  readonly port: number | null;
  /** MTU of the WireGuard device. */
  readonly mtu: number;
  /** The public key to use, if there are two: the one of `ObservedTunnel.nextKey` puts it into use. Null: the present one. */
  readonly key: string | null;
  readonly peers: readonly TunnelPeer[];
  readonly ends: readonly TunnelEnd[];
  /** Digest of all the above but `ends`. */
  readonly settings: string;
}

/** Changes of a host's tunnel. Those of the tunnel itself are in a group of their own; those of an end in its network's. */
export type TunnelChange =
  /**
   * Makes the key if there is none, the namespace, its filter, WireGuard, peers and routes as the spec says; what exists is corrected
   * without a pause for what is in order. Leaves the ends alone. Undone by `tunnel.stop` if there was none.
   */
  | { readonly kind: 'tunnel.start'; readonly spec: TunnelSpec }
  /** Removes namespace, WireGuard and every end of ours. The key stays: its host is the same when it returns. */
  | { readonly kind: 'tunnel.stop'; readonly namespace: string; readonly device: string; readonly alias: string }
  /** Makes the next key beside the present one. Without an inverse: an unused key is harmless. */
  | { readonly kind: 'tunnel.next_key'; readonly namespace: string; readonly device: string }
  /** Makes the end, its flood entries and its place in the bridge; or corrects them. Undone by `tunnel.end.remove` if there was none. */
  | { readonly kind: 'tunnel.end.add'; readonly spec: TunnelSpec; readonly end: TunnelEnd }
  | { readonly kind: 'tunnel.end.remove'; readonly bridge: string; readonly port: string; readonly alias: string }
  /** A guest lives elsewhere now: its MAC addresses are forgotten by the end, so that frames find it again at once. */
  | {
      readonly kind: 'tunnel.end.forget';
      readonly bridge: string;
      readonly port: string;
      readonly macs: readonly string[];
    };

/** A peer as WireGuard has it. */
export interface ObservedTunnelPeer {
  readonly publicKey: string;
  /** Null: none yet. */
  readonly endpoint: string | null;
  /** Seconds since the last handshake by the host's clock; null: none yet. */
  readonly handshakeAge: number | null;
  /** Bytes since the device was made. */
  readonly received: number;
  readonly sent: number;
}

/** A port with this store's tunnel mark. */
export interface ObservedTunnelEnd {
  readonly networkId: string;
  readonly port: string;
  readonly alias: string;
  /** The bridge that it is in; null: none. */
  readonly bridge: string | null;
  readonly vni: number | null;
  readonly mtu: number;
  readonly up: boolean;
  /** Numbers of the hosts that it floods to. Sorted. */
  readonly members: readonly number[];
  /** What is not as we made it (a remote, a group, its socket elsewhere, an address, IPv6, options of the port), in English. */
  readonly faults: readonly string[];
}

/** What a host has of this store's tunnel. */
export interface ObservedTunnel {
  /** Of the present key; null: there is none. */
  readonly publicKey: string | null;
  /** Of the next key; null: there is none. */
  readonly nextKey: string | null;
  /** Namespace and device exist, the device is up and its port open. */
  readonly isRunning: boolean;
  /** `userspace`: by wireguard-go, because the kernel has none. Null: it does not run. */
  readonly by: 'kernel' | 'userspace' | null;
  readonly port: number | null;
  /** Digest of the spec that was last applied; null: not known. */
  readonly settings: string | null;
  /** What is not as the digest says (a peer, an address, a route, a foreign interface, forwarding, the filter), in English. */
  readonly faults: readonly string[];
  readonly peers: readonly ObservedTunnelPeer[];
  readonly ends: readonly ObservedTunnelEnd[];
}

/** Round trips to one host through the tunnel. */
export interface TunnelPing {
  readonly number: number;
  readonly sent: number;
  readonly received: number;
  /** Milliseconds, of the fastest; null: none came back. */
  readonly delay: number | null;
  /** The largest guest frame (MTU) that passes unsplit; null: not measured. */
  readonly mtu: number | null;
}

/**
 * The datagrams of one host's tunnel, as bytes over the connection that Atoll has anyway: each frame is `length16 host16 datagram`
 * (big-endian; `host` is the number of the receiver in what the host sends, of the sender in what it gets). They are encrypted end to end:
 * whoever passes them on learns their length and nothing else. Ends with the connection, and leaves nothing on the host.
 *
 * A connection such as SSH queues megabytes unseen, so both sides limit what is in flight: a frame with the host number 65535 and four
 * bytes (big-endian) acknowledges how many bytes have arrived so far on this line, modulo 2^32. Each
 * side sends one after every 16 KiB, and drops datagrams while more than its window is unacknowledged. Host number 0 is between the
 * driver and its script alone, and does not reach the engine; whether they are counted makes no difference that matters.
 */
export interface RelayLine {
  /** The local UDP port for each host, by its number: the way to it once `useRelay` says so. */
  readonly ports: ReadonlyMap<number, number>;
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  write(bytes: Uint8Array): void;
  /** Resolves once nothing of it runs on the host any more, or the host does not say so in time. */
  close(): Promise<void>;
}

/** The part of a host driver that concerns its tunnel. All methods may throw AppError (HOST_UNREACHABLE, NOT_SUPPORTED, STATE_ILLEGAL). */
export interface TunnelDriver {
  /** Loss and delay to these hosts, side by side, in about two seconds. Called while somebody looks, and to find out whether a peer is dead. */
  ping(spec: TunnelSpec, numbers: readonly number[], signal: AbortSignal): Promise<TunnelPing[]>;
  /**
   * Tries a direct way: sets the peer's endpoint and waits at most two seconds for an answer. Resolves with where the peer is then: the
   * endpoint, or another one if it spoke from there in the meantime. Null: no answer, and the endpoint is as before. To pass two
   * firewalls that let answers in, both hosts try at once.
   */
  tryDirect(spec: TunnelSpec, number: number, endpoint: string, signal: AbortSignal): Promise<string | null>;
  /** Opens a relay that can lead to these hosts. Nothing goes by it yet. */
  openRelay(spec: TunnelSpec, numbers: readonly number[], signal: AbortSignal): Promise<RelayLine>;
  /**
   * Makes an open relay the way to some of its hosts. A line that led to them before has ended by then: WireGuard answers to where it
   * last heard a peer from, so one late datagram would turn it back.
   */
  useRelay(spec: TunnelSpec, line: RelayLine, numbers: readonly number[], signal: AbortSignal): Promise<void>;
}
