import { shellWord, note } from '../../../contract';
import type { Finding, Problem } from '../model/finding';
import { viewOf } from '../model/view';
import type { WantedHost } from '../model/wanted';
import { DHCP_CLIENTS, type DhcpClient, type SetupStep } from '../../ports/setup';
import type { ObservedHost } from '../../ports/observed';
import {
  type Comparing,
  addressesOf,
  compareSetup,
  gatewaysOf,
  isLeft,
  isOurs,
  comparedAddresses,
  uplinksOf,
} from './compare';
import { carriers } from './carriers';
import { Draft } from './draft';
import { PREFIX } from '../model/marks';
import { type NetLink, netStateOf } from './net-state';
import { planRemoval, removeBond, removeLeftBonds, removeVlan } from './plan-removal';
import { type RegularSpec, type WantedBond, type WantedSetup, portOf } from '../model/wanted-setup';

/** The work of *Setup networks* on a host to reach the state that a user set up. */
export interface SetupPlan {
  readonly steps: readonly SetupStep[];
  /** All differences, also where a problem prevents the change. */
  readonly findings: readonly Finding[];
  /** Obstacles. Setup networks is atomic: with a problem nothing at all is changed. */
  readonly problems: readonly Problem[];
  /** Whether a step touches a link of the connection to the host. */
  readonly touchesConnection: boolean;
}

const NOTHING: WantedSetup = { bonds: [], networks: [] };

/** The DHCP client of this host; null: none that we can start. */
export const dhcpClientOf = (tools: Readonly<Record<string, string>>): DhcpClient | null =>
  DHCP_CLIENTS.find((client) => client in tools) ?? null;

/** The differences from the setup. Without changes, or any setup, it costs one comparison per mark. */
export function setupFindings(wanted: WantedHost, observed: ObservedHost): readonly Finding[] {
  return concernsSetup(wanted, observed) ? planSetup(wanted, observed).findings : [];
}

/** Whether a host differs from its setup, or a problem prevents the comparison. */
export function setupIsDue(wanted: WantedHost, observed: ObservedHost): boolean {
  if (!concernsSetup(wanted, observed)) return false;
  const { findings, problems } = planSetup(wanted, observed);
  return findings.length > 0 || problems.length > 0;
}

function concernsSetup({ setup }: WantedHost, { bridges, nics }: ObservedHost): boolean {
  const isMarked = ({ alias }: { alias?: string | null }): boolean => alias?.startsWith(PREFIX) === true;
  return (setup && setup.networks.length + setup.bonds.length > 0) || bridges.some(isMarked) || nics.some(isMarked);
}

/**
 * Compares setup and observed state. Pure; the plan of a host in sync is empty. `only`: just these networks (and the bonds under
 * them) are touched. Steps only name NICs that a user named, and objects with our mark.
 */
export function planSetup(wanted: WantedHost, observed: ObservedHost, only?: ReadonlySet<string>): SetupPlan {
  const view = viewOf(wanted, observed);
  const setup = wanted.setup ?? NOTHING;
  const taps = (bridge: string): string[] => (view.tapsFor.get(bridge) ?? []).map((tap) => tap.name);
  const comparing: Comparing = { wanted: setup, state: netStateOf(observed), taps };
  const findings = compareSetup(comparing, wanted.storeId).filter(
    ({ networkId }) => !only || (networkId !== null && only.has(networkId)),
  );
  const networks = setup.networks.filter(({ networkId }) => !only || only.has(networkId));
  const bonds = setup.bonds.filter((bond) => !only || networks.some(({ nic }) => nic === bond.name));
  const problems = findProblems(comparing, networks, bonds, wanted.storeId);
  if (problems.length > 0 || findings.length === 0) return { steps: [], findings, problems, touchesConnection: false };
  const draft = new Draft(comparing.state);
  const carrying = carriers(comparing.state, observed.connection ?? null);
  const client = dhcpClientOf(observed.capabilities.tools);
  if (!only) {
    planRemoval(draft, setup, wanted.storeId, carrying, client);
    removeLeftBonds(draft, setup, wanted.storeId);
  }
  for (const bond of bonds) placeBond(draft, bond);
  for (const spec of networks) placeNetwork(draft, spec, taps(spec.bridge), client, setup);
  const touchesConnection = draft.steps.some(({ change }) => namesOf(change).some((name) => carrying.has(name)));
  return { steps: draft.steps, findings, problems, touchesConnection };
}

