import type { ObservedBridge, ObservedNic, ObservedPort } from '../../engine/ports/observed';
import { ownerOf } from '../mark';
import type { NetRoute } from '../../engine/ports/setup';
import { isBridge, isUp, LINK_LOCAL_MASK, PORT_LINK_LOCAL_MASK, readLinks, readRoutes, type IpLink } from './ip-json';
import { isPortOfProbe, type Probing } from './names';
import { portOptionsOf } from './port-options';
import { readSeals, type BridgeSeal } from './seal';
import { readSpeeds } from './speeds';
import { isUnpluggedBridge } from './vms/unplugged-bridge';

/** The raw texts of one observation of a host. */
export interface RawNetwork {
  /** `ip -j -d address` */
  readonly links: string;
  /** `nft -j list table netdev`; null: the table does not exist. */
  readonly table: { readonly name: string; readonly json: string } | null;
  /** Names of the interfaces on which IPv6 is enabled. */
  readonly speakingIpv6: ReadonlySet<string>;
  /** `ip -j route` of both families, a line each; omitted: none. */
  readonly routes?: string;
  /** Links with a DHCP client that Atoll started. */
  readonly dhcp?: readonly string[];
  /** The output of `look_at_speeds`; omitted: none is known. */
  readonly speeds?: string;
  /** Running probes, whose ports are left out. */
  readonly probing?: Probing;
}

/** The network state of a host. */
export interface ObservedNetwork {
  readonly bridges: ObservedBridge[];
  readonly nics: ObservedNic[];
  readonly orphanSeals: string[];
  readonly routes: NetRoute[];
  readonly dhcp: readonly string[];
}

const OPEN: BridgeSeal = { ingress: 'missing', egress: 'missing' };

/** Combines the texts. Leaves out the ports of running probes, and the bridge of vNICs without a network. */
export function parseNetwork(raw: RawNetwork): ObservedNetwork {
  const { probing = new Set<string>() } = raw;
  const links = readLinks(raw.links).filter(
    ({ ifname }) => !isPortOfProbe(ifname, probing) && !isUnpluggedBridge(ifname),
  );
  const seals = raw.table ? readSeals(raw.table.json, raw.table.name) : new Map<string, BridgeSeal>();
  const ports = portsByBridge(links, raw.speakingIpv6);
  const bridges = links.filter(isBridge).map((link) => {
    const ipv6Disabled = !raw.speakingIpv6.has(link.ifname);
    return bridgeOf(link, ipv6Disabled, seals.get(link.ifname) ?? OPEN, ports.get(link.ifname) ?? []);
  });
  const speeds = readSpeeds(raw.speeds ?? '', links);
  const names = new Set(bridges.map((bridge) => bridge.name));
  return {
    bridges,
    nics: links.filter((link) => !isBridge(link) && link.link_type !== 'loopback').map((link) => nicOf(link, speeds)),
    orphanSeals: [...seals.keys()].filter((name) => !names.has(name)),
    routes: routesOf(raw.routes ?? ''),
    dhcp: raw.dhcp ?? [],
  };
}

function bridgeOf(link: IpLink, ipv6Disabled: boolean, seal: BridgeSeal, ports: ObservedPort[]): ObservedBridge {
  const options = link.linkinfo?.info_data ?? {};
  const alias = link.ifalias ?? null;
  return {
    name: link.ifname,
    mac: link.address ?? '',
    mtu: link.mtu,
    up: isUp(link),
    alias,
    owner: ownerOf(alias),
    addresses: addressesOf(link),
    ipv6Disabled,
    stp: (options.stp_state ?? 0) !== 0,
    forwardDelay: options.forward_delay ?? 0,
    multicastSnooping: options.mcast_snooping === 1,
    vlanFiltering: options.vlan_filtering === 1,
    ...(Number.parseInt(options.group_fwd_mask ?? '', 16) === LINK_LOCAL_MASK ? {} : { receivesLinkLocal: true }),
    ...(options.nf_call_iptables || options.nf_call_ip6tables || options.nf_call_arptables
      ? { filtersFrames: true }
      : {}),
    sealIngress: seal.ingress,
    sealEgress: seal.egress,
    ports,
  };
}

function portsByBridge(links: readonly IpLink[], speakingIpv6: ReadonlySet<string>): Map<string, ObservedPort[]> {
  const ports = new Map<string, ObservedPort[]>();
  const masters = new Map(links.filter(isBridge).map((link) => [link.ifname, link]));
  for (const link of links) {
    if (link.master === undefined) continue;
    const options = portOptionsOf(link, masters.get(link.master));
    const port = {
      name: link.ifname,
      mac: link.address ?? '',
      kind: portKind(link),
      up: isUp(link),
      ipv6Disabled: !speakingIpv6.has(link.ifname),
      addresses: addressesOf(link),
      ...(receivesSlowProtocols(link) ? { receivesLinkLocal: true } : {}),
      ...(options.length > 0 ? { options } : {}),
    };
    const known = ports.get(link.master);
    if (known) known.push(port);
    else ports.set(link.master, [port]);
  }
  return ports;
}

/** A kernel that reports no mask does not support one (before 4.15). */
function receivesSlowProtocols({ linkinfo }: IpLink): boolean {
  const mask = linkinfo?.info_slave_data?.group_fwd_mask;
  return mask !== undefined && (Number.parseInt(mask, 16) & PORT_LINK_LOCAL_MASK) === 0;
}

function portKind(link: IpLink): ObservedPort['kind'] {
  switch (link.linkinfo?.info_kind) {
    case 'tun':
      return 'tap';
    case 'veth':
      return 'veth';
    case 'vxlan':
      return 'vxlan';
    default:
      return 'other';
  }
}

/** Manually configured routes: those of an address are added and removed with it (protocol kernel), and are not ours to move. */
function routesOf(json: string): NetRoute[] {
  return readRoutes(json).flatMap(({ dst, gateway, dev, metric, protocol, type }): NetRoute[] =>
    dst === undefined || dev === undefined || protocol === 'kernel' || (type ?? 'unicast') !== 'unicast'
      ? []
      : [{ to: dst, via: gateway ?? null, dev, metric: metric ?? null }],
  );
}

const addressesOf = (link: IpLink): string[] =>
  (link.addr_info ?? []).flatMap(({ local, prefixlen }) => (local ? [`${local}/${prefixlen ?? 0}`] : []));

function nicOf(link: IpLink, speeds: ReadonlyMap<string, number>): ObservedNic {
  const speedMbps = speeds.get(link.ifname);
  return {
    name: link.ifname,
    mac: link.address ?? null,
    mtu: link.mtu,
    up: isUp(link),
    master: link.master ?? null,
    kind: link.linkinfo?.info_kind ?? 'physical',
    alias: link.ifalias ?? null,
    addresses: addressesOf(link),
    ...(speedMbps === undefined ? {} : { speedMbps }),
    ...vlanOf(link),
  };
}

function vlanOf({ link, linkinfo }: IpLink): Pick<ObservedNic, 'vlan' | 'bondMode'> {
  const { id: tag, mode } = linkinfo?.info_data ?? {};
  if (linkinfo?.info_kind === 'vlan' && link !== undefined && tag !== undefined) return { vlan: { parent: link, tag } };
  return linkinfo?.info_kind === 'bond' && mode !== undefined ? { bondMode: mode } : {};
}
