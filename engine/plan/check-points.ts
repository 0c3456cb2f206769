import type { CheckPoint, Verdict } from '../../contract';
import { isHarmless } from '../../contract/state/check-points';
import { bridgeOptionWords, hasOtherOptions } from './compare-bridge';
import type { WantedHost, WantedTap } from './model/wanted';
import { optionValues } from './port-options';
import type { BridgeSpec } from '../ports/changes';
import type { ObservedBridge, ObservedHost, ObservedPort, SealState } from '../ports/observed';
import type { ObservedServices, ServicesSpec } from '../ports/services';
import type { ObservedTunnel, ObservedTunnelEnd, TunnelEnd, TunnelSpec } from '../ports/stretch';

type Point = Pick<CheckPoint, 'ok' | 'evidence'>;

export const TITLES: Record<CheckPoint['id'], string> = {
  mark: 'The bridge has the ownership mark of Atoll',
  name: 'The bridge has the expected name',
  ports: 'Only VMs managed by Atoll, its DHCP and DNS server and its tunnel are attached',
  addresses: 'The host has no address on the bridge',
  ipv6: 'IPv6 is disabled on the bridge and its ports',
  forwarding: 'Frames between its ports are not restricted',
  seal_ingress: 'Traffic from the bridge to the host is blocked',
  seal_egress: 'Traffic from the host to the bridge is blocked',
  hooks: 'The kernel reports both seal hooks on the bridge',
  listeners: 'No process on the host listens on the bridge or its ports',
  programs: 'No BPF program is attached to the bridge or its ports',
  services: 'The DHCP and DNS server reaches its network only',
  tunnel_end: 'The tunnel end has no way out except the encrypted tunnel',
  tunnel_members: "The tunnel end sends to the network's other hosts only",
  tunnel_peers: 'The tunnel knows the keys of the wanted hosts only',
  tunnel_namespace: 'The namespace of the tunnel has the tunnel and nothing else',
  probe_host_silent: 'Live probe: the host does not respond',
  probe_guests_talk: 'Live probe: two guests reach each other',
  probe_tunnel_silent: 'Live probe: nothing of the network is in clear outside the host',
  probe_tunnel_closed: 'Live probe: frames forged from outside do not get in',
};

const point = (id: CheckPoint['id'], { ok, evidence }: Point): CheckPoint => ({ id, title: TITLES[id], ok, evidence });

interface SeenEnd {
  readonly spec: TunnelSpec;
  readonly end: TunnelEnd;
  readonly tunnel: ObservedTunnel | null;
  readonly actual: ObservedTunnelEnd | undefined;
}

/** One observation, indexed for the checks of all its networks: 1,000 of them need not search 1,000 bridges each. */
export class SeenHost {
  private index: { byAlias: Map<string | null, ObservedBridge>; byName: Map<string, ObservedBridge> } | null = null;

  constructor(
    readonly observed: ObservedHost,
    readonly taps: readonly WantedTap[],
    private readonly wanted: Pick<WantedHost, 'services' | 'tunnel'> = {},
  ) {}

  /** The desired server of a network, and what was observed of it. */
  serverOf({ networkId }: BridgeSpec): { spec: ServicesSpec; actual: ObservedServices | undefined } | undefined {
    const spec = this.wanted.services?.find((each) => each.networkId === networkId);
    return spec && { spec, actual: this.observed.services?.find(({ port }) => port === spec.port) };
  }

  /** The desired tunnel end of a network, and what was observed of it and of the tunnel. */
  endOf({ networkId }: BridgeSpec): SeenEnd | undefined {
    const spec = this.wanted.tunnel?.spec;
    const end = spec?.ends.find((each) => each.networkId === networkId);
    if (!spec || !end) return undefined;
    const { tunnel = null } = this.observed;
    return { spec, end, tunnel, actual: tunnel?.ends.find(({ port }) => port === end.port) };
  }

