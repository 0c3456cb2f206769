import { shellWord, note, run } from '../../contract';
import type { BridgeSpec } from '../ports/changes';
import type { ObservedBridge } from '../ports/observed';
import type { Problem } from './model/finding';
import { setupOwner } from './model/marks';
import { type View, classifyPort } from './model/view';

/** Whether a desired bridge can have its name now. `waits`: another bridge of ours has it and releases it in this round. */
export type Placing =
  | { readonly kind: 'free' }
  | { readonly kind: 'waits'; readonly holder: string }
  | { readonly kind: 'blocked'; readonly problem: Problem };

/**
 * The current bridge of a network: the marked one with the right name; otherwise one with the right name whose mark was wiped,
 * recognized by the MAC address that only this store computes, or that is imported; otherwise the marked one with the most ports,
 * under a wrong name.
 */
export function currentBridge(view: View, spec: BridgeSpec): ObservedBridge | undefined {
  const marked = view.marked.get(spec.networkId) ?? [];
  const named = view.byName.get(spec.bridge);
  if (named && (marked.includes(named) || lostItsMark(named, spec) || isImported(view, named, spec))) return named;
  return [...marked].sort((a, b) => b.ports.length - a.ports.length || (a.name < b.name ? -1 : 1))[0];
}

/** Our own bridge without a readable mark. Never true of a bridge with the mark of any store. */
export const lostItsMark = (bridge: ObservedBridge, spec: BridgeSpec): boolean =>
  bridge.owner === null && bridge.mac === spec.mac;

/** Whether a bridge has the mark of the one other store whose marks ours replace. */
export const isTakenOver = ({ wanted }: View, { owner }: ObservedBridge): boolean =>
  owner !== null && owner.storeId === wanted.takesOver;

/** An existing bridge that the network is to take over. Never true of one with any mark, except of the store that is taken over. */
export const isImported = (view: View, bridge: ObservedBridge, spec: BridgeSpec): boolean =>
  bridge.name === spec.bridge && (isTakenOver(view, bridge) || isAdopted(view, bridge, spec));

const isAdopted = (view: View, bridge: ObservedBridge, spec: BridgeSpec): boolean =>
  view.adopts.has(spec.networkId) &&
  bridge.owner === null &&
  setupOwner(bridge.alias) === null &&
  !lostItsMark(bridge, spec);

/** Bridges with this store's mark for the network besides the current one. */
export function duplicates(view: View, spec: BridgeSpec, current: ObservedBridge | undefined): ObservedBridge[] {
  return (view.marked.get(spec.networkId) ?? []).filter((bridge) => bridge !== current);
}

/** Whether VMs of ours still use a bridge whose network is no longer desired here. Such a bridge is not deleted. */
export function stillUsed(view: View, bridge: ObservedBridge): boolean {
  return bridge.ports.some((port) => {
    const role = classifyPort(view, bridge.name, port);
    if (role.kind === 'elsewhere') return role.bridge !== null && !view.wantedNames.has(role.bridge);
    return role.kind === 'ours';
  });
}

/** Whether the network's bridge has its name, can have it, or what blocks it. */
export function placing(view: View, spec: BridgeSpec, current: ObservedBridge | undefined): Placing {
  if (current && isImported(view, current, spec)) return placingImported(view, spec, current);
  if (current?.name === spec.bridge) return { kind: 'free' };
  const { networkId, bridge } = spec;
  if (view.nics.has(bridge)) return { kind: 'blocked', problem: foreign(networkId, bridge, 'an interface') };
  const holder = view.byName.get(bridge);
  if (!holder) return { kind: 'free' };
  if (holder.owner === null) return { kind: 'blocked', problem: foreign(networkId, bridge, 'a bridge') };
  if (holder.owner.storeId !== view.wanted.storeId) {
    return { kind: 'blocked', problem: otherStore(networkId, bridge, holder.owner.storeId) };
  }
  const givesWay = view.specs.has(holder.owner.networkId) || !stillUsed(view, holder);
  return givesWay ? { kind: 'waits', holder: holder.name } : { kind: 'blocked', problem: inUse(networkId, bridge) };
}

/** Foreign ports are removed from a bridge that is ours; on one that is about to be imported, a user decides. */
function placingImported(view: View, { networkId, bridge }: BridgeSpec, current: ObservedBridge): Placing {
  const ports = current.ports.filter((port) => {
    const { kind } = classifyPort(view, bridge, port);
    return kind === 'foreign' || kind === 'unknown';
  });
  if (ports.length === 0) return { kind: 'free' };
  const names = ports.map(({ name }) => name).join(', ');
  const problem: Problem = {
    kind: 'foreign_port',
    networkId,
    bridge,
    message: `the bridge ${bridge} was not taken over: ${names} on it belongs to no VM that Atoll knows`,
    remedy: note(
      `import the VM that it belongs to, or remove it on the host (ip link set dev ${shellWord(ports[0]?.name ?? 'PORT')} nomaster), then sync the host`,
    ),
  };
  return { kind: 'blocked', problem };
}

function foreign(networkId: string, bridge: string, what: string): Problem {
  return {
    kind: 'foreign_interface',
    networkId,
    bridge,
    message: `${what} named ${bridge} that Atoll did not create is in the way`,
    remedy: note(
      `rename or remove ${bridge} on the host (ip link), then sync the host; or remove this network and create it under another name`,
    ),
  };
}

function otherStore(networkId: string, bridge: string, storeId: string): Problem {
  return {
    kind: 'other_store',
    networkId,
    bridge,
    message: `the bridge ${bridge} belongs to another Atoll database (${storeId})`,
    remedy: run(
      'hosts.takeOver',
      { dryRun: true },
      'Remove its network with the Atoll that created it. If that database is lost, take the host over.',
    ),
  };
}

export function inUse(networkId: string, bridge: string): Problem {
  return {
    kind: 'still_used',
    networkId,
    bridge,
    message: `the network of the bridge ${bridge} was removed, but running VMs are still plugged into it`,
    remedy: note('stop these VMs or move their vNICs to another network, then sync the host'),
  };
}
