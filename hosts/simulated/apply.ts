import { note } from '../../contract';
import { changeOutside, forwardWord } from './outside';
import { Refused } from './refusal-messages';
import { changeServices } from './services';
import { changeTunnel } from './tunnel';
import type { BridgeSpec, Change, ChangeGroup, GroupOutcome } from '../../engine/ports/changes';
import type { Faults } from './faults';
import { ownerOf } from '../mark';
import type { SimBridge, SimLink, SimState } from './state';

/**
 * Applies one group, change by change, until one fails. Like the Linux driver it checks the mark immediately before the change, so
 * that nothing of another store, and nothing unmarked, is ever changed.
 */
export function applyGroup(state: SimState, storeId: string, faults: Faults, group: ChangeGroup): GroupOutcome {
  const failsAt = faults.failing.has(group.bridge) ? 0 : unluckyChange(faults, group);
  for (const [done, change] of group.changes.entries()) {
    try {
      if (done === failsAt) throw new Refused('Input/output error (simulated fault)');
      applyChange(state, storeId, change);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return {
        ok: false,
        done,
        failure: faults.failure(['simulated', ...argvOf(change)], error.message, error.remedy).toFailure(),
      };
    }
  }
  return { ok: true };
}

/** The change of a group that fails at random; -1: none. */
const unluckyChange = (faults: Faults, { changes }: ChangeGroup): number =>
  changes.length > 0 && faults.strikes() ? faults.pick(changes.length) : -1;

/** The change as an argv, for evidence. */
function argvOf(change: Change): string[] {
  if (change.kind === 'bridge.create' || change.kind === 'bridge.delete') return [change.kind, change.spec.bridge];
  if (change.kind === 'bridge.rename') return [change.kind, change.from, change.to];
  if ('forward' in change) return [change.kind, forwardWord(change.forward)];
  if ('nic' in change) return [change.kind, change.nic];
  if ('end' in change) return [change.kind, change.end.port];
  if ('namespace' in change) return [change.kind, change.namespace];
  if (change.kind === 'tunnel.start') return [change.kind, change.spec.namespace];
  if ('spec' in change) return [change.kind, change.spec.port];
  return 'bridge' in change ? [change.kind, change.bridge] : [change.kind, change.port];
}

function applyChange(state: SimState, storeId: string, change: Change): void {
  const own = (name: string): SimBridge => ownBridge(state, storeId, name);
  switch (change.kind) {
    case 'bridge.create':
      return create(state, change.spec);
    case 'bridge.delete':
      return remove(state, storeId, change.spec);
    case 'bridge.seal':
      switchIpv6Off(own(change.bridge));
      state.seals.set(change.bridge, { ingress: 'ok', egress: 'ok' });
      return;
    case 'bridge.release':
      own(change.bridge).alias = null;
      state.seals.delete(change.bridge);
      return;
    case 'bridge.rename':
      own(change.from);
      return renameBridge(state, change.from, change.to);
    case 'bridge.mark':
      return mark(state, storeId, change);
    case 'bridge.mtu':
      own(change.bridge).mtu = change.mtu;
      return;
    case 'bridge.mac':
      own(change.bridge).mac = change.mac;
      return;
    case 'bridge.up':
      own(change.bridge).up = change.up;
      return;
    case 'bridge.options':
      Object.assign(own(change.bridge), {
        stp: false,
        forwardDelay: 0,
        multicastSnooping: false,
        vlanFiltering: false,
      });
      return;
    case 'address.remove': {
      const bridge = own(change.bridge);
      if (change.port !== undefined) {
        const port = state.links.get(change.port);
        if (port) port.addresses = (port.addresses ?? []).filter((address) => address !== change.address);
        return;
      }
      bridge.addresses = bridge.addresses.filter((address) => address !== change.address);
      return;
    }
    case 'port.add':
      own(change.bridge);
      enslave(link(state, change.port), change.bridge);
      return;
    case 'port.remove': {
      own(change.bridge);
      const port = state.links.get(change.port);
      if (port?.master === change.bridge) enslave(port, null);
      return;
    }
    case 'port.quiet':
      link(state, change.port).ipv6Disabled = true;
      return;
    case 'port.options':
      own(change.bridge);
      delete link(state, change.port).options;
      link(state, change.port).up = true;
      return;
    case 'services.start':
    case 'services.reload':
    case 'services.stop':
      return changeServices(state, storeId, change);
    case 'tunnel.start':
    case 'tunnel.stop':
    case 'tunnel.next_key':
    case 'tunnel.end.add':
    case 'tunnel.end.remove':
    case 'tunnel.end.forget':
      return changeTunnel(state, storeId, change);
    case 'seal.remove':
      state.seals.delete(change.bridge);
      return;
    case 'outside.start':
    case 'outside.stop':
    case 'forward.add':
    case 'forward.remove':
      return changeOutside(state, change);
  }
}