  /** The first with the mark; otherwise the one with the name. */
  bridgeOf(spec: BridgeSpec): ObservedBridge | undefined {
    this.index ??= {
      byAlias: new Map(this.observed.bridges.map((bridge) => [bridge.alias, bridge] as const).reverse()),
      byName: new Map(this.observed.bridges.map((bridge) => [bridge.name, bridge])),
    };
    return this.index.byAlias.get(spec.alias) ?? this.index.byName.get(spec.bridge);
  }
}

/** The points of an isolation check that one observation of the host decides, each with its evidence. */
export function pointsOf(spec: BridgeSpec, seen: SeenHost): CheckPoint[] {
  const bridge = seen.bridgeOf(spec);
  if (!bridge) return [point('mark', { ok: false, evidence: `there is no bridge ${spec.bridge} on the host` })];
  return [
    point('mark', { ok: bridge.alias === spec.alias, evidence: `alias of ${bridge.name}: ${bridge.alias ?? 'none'}` }),
    point('name', { ok: bridge.name === spec.bridge, evidence: nameWords(bridge.name, spec.bridge) }),
    point('ports', portsPoint(bridge, spec, seen)),
    point('addresses', addressesPoint(bridge)),
    point('ipv6', ipv6Point(bridge)),
    point('forwarding', forwardingPoint(bridge)),
    point('seal_ingress', ingressPoint(bridge)),
    point('seal_egress', egressPoint(bridge)),
    ...servicesPoint(bridge, spec, seen),
    ...tunnelPoints(bridge, spec, seen),
  ];
}

function nameWords(name: string, expected: string): string {
  return name === expected ? name : `${name}, expected ${expected}`;
}

function portsPoint({ ports: all }: ObservedBridge, spec: BridgeSpec, seen: SeenHost): Point {
  const { taps, observed } = seen;
  const server = serverPort(spec, seen);
  const end = endPort(spec, seen);
  const isServer = ({ name, kind }: ObservedPort): boolean => name === server && kind === 'veth';
  const isEnd = ({ name, kind }: ObservedPort): boolean => name === end && kind === 'vxlan';
  const ports = all.filter((port) => !isServer(port) && !isEnd(port));
  const served = [
    ...(all.some(isServer) ? [`${server ?? ''} (DHCP and DNS server)`] : []),
    ...(all.some(isEnd) ? [`${end ?? ''} (tunnel end)`] : []),
  ];
  if (ports.length === 0) return { ok: true, evidence: served.join(', ') || 'no ports' };
  const names = ports.map((port) => port.name);
  const tapPorts = new Set(ports.flatMap(({ name, kind }) => (kind === 'tap' ? [name] : [])));
  if (observed.vms === null) {
    const foreign = ports.filter((port) => port.kind !== 'tap').map((port) => port.name);
    if (foreign.length > 0) return { ok: false, evidence: `not taps: ${foreign.join(', ')}` };
    return {
      ok: null,
      evidence: `the host's VMs can't be listed, so the owners of these ports are unknown: ${names.join(', ')}`,
    };
  }
  const wanted = new Set(taps.filter((tap) => tap.bridge === spec.bridge).map((tap) => tap.mac));
  const owners = new Map<string, string>();
  for (const vm of observed.vms.filter((each) => each.ours)) {
    for (const vnic of vm.vnics) if (vnic.tap !== null && wanted.has(vnic.mac)) owners.set(vnic.tap, vm.name);
  }
  const foreign = names.filter((name) => !owners.has(name) || !tapPorts.has(name));
  if (foreign.length > 0) return { ok: false, evidence: `not attached by Atoll: ${foreign.join(', ')}` };
  return { ok: true, evidence: [...served, ...names.map((name) => `${name} (${owners.get(name) ?? '?'})`)].join(', ') };
}

/** The port of the network's server, if it is the one that we started. */
function serverPort(bridge: BridgeSpec, seen: SeenHost): string | null {
  const { spec, actual } = seen.serverOf(bridge) ?? {};
  return spec && actual?.isRunning && actual.alias === spec.alias ? spec.port : null;
}

/** The port of the network's tunnel end, if it is the one that we made. */
function endPort(bridge: BridgeSpec, seen: SeenHost): string | null {
  const { end, actual } = seen.endOf(bridge) ?? {};
  return end && actual?.alias === end.alias ? end.port : null;
}

