import { randomUUID } from 'node:crypto';
import type { ImportedLines, VmState } from '../../contract';
import type { VmPart, VmSpec } from '../../engine/ports/host-driver';
import type { ForwardSpec } from '../../engine/ports/changes';
import type { NetRoute } from '../../engine/ports/setup';
import type { ServicesSpec } from '../../engine/ports/services';
import type { TunnelSpec } from '../../engine/ports/stretch';
import type { SealState } from '../../engine/ports/observed';
import type { PortOption } from '../../engine/ports/port-option';

/** A bridge of the simulated kernel. Its ports are the links whose `master` is its name. */
export interface SimBridge {
  name: string;
  mac: string;
  mtu: number;
  up: boolean;
  alias: string | null;
  addresses: string[];
  ipv6Disabled: boolean;
  stp: boolean;
  forwardDelay: number;
  multicastSnooping: boolean;
  vlanFiltering: boolean;
}

/** Anything else that can be a port: a NIC of the host, or the host's end of a VM's vNIC. */
export interface SimLink {
  name: string;
  kind: 'nic' | 'veth' | 'tap' | 'bond' | 'vlan' | 'vxlan';
  mac: string;
  mtu: number;
  up: boolean;
  master: string | null;
  ipv6Disabled: boolean;
  /** State that only *Setup networks* uses. */
  addresses?: string[] | undefined;
  alias?: string | null | undefined;
  /** The program of the host that listens on it. Not saved: a process does not outlive its computer. */
  listener?: string | undefined;
  /** The port options that differ from a plain bridge. */
  options?: PortOption[] | undefined;
  vlan?: { parent: string; tag: number } | undefined;
  bondMode?: string | undefined;
  /** Of a NIC: what its link runs at while it is up. NICs in files of before have none. */
  speedMbps?: number | undefined;
  /** Of a tunnel end: what it is set to, and what someone changed of it, as the host reports it. */
  end?: { vni: number; members: number[]; faults: string[] } | undefined;
}

/**
 * The two chains that are attached to a device's NAME, as on kernel 6.18: they outlive the bridge and do not follow a rename. Only
 * this store's table is modelled; a simulated host has no other.
 */
export interface SimSeal {
  ingress: Exclude<SealState, 'missing'>;
  egress: Exclude<SealState, 'missing'>;
}

/** A vNIC of a running VM. */
export interface SimVnic {
  id: string;
  mac: string;
  tap: string;
  /** The bridge that the running domain names; the tap can have been removed from it since. */
  bridge: string | null;
  linked: boolean;
}

export interface SimVm {
  /** The definition for the next start. */
  spec: VmSpec;
  /** Null: it has no mark of an Atoll. */
  storeId: string | null;
  /** It existed before the Atoll whose mark it has. */
  kept?: boolean | undefined;
  /** Additions to its definition that Atoll does not know. */
  parts?: VmPart[] | undefined;
  /** What the definition of a VM that Atoll did not create offers to look at it; omitted: a serial console and VNC. */
  lines?: ImportedLines | undefined;
  /** The MAC addresses in its mark. */
  noted?: string[] | undefined;
  state: Extract<
    VmState,
    'down' | 'powering_up' | 'up' | 'powering_down' | 'reboot_in_progress' | 'suspended' | 'paused'
  >;
  /** The instant (ms since the epoch) at which a transitional state ends; null in a stable one. */
  until: number | null;
  why: string | null;
  /** Null while it does not run. */
  live: { memoryMiB: number; vnics: SimVnic[] } | null;
  /** The serial output so far, as a log file would keep it. */
  transcript: string;
}

/** A network's DHCP and DNS server, by the name of its port. It is gone with the power. */
export interface SimServer {
  spec: ServicesSpec;
  isRunning: boolean;
  /** What someone changed in its namespaces, as the host reports it. */
  faults: string[];
  /** It has no packet filter. */
  isOpen?: boolean | undefined;
  /** MAC addresses of guests that asked for an address, and belong to no VM. */
  unknown?: string[] | undefined;
}

/** The tunnel of a simulated host. The keys outlive a power failure. */
export interface SimTunnel {
  publicKey: string;
  nextKey: string | null;
  /** What runs, and where each peer is reached now, by its number. */
  running: { spec: Omit<TunnelSpec, 'ends'>; endpoints: Record<number, string | null> } | null;
  /** What someone changed, as the host reports it. */
  faults: string[];
  /** The last handshake with each peer (ms since the epoch), by its number. */
  heard: Record<number, number>;
}