/** The links that a change concerns. */
function namesOf(change: SetupStep['change']): string[] {
  if ('bond' in change) return [change.bond.name];
  if ('vlan' in change) return [change.vlan.name];
  if ('bridge' in change) return [change.bridge.name];
  if ('route' in change) return change.kind === 'route.move' ? [change.route.dev, change.to] : [change.route.dev];
  return [change.link];
}

function findProblems(
  { state, wanted }: Comparing,
  networks: readonly RegularSpec[],
  bonds: readonly WantedBond[],
  storeId: string,
): Problem[] {
  const problems: Problem[] = [];
  const report = (kind: Problem['kind'], spec: { networkId: string; bridge: string }, message: string, hint: string) =>
    problems.push({ kind, networkId: spec.networkId, bridge: spec.bridge, message, remedy: note(hint) });
  const made = new Set(bonds.map((bond) => bond.name));
  const ours = (name: string): boolean => {
    const link = state.links.get(name);
    return link === undefined || isLeft(link, wanted, storeId);
  };
  for (const spec of networks) {
    const { nic, bridge, vlan } = spec;
    const gone = [nic, ...(bonds.find((bond) => bond.name === nic)?.nics ?? [])].filter(
      (name) => !made.has(name) && !state.links.has(name),
    );
    if (gone.length > 0)
      report(
        'nic_missing',
        spec,
        `the host has no NIC ${gone.join(', ')}`,
        'Plug it in again, or set the network up on another NIC.',
      );
    for (const name of vlan === null ? [bridge] : [bridge, portOf(spec)]) {
      if (isOurs(state.links.get(name), spec) || ours(name)) continue;
      report(
        'foreign_interface',
        spec,
        `an interface named ${name} that Atoll did not create is in the way`,
        `Rename or remove ${name} on the host (ip link), then set the network up again.`,
      );
    }
    const port = state.links.get(vlan === null ? nic : portOf(spec));
    const master = port?.master === null || port === undefined ? undefined : state.links.get(port.master);
    const known = master && (master.name === bridge || wanted.networks.some((each) => isTheBridge(master, each)));
    if (master && !known && !made.has(master.name) && !isLeft(master, wanted, storeId))
      report(
        'foreign_interface',
        spec,
        `${nic} is in ${master.name}, which Atoll did not create`,
        `Remove it there first: ip link set dev ${shellWord(nic)} nomaster.`,
      );
  }
  return problems;
}

const isTheBridge = (link: NetLink, spec: RegularSpec): boolean =>
  isOurs(link, spec) && (spec.imported !== true || link.name === spec.bridge);

/** Brings a bond to its desired state: another mode requires a new one (the kernel changes it only on an empty one). */
function placeBond(draft: Draft, spec: WantedBond): void {
  const { nics, ...bond } = spec;
  const there = draft.find(bond.name);
  if (there && there.bondMode !== bond.mode) removeBond(draft, bond.name);
  for (const port of draft.portsOf(bond.name)) if (!nics.includes(port.name)) draft.setMaster(port.name, null);
  if (!draft.find(bond.name)) draft.do({ kind: 'bond.make', bond });
  for (const nic of nics) {
    if (draft.get(nic).master === bond.name) continue;
    draft.moveAddresses(nic, null, () => false);
    draft.setMaster(nic, bond.name);
  }
  if (draft.get(bond.name).mtu < bond.mtu) draft.setMtu(bond.name, bond.mtu);
  draft.setUp(bond.name, true);
}

/**
 * Brings one network to its desired state, in the order that keeps a connection through its NIC alive: bridge with the NIC's MAC,
 * NIC into it, bridge up, address on the bridge, routes over, old address off.
 */
