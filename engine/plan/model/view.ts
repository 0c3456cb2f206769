import type { BridgeSpec } from '../../ports/changes';
import type { ObservedBridge, ObservedHost, ObservedPort } from '../../ports/observed';
import type { ObservedServices, ServicesSpec } from '../../ports/services';
import type { ObservedTunnelEnd, TunnelEnd } from '../../ports/stretch';
import type { WantedHost } from './wanted';

/** A tap of a running VM of ours. */
export interface OurTap {
  readonly name: string;
  readonly vm: string;
  readonly mac: string;
}

/** Desired and observed state, indexed once, so that planning is linear in both. */
export interface View {
  readonly wanted: WantedHost;
  readonly observed: ObservedHost;
  readonly specs: ReadonlyMap<string, BridgeSpec>;
  /** Network id by the desired name of its bridge. */
  readonly wantedNames: ReadonlyMap<string, string>;
  /** Ids of networks that take over an existing bridge. */
  readonly adopts: ReadonlySet<string>;
  readonly byName: ReadonlyMap<string, ObservedBridge>;
  /** Bridges with this store's mark, by the network in the mark. */
  readonly marked: ReadonlyMap<string, readonly ObservedBridge[]>;
  /** Interfaces that are no bridges. */
  readonly nics: ReadonlySet<string>;
  /** Addresses of the host on ports of bridges, by the port's name; only of ports that have some. */
  readonly addressesOf: ReadonlyMap<string, readonly string[]>;
  readonly tapByName: ReadonlyMap<string, OurTap>;
  /** Existing taps that belong in a bridge, by the bridge's name. */
  readonly tapsFor: ReadonlyMap<string, readonly OurTap[]>;
  /** The bridge of a vNIC's tap, by MAC address; undefined: no known vNIC on this host. */
  readonly bridgeOfMac: ReadonlyMap<string, string | null>;
  /** Desired DHCP and DNS servers, by network. */
  readonly servicesFor: ReadonlyMap<string, ServicesSpec>;
  /** Ports of such servers with this store's mark, by the network in the mark. */
  readonly servicesOf: ReadonlyMap<string, readonly ObservedServices[]>;
  readonly servicesPorts: ReadonlySet<string>;
  /** Desired tunnel ends, by network. */
  readonly endsFor: ReadonlyMap<string, TunnelEnd>;
  /** Tunnel ends with this store's mark, by the network in the mark. */
  readonly endsOf: ReadonlyMap<string, readonly ObservedTunnelEnd[]>;
  readonly endPorts: ReadonlySet<string>;
}

export function viewOf(wanted: WantedHost, observed: ObservedHost): View {
  const bridgeOfMac = new Map(wanted.taps.map((tap) => [tap.mac.toLowerCase(), tap.bridge]));
  const nics = new Set(observed.nics.map((nic) => nic.name));
  const tuns = new Set(observed.nics.flatMap(({ name, kind }) => (kind === 'tun' || kind === 'tap' ? [name] : [])));
  const taps = ourTaps(observed);
  return {
    wanted,
    observed,
    specs: new Map(wanted.bridges.map((spec) => [spec.networkId, spec])),
    wantedNames: new Map(wanted.bridges.map((spec) => [spec.bridge, spec.networkId])),
    adopts: new Set(wanted.adopts),
    byName: new Map(observed.bridges.map((bridge) => [bridge.name, bridge])),
    marked: groupBy(
      observed.bridges.filter((bridge) => bridge.owner?.storeId === wanted.storeId),
      (bridge) => bridge.owner?.networkId ?? '',
    ),
    nics,
    addressesOf: new Map(
      observed.bridges.flatMap(({ ports }) =>
        ports.flatMap(({ name, addresses }) => (addresses === undefined ? [] : [[name, addresses] as const])),
      ),
    ),
    tapByName: new Map(taps.map((tap) => [tap.name, tap])),
    // A VM that is ending is still listed with taps that no longer exist; nothing must be plugged in for it, nor whatever has taken
    // a tap's name.
    tapsFor: groupBy(
      taps.filter((tap) => tuns.has(tap.name)),
      (tap) => bridgeOfMac.get(tap.mac) ?? '',
    ),
    bridgeOfMac,
    servicesFor: new Map((wanted.services ?? []).map((spec) => [spec.networkId, spec])),
    servicesOf: groupBy(observed.services ?? [], ({ networkId }) => networkId),
    servicesPorts: new Set((observed.services ?? []).map(({ port }) => port)),
    endsFor: new Map((wanted.tunnel?.spec.ends ?? []).map((end) => [end.networkId, end])),
    endsOf: groupBy(observed.tunnel?.ends ?? [], ({ networkId }) => networkId),
    endPorts: new Set((observed.tunnel?.ends ?? []).map(({ port }) => port)),
  };
}

