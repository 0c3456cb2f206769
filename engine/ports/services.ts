/**
 * Addresses and names inside an isolated network: one DHCP and DNS server per network and host, in namespaces of its own, plugged into
 * the bridge by one port with our mark. The host itself has no address there. The engine decides all addresses and names; what a
 * guest calls itself is never used. Every name and address in here has passed the contract.
 */

/** What one vNIC gets. `ipv4`, `ipv6` without prefix length; null: none of that family. */
export interface ServicesVnic {
  readonly mac: string;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  /** One DNS label. */
  readonly name: string;
}

/** A VM of this island, as it is found by its name. */
export interface ServicesName {
  /** One DNS label. */
  readonly name: string;
  /** Without prefix length. */
  readonly addresses: readonly string[];
}

/** One address family. */
export interface ServicesSubnet {
  /** The server's own address with prefix length. */
  readonly address: string;
  /** First and last address for MAC addresses that Atoll does not know; null: such guests get none. */
  readonly pool: { readonly from: string; readonly to: string } | null;
}

/** The VM that leads out of the network. It is the guests' router, and foreign names are asked of it. */
export interface ServicesGateway {
  readonly mac: string;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}

/** The desired state of a network's server on one host. */
export interface ServicesSpec {
  readonly networkId: string;
  readonly bridge: string;
  readonly mtu: number;
  /** The host's end of the server's port: a name of at most 15 bytes, and its mark `atoll-port:STORE:NETWORK:services`. */
  readonly port: string;
  readonly alias: string;
  /** The server's own MAC address, the same on every host. */
  readonly mac: string;
  readonly ipv4: ServicesSubnet | null;
  readonly ipv6: ServicesSubnet | null;
  /** For example `blue.internal`. */
  readonly domain: string;
  readonly dhcp: boolean;
  readonly dns: boolean;
  readonly leaseSeconds: number;
  /** Further DHCPv4 options: a code from 1 to 254, and its value as text without control characters. */
  readonly options: ReadonlyArray<{ readonly code: number; readonly value: string }>;
  readonly gateway: ServicesGateway | null;
  /** Drop DHCP answers of guests, and router advertisements of guests other than the gateway. */
  readonly guard: boolean;
  /** All vNICs of the network, also of other hosts: a VM that moves keeps its address. */
  readonly vnics: readonly ServicesVnic[];
  /** The VMs of this island only. */
  readonly names: readonly ServicesName[];
  /** Digest of all the above but `vnics` and `names`: a server with another one is started again. */
  readonly settings: string;
  /** Digest of `vnics` and `names`: a server with another one reads them again, in place. */
  readonly records: string;
}

export type ServicesChange =
  /** Starts the server, after ending leftovers of a former one, and plugs it into its bridge. Undone by `services.stop`. */
  | { readonly kind: 'services.start'; readonly spec: ServicesSpec }
  /** Writes vNICs and names of a running server again. Repeated by the next reconcile, so it has no inverse. */
  | { readonly kind: 'services.reload'; readonly spec: ServicesSpec }
  /** Ends the server and removes its port. */
  | {
      readonly kind: 'services.stop';
      readonly networkId: string;
      readonly bridge: string;
      readonly port: string;
      readonly alias: string;
    };

/** A lease as the server has it. `mac` null: a DHCPv6 client that did not give one. */
export interface ObservedLease {
  readonly mac: string | null;
  /** Without prefix length. */
  readonly address: string;
  /** Milliseconds since 1970 by the host's clock; null: it does not expire. */
  readonly expiresAt: number | null;
}

/** A guest that answers DHCP requests, or sends router advertisements, while our server does. */
export interface RogueServer {
  readonly kind: 'dhcp' | 'router';
  /** The tap that it sends from. */
  readonly port: string;
  readonly mac: string;
  readonly address: string;
}

/** A port with this store's services mark, whether or not its server runs. */
export interface ObservedServices {
  readonly port: string;
  readonly alias: string;
  readonly networkId: string;
  /** The bridge that it is plugged into; null: none. */
  readonly bridge: string | null;
  /** The process that we started is alive, is ours, and is in its own namespaces. */
  readonly isRunning: boolean;
  /** Null: not known. */
  readonly settings: string | null;
  readonly records: string | null;
  /** What is not as we made it (an interface, route, filter, process or address that was added), in English; the server is then started again. */
  readonly faults: readonly string[];
  /**
   * Whether answers of other servers on the bridge are dropped. `ports`: not from all of its ports, for example that of a VM that has
   * just started; null: not known.
   */
  readonly guard: 'on' | 'ports' | 'off' | null;
  readonly leases: readonly ObservedLease[];
  readonly rogues: readonly RogueServer[];
}
