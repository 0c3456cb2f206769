import type { ObservedBridge, ObservedNic, ObservedPort } from '../../engine/ports/observed';
import { ownerOf } from '../mark';
import { isBridge, isUp, readLinks, type IpLink } from './ip-json';
import { isProbePort } from './names';
import { readSeals, type BridgeSeal } from './seal';
import { isNowhere } from './vms/nowhere';

/** The texts of one look at a host. */
export interface RawNetwork {
  /** `ip -j -d address` */
  readonly links: string;
  /** `nft -j list table`; null when the table is not there. */
  readonly table: { readonly name: string; readonly json: string } | null;
  /** Names of the interfaces on which IPv6 is on. */
  readonly speakingIpv6: ReadonlySet<string>;
}

/** What there is of networks on a host. */
export interface ObservedNetwork {
  readonly bridges: ObservedBridge[];
  readonly nics: ObservedNic[];
  readonly orphanSeals: string[];
}

const OPEN: BridgeSeal = { ingress: 'missing', egress: 'missing' };

/** Puts the texts together. The live probe's own ports are left out, and the bridge of vNICs without a network. */
export function parseNetwork(raw: RawNetwork): ObservedNetwork {
  const links = readLinks(raw.links).filter(({ ifname }) => !isProbePort(ifname) && !isNowhere(ifname));
  const seals = raw.table ? readSeals(raw.table.json, raw.table.name) : new Map<string, BridgeSeal>();
  const ports = portsByBridge(links, raw.speakingIpv6);
  const bridges = links.filter(isBridge).map((link) => {
    const ipv6Disabled = !raw.speakingIpv6.has(link.ifname);
    return bridgeOf(link, ipv6Disabled, seals.get(link.ifname) ?? OPEN, ports.get(link.ifname) ?? []);
  });
  const names = new Set(bridges.map((bridge) => bridge.name));
  return {
    bridges,
    nics: links.filter((link) => !isBridge(link) && link.link_type !== 'loopback').map(nicOf),
    orphanSeals: [...seals.keys()].filter((name) => !names.has(name)),
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
    addresses: (link.addr_info ?? []).flatMap(({ local, prefixlen }) => (local ? [`${local}/${prefixlen ?? 0}`] : [])),
    ipv6Disabled,
    stp: (options.stp_state ?? 0) !== 0,
    forwardDelay: options.forward_delay ?? 0,
    multicastSnooping: options.mcast_snooping === 1,
    vlanFiltering: options.vlan_filtering === 1,
    sealIngress: seal.ingress,
    sealEgress: seal.egress,
    ports,
  };
}

function portsByBridge(links: readonly IpLink[], speakingIpv6: ReadonlySet<string>): Map<string, ObservedPort[]> {
  const ports = new Map<string, ObservedPort[]>();
  for (const link of links) {
    if (link.master === undefined) continue;
    const port = {
      name: link.ifname,
      mac: link.address ?? '',
      kind: portKind(link),
      up: isUp(link),
      ipv6Disabled: !speakingIpv6.has(link.ifname),
    };
    const known = ports.get(link.master);
    if (known) known.push(port);
    else ports.set(link.master, [port]);
  }
  return ports;
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

function nicOf(link: IpLink): ObservedNic {
  return {
    name: link.ifname,
    mac: link.address ?? null,
    mtu: link.mtu,
    up: isUp(link),
    master: link.master ?? null,
    kind: link.linkinfo?.info_kind ?? 'physical',
  };
}