/** Like Map.groupBy, which Node 20 does not have. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function ourTaps(observed: ObservedHost): OurTap[] {
  const taps: OurTap[] = [];
  for (const vm of observed.vms ?? []) {
    if (!vm.ours) continue;
    for (const vnic of vm.vnics) {
      if (vnic.tap !== null) taps.push({ name: vnic.tap, vm: vm.name, mac: vnic.mac.toLowerCase() });
    }
  }
  return taps;
}

/** The role of a port of one of our bridges. `unknown`: VMs could not be observed, so a tap may be ours. */
export type PortRole =
  | { readonly kind: 'ours' }
  | { readonly kind: 'unknown' }
  /** Of a DHCP and DNS server, or a tunnel end, with our mark that does not belong here: it is removed, or put where it belongs. */
  | { readonly kind: 'leaves' }
  /** `vm`: the VM of ours whose tap it is, if somebody gave it a NIC that Atoll does not know. */
  | { readonly kind: 'foreign'; readonly vm?: string }
  | { readonly kind: 'elsewhere'; readonly tap: OurTap; readonly bridge: string | null };

/** Whether the port is the NIC that connects the bridge of the network *outside* (rule S12); on any other bridge it is foreign. */
export const isUplink = ({ wanted }: View, bridge: string, port: string): boolean =>
  wanted.outside?.bridge === bridge && wanted.outside.nic === port;

/** Whether the port is that of the bridge's DHCP and DNS server, which runs. */
function isServer(
  { servicesFor, servicesOf, wantedNames }: View,
  bridge: string,
  { name, kind }: ObservedPort,
): boolean {
  const networkId = wantedNames.get(bridge) ?? '';
  const spec = servicesFor.get(networkId);
  const is = servicesOf.get(networkId)?.find(({ port }) => port === name);
  return kind === 'veth' && spec?.port === name && is?.alias === spec.alias && is.bridge === bridge && is.isRunning;
}

/** Whether the port is the tunnel end of the bridge's network. What is wrong with it is repaired in a group of its own. */
function isTunnelEnd({ endsFor, endsOf, wantedNames }: View, bridge: string, { name, kind }: ObservedPort): boolean {
  const networkId = wantedNames.get(bridge) ?? '';
  const end = endsFor.get(networkId);
  const is = endsOf.get(networkId)?.find(({ port }) => port === name);
  return kind === 'vxlan' && end?.port === name && is?.alias === end.alias && is.bridge === bridge;
}

/**
 * Classifies a port of the bridge whose desired name is `bridge`. Only taps that we plugged belong on it, the port of
 * its DHCP and DNS server, its tunnel end, and on *outside* its NIC.
 */
export function classifyPort(view: View, bridge: string, port: ObservedPort): PortRole {
  if (isUplink(view, bridge, port.name)) return { kind: 'ours' };
  if (view.servicesPorts.has(port.name)) return isServer(view, bridge, port) ? { kind: 'ours' } : { kind: 'leaves' };
  if (view.endPorts.has(port.name)) return isTunnelEnd(view, bridge, port) ? { kind: 'ours' } : { kind: 'leaves' };
  // A NIC with the name of a tap is not a tap.
  const tap = port.kind === 'tap' ? view.tapByName.get(port.name) : undefined;
  if (!tap) return { kind: port.kind === 'tap' && view.observed.vms === null ? 'unknown' : 'foreign' };
  const wanted = view.bridgeOfMac.get(tap.mac);
  if (wanted === undefined) return { kind: 'foreign', vm: tap.vm };
  return wanted === bridge ? { kind: 'ours' } : { kind: 'elsewhere', tap, bridge: wanted };
}
