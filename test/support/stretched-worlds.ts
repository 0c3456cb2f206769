import fc from 'fast-check';
import { endMark, tunnelNames } from '../../engine/plan/model/tunnel-spec';
import type { ObservedHost } from '../../engine/ports/observed';
import type { ObservedTunnel, ObservedTunnelEnd, TunnelEnd } from '../../engine/ports/stretch';
import type { WantedHost } from '../../engine/plan/model/wanted';
import { simulate } from './simulate-changes';
import { MEDDLINGS, STORE, type World, converged, spec, wantedHost } from './worlds';

const MEMBERS = [2, 3];
const SETTINGS = 'desired';

/** Where a network's frames leave the host. */
export function endOf(network: number, mtu = 1500): TunnelEnd {
  const { networkId, bridge } = spec(network);
  const vni = network + 1;
  const port = `att${vni.toString(16).padStart(6, '0')}`;
  return { networkId, bridge, port, alias: endMark(STORE, networkId), vni, mtu, members: MEMBERS };
}

/** A host with these networks, some of them stretched; without any there is no tunnel. */
export function stretchedHost(
  networks: readonly number[],
  stretched: readonly number[],
  vnics: ReadonlyArray<number | null> = [],
): WantedHost {
  const names = tunnelNames(STORE);
  const wanted = { ...wantedHost(networks, vnics), tunnelNames: names };
  if (stretched.length === 0) return wanted;
  const peers = MEMBERS.map((number) => ({
    ...{
      number,
      publicKey: `key of ${number}`,
      nextKey: null,
      endpoint: null,
      vnis: stretched.map((each) => each + 1),
    },
  }));
  const settings = { ...names, number: 1, port: null, mtu: 1420, key: null, peers, settings: SETTINGS };
  const ends = stretched.map((network) => endOf(network));
  return { ...wanted, tunnel: { spec: { ...settings, ends }, nextKey: false } };
}

/** The host when all is as wanted. */
export function convergedWithTunnel(wanted: WantedHost): ObservedHost {
  const host = converged(wanted);
  const { tunnel } = wanted;
  if (!tunnel) return host;
  return simulate(host, [
    { kind: 'tunnel.start', spec: tunnel.spec },
    ...tunnel.spec.ends.map((end) => ({ kind: 'tunnel.end.add' as const, spec: tunnel.spec, end })),
  ]);
}

type OnTunnel = (tunnel: ObservedTunnel, i: number) => ObservedTunnel;
const onEnd =
  (patch: Partial<ObservedTunnelEnd>): OnTunnel =>
  (tunnel, i) => ({ ...tunnel, ends: tunnel.ends.map((end, at) => (at === i ? { ...end, ...patch } : end)) });

const ON_TUNNEL: Record<string, OnTunnel> = {
  stopped: (tunnel) => ({ ...tunnel, isRunning: false, by: null, port: null, settings: null }),
  formerSettings: (tunnel) => ({ ...tunnel, settings: 'former' }),
  fault: (tunnel) => ({ ...tunnel, faults: ['it has a foreign interface'] }),
  endFault: onEnd({ faults: ['it has the remote 192.0.2.9'] }),
  endDown: onEnd({ up: false }),
  endMembers: onEnd({ members: [2, 9] }),
  endMtu: onEnd({ mtu: 1280 }),
};

/** Things that are done to a host with tunnels. */
export const TUNNEL_MEDDLINGS: Record<string, (host: ObservedHost, i: number) => ObservedHost> = {
  ...Object.fromEntries(
    Object.entries(ON_TUNNEL).map(([name, act]) => [
      name,
      (host: ObservedHost, i: number) => (host.tunnel ? { ...host, tunnel: act(host.tunnel, i) } : host),
    ]),
  ),
  endDeleted: (host, i) => {
    const end = host.tunnel?.ends[i];
    if (!end) return host;
    const { bridge, port, alias } = end;
    return simulate(host, [{ kind: 'tunnel.end.remove', bridge: bridge ?? '', port, alias }]);
  },
  endPulledOut: (host, i) => {
    const end = host.tunnel?.ends[i];
    return end?.bridge ? simulate(host, [{ kind: 'port.remove', bridge: end.bridge, port: end.port }]) : host;
  },
};

const OF_BRIDGES = ['remove', 'rename', 'down', 'mtu', 'mac', 'flush', 'policy', 'address', 'pullTap'] as const;
const some = fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });

/** Worlds in which networks were stretched, and others are to be, and things were done to bridges and tunnel. */
export function stretchedWorlds(): fc.Arbitrary<World> {
  const act = fc.tuple(fc.constantFrom(...OF_BRIDGES, ...Object.keys(TUNNEL_MEDDLINGS)), fc.nat(3), fc.nat(3));
  const shape = { made: some, more: some, were: some, are: some, acts: fc.array(act, { maxLength: 6 }) };
  return fc.record(shape).map(({ made, more, were, are, acts }) => {
    const networks = [...new Set([...made, ...more])];
    const within = (all: readonly number[], those: readonly number[]) => those.filter((each) => all.includes(each));
    const wanted = stretchedHost(networks, within(networks, are));
    const before = convergedWithTunnel(stretchedHost(made, within(made, were)));
    const done = acts.reduce((host, [name, i, j]) => {
      const meddle = TUNNEL_MEDDLINGS[name] ?? MEDDLINGS[name];
      return simulate(meddle ? meddle(host, i, j) : host, []);
    }, before);
    const standing = new Set(done.bridges.map(({ name }) => name));
    return { wanted, observed: { ...done, orphanSeals: done.orphanSeals.filter((name) => !standing.has(name)) } };
  });
}
