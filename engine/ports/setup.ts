import type { BondMode } from '../../contract';
import type { CommandFailure } from './changes';

/**
 * The changes of *Setup networks* on a host, as data: small changes, each with all that its undo needs, so that the inverse of a
 * list is the list of inverses in reverse. Regular networks are changed by these only, and only on a user's request.
 */

export interface BondSpec {
  readonly name: string;
  readonly mode: BondMode;
  readonly mtu: number;
  /** The mark of ownership, as on a bridge; see engine/plan/model/marks. */
  readonly alias: string;
}

export interface VlanSpec {
  /** `NIC.TAG` */
  readonly name: string;
  readonly parent: string;
  readonly tag: number;
  readonly mtu: number;
  readonly alias: string;
}

/** The bridge of a regular network: not sealed, because the host itself can have an address on it. */
export interface RegularBridgeSpec {
  readonly name: string;
  /** That of its NIC, so that the neighbors and DHCP servers see the same station. */
  readonly mac: string;
  readonly mtu: number;
  readonly alias: string;
}

/** A route that does not follow from an address. `via` null: directly on the link. */
export interface NetRoute {
  /** `default` or a prefix; IPv6 if it or `via` has a colon. */
  readonly to: string;
  readonly via: string | null;
  readonly dev: string;
  readonly metric: number | null;
}

export type SetupChange =
  | { readonly kind: 'bond.make'; readonly bond: BondSpec }
  | { readonly kind: 'bond.unmake'; readonly bond: BondSpec }
  | { readonly kind: 'vlan.make'; readonly vlan: VlanSpec }
  | { readonly kind: 'vlan.unmake'; readonly vlan: VlanSpec }
  /** Created down and without IPv6; STP off and no forward delay, otherwise it would forward nothing for seconds. */
  | { readonly kind: 'bridge.make'; readonly bridge: RegularBridgeSpec }
  | { readonly kind: 'bridge.unmake'; readonly bridge: RegularBridgeSpec }
  /** Adds it to a bridge or bond, or removes it. To join a bond it must be down, and is up afterwards; after leaving it is down. */
  | { readonly kind: 'link.master'; readonly link: string; readonly to: string | null; readonly was: string | null }
  | { readonly kind: 'link.mtu'; readonly link: string; readonly to: number; readonly was: number }
  | { readonly kind: 'link.up'; readonly link: string; readonly up: boolean }
  | { readonly kind: 'link.ipv6'; readonly link: string; readonly on: boolean }
  /** `address` with prefix length. */
  | { readonly kind: 'ip.add'; readonly link: string; readonly address: string }
  | { readonly kind: 'ip.remove'; readonly link: string; readonly address: string }
  | { readonly kind: 'route.add'; readonly route: NetRoute }
  | { readonly kind: 'route.remove'; readonly route: NetRoute }
  /** Moves a route to another link, without an interruption. */
  | { readonly kind: 'route.move'; readonly route: NetRoute; readonly to: string }
  | { readonly kind: 'dhcp.start'; readonly link: string; readonly client: DhcpClient }
  | { readonly kind: 'dhcp.stop'; readonly link: string; readonly client: DhcpClient };

/** DHCP clients that we can start for one link. The first one that a host has is used. */
export const DHCP_CLIENTS = ['dhcpcd', 'dhclient', 'udhcpc'] as const;
export type DhcpClient = (typeof DHCP_CLIENTS)[number];

/** A change and its inverse. */
export interface SetupStep {
  readonly change: SetupChange;
  readonly undo: SetupChange;
}

/** One whole setup of a host: all of it or none. */
export interface SetupOrder {
  readonly steps: readonly SetupStep[];
  /**
   * Not null: the changes touch the links of the connection. The host rolls back after this many seconds, unless it is reached over
   * a fresh connection before.
   */
  readonly confirmSeconds: number | null;
}

export type SetupOutcome =
  | { readonly ok: true }
  /** `undone`: the host is unchanged; false: unknown, or something is left (the failure names it). */
  | { readonly ok: false; readonly undone: boolean; readonly failure: CommandFailure };