/** What the tunnel of a stretched network can reach. A network that is not stretched has no such points. */
function tunnelPoints({ name }: ObservedBridge, bridge: BridgeSpec, seen: SeenHost): CheckPoint[] {
  const found = seen.endOf(bridge);
  if (!found) return [];
  const { spec, end, tunnel, actual } = found;
  if (!tunnel || !actual)
    return [point('tunnel_end', { ok: true, evidence: 'there is none: no frame leaves the host' })];
  const faults = [
    ...actual.faults,
    ...(actual.alias === end.alias ? [] : [`${actual.port} has the mark ${actual.alias}`]),
    ...(actual.bridge === name ? [] : [`${actual.port} is in ${actual.bridge ?? 'no bridge'}`]),
    ...(actual.vni === end.vni ? [] : [`its number is ${actual.vni ?? 'none'}, not ${end.vni}`]),
  ];
  const evidence = `${end.port} (VXLAN ${end.vni}): its socket is in the namespace ${spec.namespace}, without a remote, group or address`;
  const foreign = actual.members.filter((number) => !end.members.includes(number));
  const members = actual.members.length === 0 ? 'no host' : actual.members.map((number) => `host ${number}`).join(', ');
  return [
    point('tunnel_end', { ok: faults.length === 0, evidence: faults.join('; ') || evidence }),
    point('tunnel_members', { ok: foreign.length === 0, evidence: `floods to ${members}` }),
    point('tunnel_peers', peersPoint(spec, tunnel)),
    point('tunnel_namespace', namespacePoint(spec, tunnel)),
  ];
}

function peersPoint(spec: TunnelSpec, { peers }: ObservedTunnel): Point {
  const known = new Set(
    spec.peers.flatMap(({ publicKey, nextKey }) => [publicKey, ...(nextKey === null ? [] : [nextKey])]),
  );
  const foreign = peers.filter(({ publicKey }) => !known.has(publicKey));
  if (foreign.length > 0)
    return { ok: false, evidence: `unknown keys: ${foreign.map((peer) => peer.publicKey).join(', ')}` };
  return { ok: true, evidence: peers.map(({ publicKey }) => publicKey).join(', ') || 'no peers' };
}

function namespacePoint({ namespace, device }: TunnelSpec, { faults, by, isRunning }: ObservedTunnel): Point {
  if (!isRunning) return { ok: true, evidence: `${device} does not run: no frame leaves the host` };
  if (faults.length > 0) return { ok: false, evidence: faults.join('; ') };
  const where = by === 'userspace' ? 'wireguard-go' : 'the kernel';
  return {
    ok: true,
    evidence: `${namespace}: ${device} (WireGuard by ${where}), routes to single hosts through it, and a filter that drops all else`,
  };
}

/** What the server can reach. One that does not run reaches nothing; a network without one has no such point. */
function servicesPoint({ name }: ObservedBridge, bridge: BridgeSpec, seen: SeenHost): CheckPoint[] {
  const server = seen.serverOf(bridge);
  if (!server) return [];
  const { spec, actual } = server;
  if (!actual) return [point('services', { ok: true, evidence: 'it does not run: nothing is plugged in' })];
  const faults = [
    ...actual.faults,
    ...(actual.isRunning ? [] : [`${actual.port} does not belong to a process that Atoll started`]),
    ...(actual.alias === spec.alias ? [] : [`${actual.port} has the mark ${actual.alias}`]),
    ...(spec.guard && actual.guard === 'off' ? ['answers of other servers are not dropped'] : []),
    ...(actual.bridge === name ? [] : [`${actual.port} is on ${actual.bridge ?? 'no bridge'}`]),
  ];
  const address = [spec.ipv4, spec.ipv6].flatMap((each) => each?.address.split('/')[0] ?? []).join(' and ');
  const evidence = `${address} on ${spec.port}: in namespaces of its own, with this port and nothing else`;
  return [point('services', { ok: faults.length === 0, evidence: faults.join('; ') || evidence })];
}

