import type { ObservedBridge, ObservedHost, ObservedNic, ObservedPort, ObservedVm } from '../../engine/ports/observed';
import type { ImportedLines } from '../../contract';
import type { SimulatedHow } from './machine';
import { observeTunnel, type SimulatedTunnel } from './tunnel';
import { ownerOf } from '../mark';
import { observeServices } from './services';
import { OWN_ADDRESS } from './state';
import type { SimBridge, SimLink, SimState, SimVm } from './state';

/** What the simulated computer reserves for itself. */
const RESERVED_MIB = 256;

/** Memory that no running VM uses, in MiB. */
export function freeMemory(state: SimState, how: SimulatedHow): number {
  let used = RESERVED_MIB;
  for (const vm of state.vms.values()) used += vm.live?.memoryMiB ?? 0;
  return Math.max(0, how.memoryMiB - used);
}

/** Observes the whole host in one pass. */
export function observeState(
  state: SimState,
  id: string,
  storeId: string,
  how: SimulatedHow,
  now: number,
  driver: SimulatedTunnel | null = null,
): ObservedHost {
  const services = observeServices(state, storeId, now);
  const tunnel = observeTunnel(state, storeId, now, driver);
  const ports = portsByBridge(state);
  return {
    capabilities: {
      hostname: `simulated-${id.slice(0, 8)}`,
      kernel: 'simulated',
      bootId: state.bootId,
      cpus: how.cpus,
      memoryMiB: how.memoryMiB,
      rootless: true,
      kvm: false,
      tools: { simulated: '1', dhcpcd: 'simulated' },
      gaps: [],
      relayBy: 'perl',
    },
    memoryFreeMiB: freeMemory(state, how),
    bridges: [...state.bridges.values()].map((bridge) => observeBridge(state, bridge, ports.get(bridge.name) ?? [])),
    nics: [...state.links.values()].map((link) => observeNic(state, link)),
    routes: [...state.routes],
    dhcp: [...state.dhcp],
    connection: OWN_ADDRESS,
    orphanSeals: [...state.seals.keys()].filter((device) => !state.bridges.has(device)),
    vms: [...state.vms.values()].map((vm) => observeVm(vm, storeId)),
    ...(services.length > 0 ? { services } : {}),
    ...(tunnel ? { tunnel } : {}),
    outside: state.outside === undefined ? null : { nic: state.outside.nic, forwards: [...state.outside.forwards] },
  };
}

function portsByBridge(state: SimState): Map<string, ObservedPort[]> {
  const ports = new Map<string, ObservedPort[]>();
  for (const { name, mac, kind, up, ipv6Disabled, master, addresses = [], options = [] } of state.links.values()) {
    if (master === null) continue;
    const down = kind === 'tap' && !up ? [{ name: 'link', wanted: 'up', actual: 'down' }] : [];
    const differing = [...down, ...options];
    const port: ObservedPort = {
      name,
      mac,
      kind: kind === 'tap' || kind === 'veth' || kind === 'vxlan' ? kind : 'other',
      up,
      ipv6Disabled,
      ...(addresses.length > 0 ? { addresses: [...addresses] } : {}),
      ...(differing.length > 0 ? { options: differing } : {}),
    };
    const there = ports.get(master);
    if (there) there.push(port);
    else ports.set(master, [port]);
  }
  return ports;
}

/** Each property by its name: V8 gives an object that is spread into another one a hidden class of its own, which is twice as large as the object. */
function observeBridge(state: SimState, bridge: SimBridge, ports: ObservedPort[]): ObservedBridge {
  const { name, mac, mtu, up, alias, addresses, ipv6Disabled } = bridge;
  const { stp, forwardDelay, multicastSnooping, vlanFiltering } = bridge;
  const seal = state.seals.get(name);
  return {
    name,
    mac,
    mtu,
    up,
    alias,
    addresses: [...addresses],
    ipv6Disabled,
    stp,
    forwardDelay,
    multicastSnooping,
    vlanFiltering,
    owner: ownerOf(alias),
    sealIngress: seal?.ingress ?? 'missing',
    sealEgress: seal?.egress ?? 'missing',
    ports,
  };
}

function observeNic(state: SimState, link: SimLink): ObservedNic {
  const { name, mac, mtu, up, master, kind, addresses, alias, vlan, bondMode } = link;
  return {
    name,
    mac,
    mtu,
    up,
    master,
    kind: kind === 'tap' ? 'tun' : kind === 'nic' ? '' : kind,
    addresses: [...(addresses ?? [])],
    alias: alias ?? null,
    vlan: vlan ?? null,
    bondMode: bondMode ?? null,
    speedMbps: speedOf(state, link),
  };
}

/** As the kernel has it: a bond is as fast as all of its NICs that can send, and those of `active-backup` take turns. */
function speedOf(state: SimState, { name, kind, up, bondMode, speedMbps }: SimLink): number | null {
  if (!up) return null;
  if (kind !== 'bond') return speedMbps ?? null;
  const parts = [...state.links.values()].flatMap((link) =>
    link.master === name && link.up ? (link.speedMbps ?? []) : [],
  );
  if (parts.length === 0) return null;
  if (bondMode === 'active-backup') return parts[0] ?? null;
  return bondMode === 'broadcast' ? Math.min(...parts) : parts.reduce((sum, each) => sum + each, 0);
}

/** What the definition of a VM that someone else created offers, unless it was given otherwise. */
const WHOLE: ImportedLines = { console: true, screen: 'vnc' };

/** A tiny guest has no agent; every other simulated guest is a Linux with one. */
export const hasAgent = ({ live, state, spec }: SimVm): boolean =>
  live !== null && state === 'up' && spec.boot.kind !== 'tiny';

function observeVm(vm: SimVm, storeId: string): ObservedVm {
  const noted = (mac: string): { noted?: true } => (vm.kept && vm.noted?.includes(mac) ? { noted: true } : {});
  return {
    id: vm.spec.id,
    name: vm.spec.name,
    ours: vm.storeId === storeId,
    ...(vm.storeId === null || vm.storeId === storeId ? {} : { owner: vm.storeId }),
    state: vm.state,
    why: vm.why,
    memoryMiB: vm.live?.memoryMiB ?? vm.spec.memoryMiB,
    cpus: vm.spec.cpus,
    ...(hasAgent(vm) ? { agent: true as const } : {}),
    ...(vm.storeId === storeId && vm.kept !== true ? {} : { lines: vm.lines ?? WHOLE }),
    vnics: vm.live
      ? vm.live.vnics.map(({ mac, tap, bridge, linked }) => ({ mac, tap, bridge, linked, ...noted(mac) }))
      : vm.spec.vnics.map(({ mac, bridge, linked }) => ({ mac, tap: null, bridge, linked, ...noted(mac) })),
  };
}
