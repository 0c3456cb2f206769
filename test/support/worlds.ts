import fc from 'fast-check';
import { markOf, specFor, type WantedHost } from '../../engine/plan/model/wanted';
import type { BridgeSpec } from '../../engine/ports/changes';
import type { ObservedBridge, ObservedHost, ObservedNic, ObservedPort, ObservedVm } from '../../engine/ports/observed';
import { ownerOf, sealedBridge, tapPort } from './simulate-changes';

export const STORE = '0198c5a0-0000-7000-8000-0000000000aa';
export const OTHER_STORE = '0198c5a0-0000-7000-8000-0000000000bb';
const HOST = '0198c5a0-0000-7000-8000-0000000000cc';

/** A wanted state and a host that was brought to it and then meddled with. */
export interface World {
  readonly wanted: WantedHost;
  readonly observed: ObservedHost;
}

const networkId = (n: number): string => `0198c5a0-0000-7000-8000-${String(n).padStart(12, '0')}`;
const vmId = (n: number): string => `0198c5a0-0000-7000-9000-${String(n).padStart(12, '0')}`;
const macOf = (n: number): string => `56:6f:00:aa:00:${n.toString(16).padStart(2, '0')}`;

const CAPABILITIES: ObservedHost['capabilities'] = {
  hostname: 'h',
  kernel: '6.18',
  bootId: 'b',
  cpus: 2,
  memoryMiB: 4096,
  rootless: true,
  kvm: false,
  tools: {},
  gaps: [],
};

/** A host with nothing on it. */
export const emptyHost = (): ObservedHost => ({
  capabilities: CAPABILITIES,
  memoryFreeMiB: 2048,
  bridges: [],
  nics: [],
  orphanSeals: [],
  vms: [],
});

export const spec = (n: number, mtu = 1500): BridgeSpec =>
  specFor(STORE, HOST, { id: networkId(n), bridge: `net${n}`, mtu });

/** Where each VM's vNIC belongs: a network by number, or none. The VM's index is also its MAC's and its tap's. */
export const wantedHost = (networks: readonly number[], vnics: ReadonlyArray<number | null>): WantedHost => ({
  storeId: STORE,
  bridges: networks.map((n) => spec(n)),
  taps: vnics.map((n, i) => ({ vmId: vmId(i), mac: macOf(i), bridge: n === null ? null : `net${n}` })),
});

const tapNic = (i: number, master: string | null): ObservedNic => ({
  name: `vnet${i}`,
  mac: `fe${macOf(i).slice(2)}`,
  mtu: 1500,
  up: true,
  master,
  kind: 'tun',
});
const ethNic = (name: string): ObservedNic => ({
  name,
  mac: '02:00:00:00:00:99',
  mtu: 1500,
  up: true,
  master: null,
  kind: 'veth',
});

const vm = (i: number, bridge: string | null): ObservedVm => ({
  id: vmId(i),
  name: `vm${i}`,
  ours: true,
  state: 'up',
  why: null,
  memoryMiB: 192,
  vnics: [{ mac: macOf(i), tap: `vnet${i}`, bridge, linked: true }],
});

/** The host when all is as wanted and all VMs run. */
export function converged(wanted: WantedHost): ObservedHost {
  const taps = wanted.taps.map((tap, i) => ({ ...tap, name: `vnet${i}` }));
  return {
    ...emptyHost(),
    bridges: wanted.bridges.map((each) => ({
      ...sealedBridge(each),
      ports: taps.filter((tap) => tap.bridge === each.bridge).map((tap) => tapPort(tap.name)),
    })),
    nics: taps.map((tap, i) => tapNic(i, tap.bridge)),
    vms: taps.map((tap, i) => vm(i, tap.bridge)),
  };
}

/** One act of meddling; returns the host unchanged where it does not apply. `i` and `j` choose the victims. */
export type Meddling = (host: ObservedHost, i: number, j: number) => ObservedHost;

const pick = <T>(items: readonly T[], i: number): T | undefined => items[i % Math.max(1, items.length)];

const onBridge =
  (patch: (bridge: ObservedBridge) => Partial<ObservedBridge>): Meddling =>
  (host, i) => {
    const victim = pick(host.bridges, i);
    return { ...host, bridges: host.bridges.map((each) => (each === victim ? { ...each, ...patch(each) } : each)) };
  };

const withPort = (bridge: ObservedBridge, port: ObservedPort): Partial<ObservedBridge> => ({
  ports: [...bridge.ports.filter((each) => each.name !== port.name), port],
});

const without = (host: ObservedHost, port: string): ObservedHost => ({
  ...host,
  bridges: host.bridges.map((each) => ({ ...each, ports: each.ports.filter((other) => other.name !== port) })),
});

const remove: Meddling = (host, i) => {
  const victim = pick(host.bridges, i);
  if (!victim) return host;
  return {
    ...host,
    bridges: host.bridges.filter((each) => each !== victim),
    orphanSeals: [...new Set([...host.orphanSeals, victim.name])],
  };
};