/** The snapshot of a VM. */
export interface SimKept {
  withMemory: boolean;
  transcript: string;
}

/** The complete state of a simulated computer. Indexed by name (links, bridges, seals) and by id (VMs). */
export interface SimState {
  bootId: string;
  /** The running uplink. Not saved: after the program ends it is started again, like a process. */
  outside?: { readonly nic: string; forwards: ForwardSpec[] } | undefined;
  /** Ports of this computer that another program listens on, as `tcp:80`. Not saved either. */
  occupiedPorts?: ReadonlySet<string> | undefined;
  /** When each store's engine last observed the host (ms since the epoch). Not saved: a real host loses it on restart. */
  seenBy?: Map<string, number> | undefined;
  /** What removed VMs had in their definitions beside Atoll's part, for an undo. Not saved. */
  removedParts?: Map<string, VmPart[]> | undefined;
  /** MAC addresses whose frames a firewall of the host drops, and VMs whose guests forward packets. Not saved either. */
  dropped?: ReadonlySet<string> | undefined;
  forwarding?: ReadonlySet<string> | undefined;
  powered: boolean;
  nextTap: number;
  /** The instant (ms since the epoch) of its first connection, from which its fault plan counts; null: not yet. */
  bornAt: number | null;
  bridges: Map<string, SimBridge>;
  links: Map<string, SimLink>;
  routes: NetRoute[];
  /** Links with a DHCP client. */
  dhcp: Set<string>;
  seals: Map<string, SimSeal>;
  servers: Map<string, SimServer>;
  /** Omitted: it has no key. */
  tunnel?: SimTunnel | undefined;
  vms: Map<string, SimVm>;
  /** The snapshots of VMs, by `snapshot/VM`. */
  snapshots: Map<string, SimKept>;
}

/** Its management address (RFC 5737: an address for documentation), on eth0 as delivered. */
export const OWN_ADDRESS = '192.0.2.10';
const OWN_ROUTE: NetRoute = { to: 'default', via: '192.0.2.1', dev: 'eth0', metric: null };

/** A NIC as its own operating system sets it up: the first is in use, the others are down. */
const asDelivered = (name: string) => ({
  up: name === 'eth0',
  master: null,
  addresses: name === 'eth0' ? [`${OWN_ADDRESS}/24`] : [],
});

/** Of its four NICs. */
const SPEEDS_MBPS = [10_000, 10_000, 1_000, 1_000];

/** A new computer: four NICs, no bridge, no VM, switched off. */
export function newState(): SimState {
  const nic = (index: number): SimLink => ({
    name: `eth${index}`,
    kind: 'nic',
    mac: `02:00:00:00:00:0${index + 1}`,
    mtu: 1500,
    ipv6Disabled: true,
    speedMbps: SPEEDS_MBPS[index],
    ...asDelivered(`eth${index}`),
  });
  return {
    bootId: randomUUID(),
    powered: false,
    nextTap: 0,
    bornAt: null,
    bridges: new Map(),
    links: new Map([0, 1, 2, 3].map((index) => [`eth${index}`, nic(index)])),
    routes: [OWN_ROUTE],
    dhcp: new Set(),
    seals: new Map(),
    servers: new Map(),
    vms: new Map(),
    snapshots: new Map(),
  };
}

/** What remains after a power failure: NICs, definitions, saved memory and serial logs. */
export function cutPower(state: SimState): void {
  state.powered = false;
  state.bridges.clear();
  state.seals.clear();
  state.servers.clear();
  if (state.tunnel) Object.assign(state.tunnel, { running: null, faults: [] });
  state.routes = [OWN_ROUTE];
  state.dhcp.clear();
  for (const link of [...state.links.values()]) {
    if (link.kind === 'nic') Object.assign(link, asDelivered(link.name));
    else state.links.delete(link.name);
  }
  for (const vm of state.vms.values()) {
    if (vm.live === null) continue;
    Object.assign(vm, { state: 'down', until: null, why: null, live: null } satisfies Partial<SimVm>);
  }
}

/** Switches it on, with a new boot id. */
export function switchOn(state: SimState): void {
  state.powered = true;
  state.bootId = randomUUID();
  state.nextTap = 0;
}