function placeNetwork(
  draft: Draft,
  spec: RegularSpec,
  taps: readonly string[],
  client: DhcpClient | null,
  setup: WantedSetup,
): void {
  const { nic, bridge, mtu } = spec;
  const port = portOf(spec);
  if (draft.get(nic).mtu < mtu) draft.setMtu(nic, mtu);
  draft.setUp(nic, true);
  placeVlan(draft, spec, port);
  if (!draft.find(bridge)) {
    const mac = macOf(draft, port, nic, setup);
    draft.do({ kind: 'bridge.make', bridge: { name: bridge, mac, mtu, alias: spec.alias } });
  }
  for (const other of uplinksOf(draft.state, bridge)) if (other.name !== port) draft.setMaster(other.name, null);
  draft.setMtu(bridge, mtu);
  draft.setMaster(port, bridge);
  draft.setUp(port, true);
  draft.setUp(bridge, true);
  const dhcp = spec.ipv4.kind === 'dhcp';
  if (client !== null && draft.get(bridge).dhcp && !dhcp) draft.do({ kind: 'dhcp.stop', link: bridge, client });
  placeAddresses(draft, spec, port);
  if (client !== null && dhcp && !draft.get(bridge).dhcp) draft.do({ kind: 'dhcp.start', link: bridge, client });
  for (const tap of taps) draft.setMaster(tap, bridge);
}

function placeVlan(draft: Draft, spec: RegularSpec, port: string): void {
  const { nic: parent, vlan: tag, mtu, alias } = spec;
  if (tag === null) return;
  const there = draft.find(port)?.vlan;
  if (there && (there.parent !== parent || there.tag !== tag)) removeVlan(draft, port);
  if (!draft.find(port)) draft.do({ kind: 'vlan.make', vlan: { name: port, parent, tag, mtu, alias } });
  if (draft.get(port).mtu < mtu) draft.setMtu(port, mtu);
  draft.setUp(port, true);
}

/** A bond that is only planned has no address yet: the kernel gives it that of its first NIC. */
function macOf(draft: Draft, port: string, nic: string, setup: WantedSetup): string {
  const first = setup.bonds.find((bond) => bond.name === nic)?.nics[0];
  return draft.get(port).mac || draft.get(nic).mac || (first === undefined ? '' : draft.get(first).mac);
}

function placeAddresses(draft: Draft, spec: RegularSpec, port: string): void {
  const { bridge, nic } = spec;
  const wanted = addressesOf(spec);
  draft.setIpv6(bridge, spec.ipv6.kind !== 'none');
  for (const address of wanted)
    if (!draft.get(bridge).addresses.includes(address)) draft.do({ kind: 'ip.add', link: bridge, address });
  for (const via of gatewaysOf(spec)) placeGateway(draft, via, bridge, nic);
  if (port === nic) draft.moveAddresses(nic, bridge, (address) => wanted.includes(address));
  const extra = comparedAddresses(spec, draft.get(bridge).addresses).filter((address) => !wanted.includes(address));
  for (const address of extra) draft.do({ kind: 'ip.remove', link: bridge, address });
}

/** The default route over the bridge: moved from its NIC if it exists there, otherwise added with a free metric. */
function placeGateway(draft: Draft, via: string, bridge: string, nic: string): void {
  const ipv6 = via.includes(':');
  const defaults = draft.state.routes.filter(
    ({ to, via: by }) => to === 'default' && (by?.includes(':') ?? ipv6) === ipv6,
  );
  if (defaults.some((route) => route.via === via && route.dev === bridge)) return;
  const onNic = defaults.find((route) => route.via === via && route.dev === nic);
  if (onNic) return draft.do({ kind: 'route.move', route: onNic, to: bridge });
  for (const old of defaults.filter((route) => route.dev === bridge)) draft.do({ kind: 'route.remove', route: old });
  const used = new Set(defaults.filter(({ dev }) => dev !== bridge).map(({ metric }) => metric ?? 0));
  let metric = 0;
  while (used.has(metric)) metric += 50;
  draft.do({ kind: 'route.add', route: { to: 'default', via, dev: bridge, metric: metric === 0 ? null : metric } });
}
