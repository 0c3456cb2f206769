import fc from 'fast-check';
import type { BondMode, Ipv4 } from '../../contract';
import { type NetLink, type NetState, applyChange, netStateOf } from '../../engine/plan/regular/net-state';
import { type WantedSetup, wantedSetup } from '../../engine/plan/model/wanted-setup';
import type { WantedHost } from '../../engine/plan/model/wanted';
import type { ObservedBridge, ObservedHost, ObservedNic } from '../../engine/ports/observed';
import type { SetupChange } from '../../engine/ports/setup';
import { STORE, emptyHost } from './worlds';

const NICS = ['eth0', 'eth1', 'eth2', 'eth3'];

const nic = (name: string, at: number): ObservedNic => ({
  ...{ name, mac: `02:00:00:00:00:0${at}`, mtu: 1500, up: at === 0, master: null, kind: 'physical', alias: null },
  addresses: at === 0 ? ['192.0.2.10/24'] : [],
});

/** A host as delivered: eth0 carries the connection, and somebody else's bridge br9 has eth9. */
export const bareHost = (): ObservedHost => ({
  ...emptyHost(),
  capabilities: { ...emptyHost().capabilities, tools: { dhclient: '4' } },
  nics: [...NICS.map(nic), { ...nic('eth9', 9), master: 'br9', up: true }],
  bridges: [{ ...BRIDGE, name: 'br9', mac: '0a:00:00:00:00:01', alias: null, mtu: 1500, up: true }],
  routes: [{ to: 'default', via: '192.0.2.1', dev: 'eth0', metric: 100 }],
  dhcp: [],
  connection: '192.0.2.10',
});

const BRIDGE: Omit<ObservedBridge, 'name' | 'mac' | 'mtu' | 'up' | 'alias'> = {
  ...{ owner: null, addresses: [], ipv6Disabled: true, stp: false, forwardDelay: 0, multicastSnooping: false },
  ...{ vlanFiltering: false, sealIngress: 'missing', sealEgress: 'missing', ports: [] },
};

/** The host after the changes, by the model that the plan itself uses. */
export function simulateSetup(observed: ObservedHost, changes: readonly SetupChange[]): ObservedHost {
  return toObserved(changes.reduce(applyChange, netStateOf(observed)), observed);
}

function toObserved(state: NetState, before: ObservedHost): ObservedHost {
  const links = [...state.links.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...before,
    nics: links.filter(({ kind }) => kind !== 'bridge').map(toNic),
    bridges: links
      .filter(({ kind }) => kind === 'bridge')
      .map(({ name, mac, mtu, up, alias, addresses, ipv6 }) => ({
        ...{ ...BRIDGE, name, mac, mtu, up, alias, addresses, ipv6Disabled: !ipv6 },
      })),
    routes: [...state.routes].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    dhcp: links.filter(({ dhcp }) => dhcp).map(({ name }) => name),
  };
}

function toNic({ name, mac, mtu, up, master, kind, alias, addresses, vlan, bondMode }: NetLink): ObservedNic {
  const is = kind === 'nic' ? 'physical' : kind === 'tap' ? 'tun' : kind;
  return { name, mac, mtu, up, master, kind: is, alias, addresses, vlan, bondMode };
}

interface Desired {
  readonly network: number;
  readonly on: number;
  readonly tagged: boolean;
  readonly ipv4: 'none' | 'dhcp' | 'own' | 'other';
  readonly large: boolean;
}

const id = (n: number): string => `0198c5a0-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** What a person may set up: each NIC has one untagged network at most, and a bond's NICs carry nothing else. */
function setupOf(bonds: ReadonlyArray<{ mode: BondMode; from: number }>, desired: readonly Desired[]): WantedSetup {
  const made = bonds.slice(0, 1).map(({ mode, from }) => ({
    ...{ hostId: id(99), name: 'bond0', mode, nics: [NICS[from % 3] ?? '', NICS[(from % 3) + 1] ?? ''] },
  }));
  const targets = [
    ...NICS.filter((each) => !made.some(({ nics }) => nics.includes(each))),
    ...made.map(({ name }) => name),
  ];
  const used = new Set<string>();
  let ownIsFree = true;
  const attached = desired.flatMap(({ network: n, on, tagged, ipv4, large }) => {
    const target = targets[on % targets.length] ?? '';
    const port = tagged ? `${target}.${n + 10}` : target;
    if (used.has(port) || used.has(id(n))) return [];
    used.add(port).add(id(n));
    const owns = ipv4 === 'own' && ownIsFree;
    if (owns) ownIsFree = false;
    const network = {
      ...{
        id: id(n),
        dataCenterId: id(98),
        name: `red${n}`,
        comment: '',
        isIsolated: false,
        guestSubnet: null,
        services: null,
        stretch: null,
      },
      ...{ vlan: tagged ? n + 10 : null, mtu: large ? 9000 : 1500, bridge: `red${n}`, label: null, createdAt: '' },
    };
    return [
      {
        network,
        nic: target,
        ipv4: addressOf(ipv4 === 'own' && !owns ? 'none' : ipv4, n),
        ipv6: { kind: 'none' } as const,
      },
    ];
  });
  return wantedSetup(STORE, attached, made);
}

function addressOf(kind: Desired['ipv4'], n: number): Ipv4 {
  switch (kind) {
    case 'own':
      return { kind: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' };
    case 'other':
      return { kind: 'static', address: `198.51.100.${n + 1}/24`, gateway: null };
    case 'none':
    case 'dhcp':
      return { kind };
  }
}

const setups = fc
  .tuple(
    fc.array(fc.record({ mode: fc.constantFrom<BondMode>('active-backup', '802.3ad'), from: fc.nat(2) }), {
      maxLength: 1,
    }),
    fc.array(
      fc.record({
        network: fc.nat(4),
        on: fc.nat(4),
        tagged: fc.boolean(),
        ipv4: fc.constantFrom<Desired['ipv4']>('none', 'dhcp', 'own', 'other'),
        large: fc.boolean(),
      }),
      { maxLength: 5 },
    ),
  )
  .map(([bonds, desired]) => setupOf(bonds, desired));

export const wantedOf = (setup: WantedSetup): WantedHost => ({ storeId: STORE, bridges: [], taps: [], setup });

/** What somebody does to links behind our back; those that are not there are left alone. */
const meddlings = fc.array(
  fc.record({
    link: fc.constantFrom('red0', 'red1', 'red2', 'eth1', 'bond0'),
    act: fc.constantFrom('down', 'mtu', 'address'),
  }),
  { maxLength: 4 },
);

export interface SetupWorld {
  readonly first: WantedHost;
  readonly then: WantedHost;
  readonly meddle: (host: ObservedHost) => ObservedHost;
}

export const setupWorlds: fc.Arbitrary<SetupWorld> = fc.tuple(setups, setups, meddlings).map(([first, then, acts]) => ({
  first: wantedOf(first),
  then: wantedOf(then),
  meddle: (host) =>
    acts.reduce((now, { link, act }) => {
      const there = netStateOf(now).links.get(link);
      if (!there) return now;
      if (act === 'down') return there.up ? simulateSetup(now, [{ kind: 'link.up', link, up: false }]) : now;
      if (act === 'mtu') return simulateSetup(now, [{ kind: 'link.mtu', link, to: 1280, was: there.mtu }]);
      if (there.addresses.includes('203.0.113.9/24')) return now;
      return simulateSetup(now, [{ kind: 'ip.add', link, address: '203.0.113.9/24' }]);
    }, host),
}));
