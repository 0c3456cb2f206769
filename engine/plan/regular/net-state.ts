import type { NetRoute, SetupChange } from '../../ports/setup';
import type { ObservedHost } from '../../ports/observed';

export type LinkKind = 'nic' | 'bond' | 'vlan' | 'bridge' | 'tap' | 'other';

/** An interface, with the properties that *Setup networks* reads and changes. */
export interface NetLink {
  readonly name: string;
  readonly kind: LinkKind;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly master: string | null;
  readonly alias: string | null;
  /** With prefix length; without IPv6's link-local ones, which the kernel adds automatically. */
  readonly addresses: readonly string[];
  readonly ipv6: boolean;
  /** A DHCP client that we started runs for it. */
  readonly dhcp: boolean;
  readonly vlan: { readonly parent: string; readonly tag: number } | null;
  readonly bondMode: string | null;
}

/** The links and routes of a host. */
export interface NetState {
  readonly links: ReadonlyMap<string, NetLink>;
  readonly routes: readonly NetRoute[];
}

const isLinkLocal = (address: string): boolean => /^fe[89ab][0-9a-f]:/i.test(address);

/** What counts as a plain NIC: hardware, and the ends of veth pairs and dummies that stand in for it. */
const NIC_KINDS: ReadonlySet<string> = new Set(['', 'physical', 'veth', 'dummy']);

export function kindOf(observedKind: string): LinkKind {
  if (NIC_KINDS.has(observedKind)) return 'nic';
  if (observedKind === 'bond' || observedKind === 'vlan') return observedKind;
  return observedKind === 'tun' || observedKind === 'tap' ? 'tap' : 'other';
}

/** The part of an observation that *Setup networks* works on. */
export function netStateOf(observed: ObservedHost): NetState {
  const dhcp = new Set(observed.dhcp ?? []);
  const rest = (name: string, addresses: readonly string[]) => ({
    addresses: addresses.filter((address) => !isLinkLocal(address)),
    dhcp: dhcp.has(name),
  });
  const nics = observed.nics.map(({ name, mac, mtu, up, master, kind, alias, addresses, vlan, bondMode }): NetLink => ({
    ...{ name, mac: mac ?? '', mtu, up, master, kind: kindOf(kind), alias: alias ?? null },
    ...{ ipv6: false, vlan: vlan ?? null, bondMode: bondMode ?? null },
    ...rest(name, addresses ?? []),
  }));
  const bridges = observed.bridges.map(({ name, mac, mtu, up, alias, addresses, ipv6Disabled }): NetLink => ({
    ...{ name, mac, mtu, up, master: null, kind: 'bridge', alias, ipv6: !ipv6Disabled, vlan: null, bondMode: null },
    ...rest(name, addresses),
  }));
  const links = [...nics, ...bridges].map((link) => [link.name, link] as const);
  return { links: new Map(links), routes: observed.routes ?? [] };
}

export const sameRoute = (a: NetRoute, b: NetRoute): boolean =>
  a.to === b.to && a.via === b.via && a.dev === b.dev && (a.metric ?? 0) === (b.metric ?? 0);

/** The effect of a change, as in the kernel. Throws if the kernel would refuse it: that is a bug in the plan. */
export function applyChange(state: NetState, change: SetupChange): NetState {
  const links = new Map(state.links);
  const get = (name: string): NetLink => {
    const link = links.get(name);
    if (!link) throw new Error(`no link ${name}`);
    return link;
  };
  const patch = (name: string, fields: Partial<NetLink>): void => void links.set(name, { ...get(name), ...fields });
  const make = (link: NetLink): void => {
    if (links.has(link.name)) throw new Error(`${link.name} exists`);
    links.set(link.name, link);
  };
  const unmake = (name: string): void => {
    const users = [...links.values()].filter((link) => link.master === name || link.vlan?.parent === name);
    if (users.length > 0 || get(name).addresses.length > 0) throw new Error(`${name} is still used`);
    links.delete(name);
  };
  const routes = (next: readonly NetRoute[]): NetState => ({ links, routes: next });
  switch (change.kind) {
    case 'bond.make':
      make({ ...BARE, ...change.bond, kind: 'bond', bondMode: change.bond.mode });
      break;
    case 'vlan.make': {
      const { name, parent, tag, mtu, alias } = change.vlan;
      make({ ...BARE, name, mtu, alias, mac: get(parent).mac, kind: 'vlan', vlan: { parent, tag } });
      break;
    }
    case 'bridge.make':
      make({ ...BARE, ...change.bridge, kind: 'bridge' });
      break;
    case 'bond.unmake':
      unmake(change.bond.name);
      break;
    case 'vlan.unmake':
      unmake(change.vlan.name);
      break;
    case 'bridge.unmake':
      unmake(change.bridge.name);
      break;
    case 'link.master':
      setMaster(get, patch, change.link, change.to);
      break;
    case 'link.mtu':
      patch(change.link, { mtu: change.to });
      break;
    case 'link.up':
      patch(change.link, { up: change.up });
      break;
    case 'link.ipv6':
      patch(change.link, { ipv6: change.on });
      break;
    case 'ip.add':
      patch(change.link, { addresses: [...get(change.link).addresses, change.address].sort() });
      break;
    case 'ip.remove':
      if (!get(change.link).addresses.includes(change.address)) throw new Error(`no ${change.address}`);
      patch(change.link, { addresses: get(change.link).addresses.filter((address) => address !== change.address) });
      break;
    case 'route.add':
      get(change.route.dev);
      return routes([...state.routes, change.route]);
    case 'route.remove':
      return routes(state.routes.filter((route) => !sameRoute(route, change.route)));
    case 'route.move':
      get(change.to);
      return routes(
        state.routes.map((route) => (sameRoute(route, change.route) ? { ...route, dev: change.to } : route)),
      );
    case 'dhcp.start':
    case 'dhcp.stop':
      patch(change.link, { dhcp: change.kind === 'dhcp.start' });
      break;
  }
  return routes(state.routes);
}

const BARE = { mac: '', up: false, master: null, addresses: [], ipv6: false, dhcp: false, vlan: null, bondMode: null };

/** A bond only accepts links that are down, and sets them up; releasing one sets it down (bond_enslave, bond_release). */
function setMaster(
  get: (name: string) => NetLink,
  patch: (name: string, fields: Partial<NetLink>) => void,
  link: string,
  to: string | null,
): void {
  const { master, up } = get(link);
  const left = master !== null && get(master).kind === 'bond' ? { up: false } : {};
  const taken = to !== null && get(to).kind === 'bond';
  if (taken && up && !('up' in left)) throw new Error(`${link} is up`);
  patch(link, { master: to, ...left, ...(taken ? { up: true } : {}) });
}