/** Chains stay with the name, so a renamed bridge is open. */
const rename: Meddling = (host, i, j) => {
  const victim = pick(host.bridges, i);
  const to = `odd${j}`;
  if (!victim || host.bridges.some((each) => each.name === to) || host.nics.some((nic) => nic.name === to)) return host;
  const open = { ...victim, name: to, sealIngress: 'missing', sealEgress: 'missing' } as const;
  return {
    ...host,
    bridges: host.bridges.map((each) => (each === victim ? open : each)),
    orphanSeals: [...new Set([...host.orphanSeals, victim.name])],
  };
};

const swapNames: Meddling = (host, i, j) => {
  const [a, b] = [pick(host.bridges, i), pick(host.bridges, j)];
  if (!a || !b || a === b || a.owner === null || b.owner === null) return host;
  const bridges = host.bridges.map((each) =>
    each === a ? { ...a, name: b.name } : each === b ? { ...b, name: a.name } : each,
  );
  return { ...host, bridges };
};

const pullTap: Meddling = (host, i) => without(host, `vnet${i}`);

const moveTap: Meddling = (host, i, j) => {
  const name = `vnet${i}`;
  if (!host.nics.some((nic) => nic.name === name)) return host;
  return onBridge((bridge) => withPort(bridge, tapPort(name)))(without(host, name), j, i);
};

const enslave: Meddling = (host, i, j) => {
  const name = `eth${j}`;
  const nics = host.nics.some((nic) => nic.name === name) ? host.nics : [...host.nics, ethNic(name)];
  return onBridge((bridge) => withPort(bridge, { ...tapPort(name), kind: 'other' }))(
    { ...without(host, name), nics },
    i,
    j,
  );
};

const unmanaged: Meddling = (host, i, j) => {
  const name = `net${i}`;
  if (host.bridges.some((each) => each.name === name)) return host;
  const theirs = {
    ...sealedBridge(spec(i)),
    mac: '0a:00:00:00:00:01',
    alias: j % 2 === 0 ? null : 'mine',
    owner: null,
    ports: [],
  };
  return { ...host, bridges: [...host.bridges, theirs], orphanSeals: host.orphanSeals.filter((each) => each !== name) };
};

const leftBehind: Meddling = (host, i) => {
  const stray = { ...spec(20 + i), bridge: `old${i}` };
  if (host.bridges.some((each) => each.name === stray.bridge)) return host;
  return { ...host, bridges: [...host.bridges, sealedBridge(stray)] };
};

const mark = (alias: string | null): Partial<ObservedBridge> => ({ alias, owner: ownerOf(alias) });

/** Everything that we know people and tools to do to a host. */
export const MEDDLINGS: Record<string, Meddling> = {
  remove,
  rename,
  swapNames,
  pullTap,
  moveTap,
  enslave,
  unmanaged,
  leftBehind,
  down: onBridge(() => ({ up: false })),
  mtu: onBridge(() => ({ mtu: 1280 })),
  mac: onBridge(() => ({ mac: '0e:11:22:33:44:55' })),
  options: onBridge(() => ({ stp: true, forwardDelay: 1500 })),
  address: onBridge((bridge) => ({ addresses: [...new Set([...bridge.addresses, '10.9.9.1/24'])] })),
  ipv6: onBridge((bridge) => ({ ipv6Disabled: false, addresses: [...new Set([...bridge.addresses, 'fe80::1/64'])] })),
  portIpv6: onBridge((bridge) => ({ ports: bridge.ports.map((port) => ({ ...port, ipv6Disabled: false })) })),
  portAddress: onBridge((bridge) => ({
    ports: bridge.ports.map((port) => ({ ...port, addresses: ['10.9.9.2/24'] })),
  })),
  flush: onBridge(() => ({ sealIngress: 'missing', sealEgress: 'missing' })),
  policy: onBridge(() => ({ sealIngress: 'wrong' })),
  wipeMark: onBridge(() => mark(null)),
  otherMark: onBridge((bridge) => mark(markOf(OTHER_STORE, bridge.owner?.networkId ?? networkId(0)))),
  orphanSeal: (host, i) => ({ ...host, orphanSeals: [...new Set([...host.orphanSeals, `gone${i}`])] }),
  noLibvirt: (host) => ({ ...host, vms: null }),
};

const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
const acts = (names: readonly string[]) =>
  fc.array(fc.tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
    maxLength: 8,
  });

/** Worlds in which only the named things were done to the host; `more` networks may be wanted that were never made. */
export function worlds(names: readonly string[] = Object.keys(MEDDLINGS)): fc.Arbitrary<World> {
  const shape = fc.record({
    made: numbers,
    more: numbers,
    vnics: fc.array(fc.option(fc.integer({ min: 0, max: 4 })), { maxLength: 5 }),
    acts: acts(names),
  });
  return shape.map(({ made, more, vnics, acts: done }) => {
    const wanted = wantedHost([...new Set([...made, ...more])], vnics);
    const before = converged(wantedHost(made, vnics));
    const observed = done.reduce((host, [name, i, j]) => MEDDLINGS[name]?.(host, i, j) ?? host, before);
    const standing = new Set(observed.bridges.map((bridge) => bridge.name));
    return {
      wanted,
      observed: { ...observed, orphanSeals: observed.orphanSeals.filter((name) => !standing.has(name)) },
    };
  });
}
