import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import { ownerOf } from '../mark';
import { serverOn } from './services';
import type { SimState } from './state';

/** The hooks that the simulated kernel has on the bridge. */
export function hooksPoint(state: SimState, target: CheckTarget): CheckPoint {
  const title = 'The kernel reports both seal hooks on the bridge';
  if (!state.bridges.has(target.bridge))
    return { id: 'hooks', title, ok: false, evidence: `simulated: there is no bridge ${target.bridge}` };
  const seal = state.seals.get(target.bridge);
  const evidence = `simulated: ingress ${seal?.ingress ?? 'missing'}, egress ${seal?.egress ?? 'missing'} on ${target.bridge}`;
  return { id: 'hooks', title, ok: seal?.ingress === 'ok' && seal.egress === 'ok', evidence };
}

/** The listeners on the links of the simulated bridge; its kernel has no BPF. */
export function listenerPoints(state: SimState, { bridge }: CheckTarget): CheckPoint[] {
  const received = [...state.links.values()].filter(({ name, master }) => name === bridge || master === bridge);
  const hits = received.flatMap(({ name, listener }) => (listener === undefined ? [] : [`${listener} on ${name}`]));
  const evidence = hits.length === 0 ? 'simulated: no packet socket' : `simulated: packet sockets: ${hits.join(', ')}`;
  return [
    {
      id: 'listeners',
      title: 'No process on the host listens on the bridge or its ports',
      ok: hits.length === 0,
      evidence,
    },
    {
      id: 'programs',
      title: 'No BPF program is attached to the bridge or its ports',
      ok: true,
      evidence: 'simulated: none',
    },
  ];
}

/**
 * What the live probe would find: a guest receives frames from its host through an open seal or a port that uses IPv6, and two
 * guests reach each other if the bridge is up.
 */
export function probePoints(state: SimState, target: CheckTarget): CheckPoint[] {
  const bridge = state.bridges.get(target.bridge);
  const silentTitle = 'Live probe: the host does not respond';
  const talkTitle = 'Live probe: two guests reach each other';
  if (!bridge) {
    const evidence = `simulated: there is no bridge ${target.bridge} to probe`;
    return [
      { id: 'probe_host_silent', title: silentTitle, ok: null, evidence },
      { id: 'probe_guests_talk', title: talkTitle, ok: null, evidence },
    ];
  }
  const leaks = leaksOf(state, target, bridge.ipv6Disabled);
  const clear = target.tunnel ? [clearPoint(state, target), closedPoint(state, target)] : [];
  const { sound, evidence: ofServer } = serverFrames(state, target);
  const silent = leaks.length === 0 && sound;
  return [
    {
      id: 'probe_host_silent',
      title: silentTitle,
      ok: silent,
      evidence:
        (leaks.length === 0
          ? 'simulated: no response from the host'
          : `simulated: the host is reachable: ${leaks.join(', ')}`) + ofServer,
    },
    {
      id: 'probe_guests_talk',
      title: talkTitle,
      ok: bridge.up,
      evidence: bridge.up
        ? 'simulated: both guests received frames'
        : `simulated: ${target.bridge} is down, no frame passed`,
    },
    ...clear,
  ];
}

/** A tunnel end with a destination outside the tunnel sends in clear. */
function clearPoint(state: SimState, { bridge }: CheckTarget): CheckPoint {
  const faults = [...state.links.values()].flatMap(({ master, end }) => (master === bridge ? (end?.faults ?? []) : []));
  return {
    id: 'probe_tunnel_silent',
    title: 'Live probe: nothing of the network is in clear outside the host',
    ok: faults.length === 0,
    evidence:
      faults.length === 0 ? 'simulated: no frame in clear' : `simulated: frames in clear, because ${faults.join('; ')}`,
  };
}

/** A foreign VXLAN port takes frames from anyone. */
function closedPoint(state: SimState, { bridge }: CheckTarget): CheckPoint {
  const open = [...state.links.values()].filter(
    ({ master, kind, end }) => master === bridge && kind === 'vxlan' && !end,
  );
  const got =
    open.length === 0 ? 'no guest received one' : `they come in by ${open.map(({ name }) => name).join(', ')}`;
  return {
    id: 'probe_tunnel_closed',
    title: 'Live probe: frames forged from outside do not get in',
    ok: open.length === 0,
    evidence: `simulated: forged frames of the network; ${got}`,
  };
}

/** What the network's own server would send to the probe's guests. */
function serverFrames(state: SimState, { services, bridge }: CheckTarget): { sound: boolean; evidence: string } {
  const server = serverOn(state, bridge);
  if (!services) return { sound: true, evidence: '' };
  if (!server) return { sound: true, evidence: ". The network's own server did not answer" };
  return server.isOpen === true
    ? { sound: false, evidence: ". The network's own server also sent what it must not: ip tcp" }
    : { sound: true, evidence: ". The network's own server sent ARP, DHCP, DNS, ping, and nothing else" };
}

function leaksOf(state: SimState, target: CheckTarget, ipv6Disabled: boolean): string[] {
  const seal = state.seals.get(target.bridge);
  const leaks: string[] = [];
  if (seal?.ingress !== 'ok') leaks.push('it receives frames (no ingress chain)');
  if (seal?.egress !== 'ok') leaks.push('it sends frames (no egress chain)');
  if (seal?.egress !== 'ok' && !ipv6Disabled) leaks.push('it uses IPv6 on the bridge');
  for (const port of state.links.values()) {
    if (port.master !== target.bridge) continue;
    if (!port.ipv6Disabled) leaks.push(`it uses IPv6 on ${port.name}`);
    if (port.kind === 'nic') leaks.push(`${port.name} is an external NIC`);
  }
  const owner = ownerOf(state.bridges.get(target.bridge)?.alias ?? null);
  if (owner?.networkId !== target.networkId) leaks.push('the bridge belongs to another network');
  return leaks;
}