function create(state: SimState, spec: BridgeSpec): void {
  mustBeFree(state, spec.bridge);
  state.bridges.set(spec.bridge, {
    name: spec.bridge,
    mac: spec.mac,
    mtu: spec.mtu,
    up: true,
    alias: spec.alias,
    addresses: [],
    ipv6Disabled: true,
    stp: false,
    forwardDelay: 0,
    multicastSnooping: false,
    vlanFiltering: false,
  });
  state.seals.set(spec.bridge, { ingress: 'ok', egress: 'ok' });
}

function remove(state: SimState, storeId: string, spec: BridgeSpec): void {
  if (state.bridges.has(spec.bridge)) {
    ownBridge(state, storeId, spec.bridge);
    deleteBridge(state, spec.bridge);
  }
  state.seals.delete(spec.bridge);
}

function mark(state: SimState, storeId: string, { bridge: name, alias, was }: ChangeOf<'bridge.mark'>): void {
  const found = state.bridges.get(name) ?? state.links.get(name);
  if (!found) throw new Refused(`Cannot find device "${name}"`);
  const owner = ownerOf(found.alias ?? null);
  // Another store's mark is replaced only if the plan has seen exactly this one.
  if (owner && owner.storeId !== storeId && found.alias !== was)
    throw new Refused(`${name} has the mark of another Atoll`);
  found.alias = alias;
}

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>;

/** The kernel drops a device's IPv6 addresses when IPv6 is disabled for it. */
function switchIpv6Off(bridge: SimBridge): void {
  bridge.ipv6Disabled = true;
  bridge.addresses = bridge.addresses.filter((address) => !address.includes(':'));
}

/** Removes a bridge as the kernel does: its ports stay, without a master, and its chains stay too. */
export function deleteBridge(state: SimState, name: string): void {
  state.bridges.delete(name);
  for (const port of state.links.values()) if (port.master === name) enslave(port, null);
}

/** Makes a link a port, or (null) removes it from its bridge; its options are reset. */
export function enslave(port: SimLink, bridge: string | null): void {
  if (port.master !== bridge) delete port.options;
  port.master = bridge;
}

/** Renames a bridge; ports follow, the chains keep the old name. */
export function renameBridge(state: SimState, from: string, to: string): void {
  const bridge = state.bridges.get(from);
  if (!bridge) throw new Refused(`Cannot find device "${from}"`);
  mustBeFree(state, to);
  state.bridges.delete(from);
  state.bridges.set(to, Object.assign(bridge, { name: to }));
  for (const port of state.links.values()) if (port.master === from) port.master = to;
}

function mustBeFree(state: SimState, name: string): void {
  if (!state.bridges.has(name) && !state.links.has(name)) return;
  throw new Refused(
    'RTNETLINK answers: File exists',
    note(`The host already has an interface named ${name} that Atoll did not create. Rename or remove it on the host.`),
  );
}

function ownBridge(state: SimState, storeId: string, name: string): SimBridge {
  const bridge = state.bridges.get(name);
  if (!bridge) throw new Refused(`Cannot find device "${name}"`);
  if (ownerOf(bridge.alias)?.storeId === storeId) return bridge;
  throw new Refused(
    `${name} does not have this Atoll's mark`,
    note('Atoll leaves it unchanged: it changes only what it created.'),
  );
}

function link(state: SimState, name: string): SimLink {
  const found = state.links.get(name);
  if (!found) throw new Refused(`Cannot find device "${name}"`);
  return found;
}
