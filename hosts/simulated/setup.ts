import { note } from '../../contract';
import type { Remedy } from '../../contract';
import type { CommandFailure } from '../../engine/ports/changes';
import type { NetRoute, SetupChange, SetupOrder, SetupOutcome } from '../../engine/ports/setup';
import type { Faults } from './faults';
import { Refused } from './refusal-messages';
import { OWN_ADDRESS, type SimBridge, type SimLink, type SimState } from './state';

/**
 * *Setup networks* on a simulated host: all of it or none. If the order requires confirmation and the host can't be reached at its
 * address afterwards, it undoes everything, as a real host does when nobody confirms; only the waiting is left out.
 */
export function setupNetworks(state: SimState, faults: Faults, { steps, confirmSeconds }: SetupOrder): SetupOutcome {
  const before = structuredClone({
    bridges: state.bridges,
    links: state.links,
    routes: state.routes,
    dhcp: state.dhcp,
  });
  const undo = (message: string, remedy: Remedy | null, command: string | null): SetupOutcome => {
    Object.assign(state, before);
    const failure: CommandFailure = { message, remedy, command, exit: null, stderr: null };
    return { ok: false, undone: true, failure };
  };
  const unlucky = steps.length > 0 && faults.strikes() ? faults.pick(steps.length) : -1;
  for (const [at, { change }] of steps.entries()) {
    try {
      if (at === unlucky || wordsOf(change).some((name) => faults.failing.has(name)))
        throw new Refused('Input/output error (simulated fault)');
      applySetup(state, change);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return undo(error.message, error.remedy, `simulated ${wordsOf(change).join(' ')}`);
    }
  }
  if (confirmSeconds !== null && !isReachable(state))
    return undo(
      `the host could not be reached again within ${confirmSeconds} s`,
      note('Keep its address on a network that is reachable from this computer.'),
      null,
    );
  return { ok: true };
}

function wordsOf(change: SetupChange): string[] {
  if ('bond' in change) return [change.kind, change.bond.name];
  if ('vlan' in change) return [change.kind, change.vlan.name];
  if ('bridge' in change) return [change.kind, change.bridge.name];
  return 'route' in change ? [change.kind, change.route.dev] : [change.kind, change.link];
}

type Part = (SimLink | SimBridge) & { addresses: string[] };

function part(state: SimState, name: string): Part {
  const found = state.links.get(name) ?? state.bridges.get(name);
  if (!found) throw new Refused(`Cannot find device "${name}"`);
  found.addresses ??= [];
  return found as Part;
}

function applySetup(state: SimState, change: SetupChange): void {
  switch (change.kind) {
    case 'bond.make':
      return addLink(state, { ...change.bond, kind: 'bond', bondMode: change.bond.mode, mac: '02:00:00:00:b0:00' });
    case 'vlan.make': {
      const { parent, tag, ...rest } = change.vlan;
      return addLink(state, { ...rest, kind: 'vlan', vlan: { parent, tag }, mac: macOf(state, parent) });
    }
    case 'bridge.make':
      mustBeFree(state, change.bridge.name);
      state.bridges.set(change.bridge.name, { ...BRIDGE, ...change.bridge, addresses: [] });
      return;
    case 'bond.unmake':
      return void state.links.delete(change.bond.name);
    case 'vlan.unmake':
      return void state.links.delete(change.vlan.name);
    case 'bridge.unmake':
      return void state.bridges.delete(change.bridge.name);
    case 'link.master':
      return setMaster(state, change.link, change.to);
    case 'link.mtu':
      part(state, change.link).mtu = change.to;
      return;
    case 'link.up':
      part(state, change.link).up = change.up;
      return;
    case 'link.ipv6':
      part(state, change.link).ipv6Disabled = !change.on;
      return;
    case 'ip.add':
      part(state, change.link).addresses.push(change.address);
      return;
    case 'ip.remove': {
      const there = part(state, change.link);
      there.addresses = there.addresses.filter((address) => address !== change.address);
      return;
    }
    case 'route.add':
      state.routes.push(change.route);
      return;
    case 'route.remove':
      state.routes = state.routes.filter((route) => !same(route, change.route));
      return;
    case 'route.move':
      state.routes = state.routes.map((route) => (same(route, change.route) ? { ...route, dev: change.to } : route));
      return;
    case 'dhcp.start':
      state.dhcp.add(change.link);
      part(state, change.link).addresses.push(LEASE);
      return;
    case 'dhcp.stop': {
      state.dhcp.delete(change.link);
      const there = part(state, change.link);
      there.addresses = there.addresses.filter((address) => address !== LEASE);
      return;
    }
  }
}

/** The address from the simulated DHCP server. */
const LEASE = '198.51.100.77/24';
const BRIDGE = {
  up: false,
  ipv6Disabled: true,
  stp: false,
  forwardDelay: 0,
  multicastSnooping: false,
  vlanFiltering: false,
};
const same = (a: NetRoute, b: NetRoute): boolean => a.to === b.to && a.via === b.via && a.dev === b.dev;
const macOf = (state: SimState, name: string): string => part(state, name).mac;

function mustBeFree(state: SimState, name: string): void {
  if (state.links.has(name) || state.bridges.has(name)) throw new Refused('RTNETLINK answers: File exists');
}

function addLink(
  state: SimState,
  link: Pick<SimLink, 'name' | 'kind' | 'mac' | 'mtu' | 'alias' | 'vlan' | 'bondMode'>,
): void {
  mustBeFree(state, link.name);
  state.links.set(link.name, { ...link, up: false, master: null, ipv6Disabled: true, addresses: [] });
}

/** A bond brings up its members, and takes down released ones. */
function setMaster(state: SimState, name: string, to: string | null): void {
  const link = state.links.get(name);
  if (!link) throw new Refused(`Cannot find device "${name}"`);
  const kindOf = (master: string | null): string | undefined =>
    master === null ? undefined : state.links.get(master)?.kind;
  if (to !== null) part(state, to);
  if (kindOf(link.master) === 'bond') link.up = false;
  if (kindOf(to) === 'bond') {
    if (link.up) throw new Refused('Error: Device cannot be enslaved while up');
    link.up = true;
  }
  link.master = to;
}

/** Whether untagged frames from the wire reach the host's own address. All NICs are on one switch. */
function isReachable(state: SimState): boolean {
  const holder = [...state.links.values(), ...state.bridges.values()].find((each) =>
    (each.addresses ?? []).some((address) => address.split('/')[0] === OWN_ADDRESS),
  );
  if (!holder?.up || ('master' in holder && holder.master !== null)) return false;
  const seen = new Set<string>();
  const leads = (name: string): boolean => {
    if (seen.has(name)) return false;
    seen.add(name);
    const link = state.links.get(name);
    if (link && !link.up) return false;
    if (link?.kind === 'nic') return true;
    return [...state.links.values()].some((port) => port.master === name && leads(port.name));
  };
  return leads(holder.name);
}
