import { type Finding, Findings } from '../model/finding';
import { setupOwner } from '../model/marks';
import type { NetLink, NetState } from './net-state';
import { type RegularSpec, type WantedSetup, portOf } from '../model/wanted-setup';

/** The input of a comparison besides the links: the bridges of VMs' taps. */
export interface Comparing {
  readonly wanted: WantedSetup;
  readonly state: NetState;
  /** Existing taps that belong in a bridge, by its name. */
  readonly taps: (bridge: string) => readonly string[];
}

/** The desired static addresses of a network. */
export const addressesOf = ({ ipv4, ipv6 }: Pick<RegularSpec, 'ipv4' | 'ipv6'>): string[] =>
  [ipv4, ipv6].flatMap((ip) => (ip.kind === 'static' ? [ip.address] : [])).sort();

/** The default gateways that a network sets on the host. */
export const gatewaysOf = ({ ipv4, ipv6 }: Pick<RegularSpec, 'ipv4' | 'ipv6'>): string[] =>
  [ipv4, ipv6].flatMap((ip) => (ip.kind === 'static' && ip.gateway !== null ? [ip.gateway] : []));

const isIpv4 = (address: string): boolean => !address.includes(':');

/** Addresses on a bridge that are ours to compare: all but those of its DHCP client. */
export const comparedAddresses = ({ ipv4 }: RegularSpec, addresses: readonly string[]): string[] =>
  addresses.filter((address) => !(ipv4.kind === 'dhcp' && isIpv4(address))).sort();

/** Ports of a bridge that lead off the host. */
export function uplinksOf(state: NetState, bridge: string): NetLink[] {
  return [...state.links.values()].filter(
    (link) => link.master === bridge && (link.kind === 'nic' || link.kind === 'bond' || link.kind === 'vlan'),
  );
}

/** Whether the link is the network's: by its mark, or by its name if it was imported and has no mark. */
export const isOurs = (
  link: NetLink | undefined,
  { alias, imported = false }: Pick<RegularSpec, 'alias' | 'imported'>,
): link is NetLink => link !== undefined && (link.alias === alias || (imported && !isMarked(link)));

const isMarked = ({ alias }: NetLink): boolean =>
  alias !== null && (setupOwner(alias) !== null || alias.startsWith('atoll:'));

const listed = (items: readonly string[]): string => (items.length === 0 ? 'none' : items.join(', '));

/** All differences between setup and observed state, with both values (rule O4). */
export function compareSetup(comparing: Comparing, storeId: string): Finding[] {
  const { wanted, state } = comparing;
  const left = [...state.links.values()].filter((link) => isLeft(link, wanted, storeId));
  return [
    ...wanted.networks.flatMap((spec) => compareNetwork(comparing, spec)),
    ...wanted.bonds
      .filter((bond) => !wanted.networks.some(({ nic }) => nic === bond.name))
      .flatMap((bond) => compareBond(comparing, bond.name, null, bond.name)),
    ...left.flatMap(({ name, kind }) => {
      const found = new Findings(null, name);
      found.add('not_wanted', kind, 'none', name);
      return found.list;
    }),
  ];
}

/** Whether an object with this store's mark is no longer desired in its current form. */
export function isLeft({ name, kind, alias }: NetLink, { bonds, networks }: WantedSetup, storeId: string): boolean {
  if (setupOwner(alias)?.storeId !== storeId) return false;
  if (kind === 'bond') return !bonds.some((bond) => bond.name === name);
  const nameOf = (spec: RegularSpec): string => (kind === 'vlan' ? portOf(spec) : spec.bridge);
  return !networks.some((spec) => spec.alias === alias && nameOf(spec) === name);
}

function compareNetwork(comparing: Comparing, spec: RegularSpec): Finding[] {
  const { state, taps } = comparing;
  const { networkId, bridge } = spec;
  const found = new Findings(networkId, bridge);
  const differ = (what: string, wanted: string, actual: string): void => {
    if (wanted !== actual) found.add('setup', what, wanted, actual);
  };
  const link = state.links.get(bridge);
  if (!isOurs(link, spec) || link.kind !== 'bridge') {
    found.add('bridge_missing', 'bridge', bridge, 'none');
    return found.list;
  }
  const port = portOf(spec);
  differ('port', port, listed(uplinksOf(state, bridge).map((each) => each.name)));
  differ('MTU', String(spec.mtu), String(link.mtu));
  for (const each of new Set([bridge, port, spec.nic])) {
    const there = state.links.get(each);
    if (there) differ(`link of ${each}`, 'up', there.up ? 'up' : 'down');
    if (there && each !== bridge && there.mtu < spec.mtu)
      differ(`MTU of ${each}`, `${spec.mtu} or more`, String(there.mtu));
  }
  const vlan = spec.vlan === null ? null : state.links.get(port)?.vlan;
  if (vlan) differ('VLAN', `${spec.vlan} on ${spec.nic}`, `${vlan.tag} on ${vlan.parent}`);
  differ('addresses', listed(addressesOf(spec)), listed(comparedAddresses(spec, link.addresses)));
  differ('DHCP', spec.ipv4.kind === 'dhcp' ? 'running' : 'off', link.dhcp ? 'running' : 'off');
  // The automatic IPv6 configuration of an imported bridge belongs to its owner.
  if (spec.imported !== true || spec.ipv6.kind !== 'none')
    differ('IPv6', spec.ipv6.kind === 'none' ? 'off' : 'on', link.ipv6 ? 'on' : 'off');
  for (const via of gatewaysOf(spec)) {
    const has = state.routes.some((route) => route.to === 'default' && route.via === via && route.dev === bridge);
    differ('gateway', via, has ? via : 'none');
  }
  // Only its own addresses: others left on the NIC would not work there.
  if (spec.vlan === null)
    differ(`addresses of ${spec.nic}`, 'none', listed(state.links.get(spec.nic)?.addresses ?? []));
  for (const tap of taps(bridge)) {
    differ(`port ${tap}`, 'in', state.links.get(tap)?.master === bridge ? 'in' : 'out');
  }
  return [...found.list, ...compareBond(comparing, spec.nic, networkId, bridge)];
}

/** A bond of ours under a network, reported with that network; `bridge` is the bridge of the finding. */
function compareBond({ wanted, state }: Comparing, name: string, networkId: string | null, bridge: string): Finding[] {
  const bond = wanted.bonds.find((each) => each.name === name);
  if (!bond) return [];
  const found = new Findings(networkId, bridge);
  const link = state.links.get(name);
  const nics = [...state.links.values()].filter((each) => each.master === name).map((each) => each.name);
  const [is, want] = [link ? listed(nics.sort()) : 'none', listed([...bond.nics].sort())];
  if (is !== want) found.add('setup', `bond ${name}`, want, is);
  const mode = link?.bondMode ?? 'none';
  if (link && mode !== bond.mode) found.add('setup', `mode of ${name}`, bond.mode, mode);
  return found.list;
}