function addressesPoint({ addresses, ports }: ObservedBridge): Point {
  const onPorts = ports.flatMap((port) => (port.addresses ?? []).map((address) => `${address} on ${port.name}`));
  const all = [...addresses, ...onPorts];
  return { ok: all.length === 0, evidence: all.length === 0 ? 'no addresses' : all.join(', ') };
}

function ipv6Point({ name, ipv6Disabled, ports }: ObservedBridge): Point {
  const on = [...(ipv6Disabled ? [] : [name]), ...ports.filter((port) => !port.ipv6Disabled).map((port) => port.name)];
  if (on.length > 0) return { ok: false, evidence: `enabled on ${on.join(', ')}` };
  const onPorts =
    ports.length === 0 ? ', which has no ports' : ` and ${ports.length} port${ports.length === 1 ? '' : 's'}`;
  return { ok: true, evidence: `disabled on ${name}${onPorts}` };
}

function forwardingPoint(bridge: ObservedBridge): Point {
  // What it passes to the host is evaluated by the seal point.
  const own = bridge.receivesLinkLocal ? { ...bridge, receivesLinkLocal: false } : bridge;
  const options = hasOtherOptions(own) ? [`${bridge.name}: ${bridgeOptionWords(own)}`] : [];
  const ofPorts = bridge.ports.flatMap(({ name, options: differing = [] }) =>
    differing.length === 0
      ? []
      : [`${name}: ${optionValues(differing, 'actual')}, not ${optionValues(differing, 'wanted')}`],
  );
  const all = [...options, ...ofPorts];
  return {
    ok: all.length === 0,
    evidence: all.length === 0 ? 'no restricting options on the bridge or its ports' : all.join('; '),
  };
}

function ingressPoint({ name, sealIngress, ports, receivesLinkLocal = false }: ObservedBridge): Point {
  const { ok, evidence } = sealPoint(sealIngress, 'ingress');
  const receivers = [
    ...(receivesLinkLocal ? [name] : []),
    ...ports.flatMap((port) => (port.receivesLinkLocal ? [port.name] : [])),
  ];
  if (receivers.length === 0) return { ok, evidence };
  const words = `frames to link-local groups bypass it (group_fwd_mask of ${receivers.join(', ')})`;
  return { ok: false, evidence: `${evidence}; ${words}` };
}

/** The kernel sends the bridge's own frames of STP to its ports directly, and not through the device's chain. */
function egressPoint({ sealEgress, stp }: ObservedBridge): Point {
  const { ok, evidence } = sealPoint(sealEgress, 'egress');
  return stp ? { ok: false, evidence: `${evidence}; the bridge sends frames of STP past it` } : { ok, evidence };
}

const sealEvidence = (way: string): Record<SealState, string> => ({
  ok: `${way} chain on the device, policy drop, no rules`,
  missing: `no ${way} chain on the device`,
  wrong: `the ${way} chain was changed: different device, policy or rules`,
});
const SEAL_EVIDENCE = { ingress: sealEvidence('ingress'), egress: sealEvidence('egress') };

const sealPoint = (state: SealState, way: 'ingress' | 'egress'): Point => ({
  ok: state === 'ok',
  evidence: SEAL_EVIDENCE[way][state],
});

/**
 * A failed point decides, unless nothing gets in or out by it: that is counted beside the verdict. A bridge without the mark may be
 * another's, so what was observed of it proves nothing, and an unobserved point makes it unknown too. `hooks` and `programs` may be
 * unobserved: not every kernel, or host, lists them. Hooks are a second witness to the observed chains, mark and name; that neither
 * was observed is shown.
 */
export function verdictOf(points: readonly CheckPoint[]): Verdict {
  if (points.some(({ id, ok }) => ok === false && !isHarmless(id))) return 'not_isolated';
  const isUnknown = ({ id, ok }: CheckPoint): boolean =>
    (ok === null && !OPTIONAL_POINTS.has(id)) || (ok === false && id === 'mark');
  return points.some(isUnknown) ? 'unknown' : 'isolated';
}

/** What some hosts lack the tools for. */
const OPTIONAL_POINTS: ReadonlySet<CheckPoint['id']> = new Set(['hooks', 'programs', 'probe_tunnel_closed']);
