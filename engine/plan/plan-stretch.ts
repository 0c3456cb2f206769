import type { ObservedTunnel, ObservedTunnelEnd, TunnelChange, TunnelEnd, TunnelSpec } from '../ports/stretch';
import { isOpen } from './compare-bridge';
import { Findings, type Part } from './model/finding';
import type { View } from './model/view';

/**
 * The tunnel of a stretched network's host, and the ends of its networks. Nothing is ever up and unsealed: a bridge is sealed in an
 * earlier round than its tunnel end is added, and so is the tunnel started; an end is removed before its bridge.
 */
export function planStretch(view: View): Part[] {
  const { tunnel } = view.wanted;
  if (!tunnel) return planNoTunnel(view);
  const { spec } = tunnel;
  const isReady = isTunnelReady(spec, view.observed.tunnel);
  return [
    ...planTunnel(view, spec, tunnel.nextKey),
    ...spec.ends.map((end) => planEnd(view, spec, end, isReady)),
    ...unwantedEnds(view),
  ];
}

/** Whether an end in the bridge is removed in this round: then the bridge is deleted in the next. */
export const hasEnd = ({ observed }: View, bridge: string): boolean =>
  (observed.tunnel?.ends ?? []).some((end) => end.bridge === bridge);

const isTunnelReady = (spec: TunnelSpec, actual: ObservedTunnel | null | undefined): boolean =>
  actual?.isRunning === true && actual.settings === spec.settings && actual.faults.length === 0;

/** Without stretched networks there is no tunnel; its key remains on the host. */
function planNoTunnel({ observed, wanted }: View): Part[] {
  const { tunnel: actual } = observed;
  if (!actual || (!actual.isRunning && actual.ends.length === 0)) return [];
  const { tunnelNames: names } = wanted;
  if (!names) return [];
  const found = new Findings(null, names.device);
  found.add('not_wanted', 'tunnel', 'none', names.device);
  return [part(found, null, names.device, [{ kind: 'tunnel.stop', ...names }])];
}

function planTunnel({ observed, wanted }: View, spec: TunnelSpec, wantsNextKey: boolean): Part[] {
  const { tunnel: actual } = observed;
  const { device, namespace } = spec;
  const found = new Findings(null, device);
  const differs = (should: string, is: string, expected?: true): void =>
    found.add('tunnel', 'tunnel', should, is, { port: device, ...(expected ? { expected } : {}) });
  const start: TunnelChange[] = [{ kind: 'tunnel.start', spec }];
  const before = wanted.knownTunnel;
  if (actual?.isRunning !== true) differs('running', 'not running', before?.isRunning === true ? undefined : true);
  else if (actual.faults.length > 0) differs('as planned', actual.faults.join(', '));
  else if (actual.settings !== spec.settings) differs('current settings', 'former settings', true);
  else if (wantsNextKey && actual.nextKey === null) {
    differs('with a next key', 'without', true);
    return [part(found, null, device, [{ kind: 'tunnel.next_key', namespace, device }])];
  } else return [];
  // Its ends wait for it.
  return [part(found, null, device, start, spec.ends.length > 0)];
}

const isOwn = (end: TunnelEnd, { port, alias }: ObservedTunnelEnd): boolean => port === end.port && alias === end.alias;

function planEnd(view: View, spec: TunnelSpec, end: TunnelEnd, isReady: boolean): Part {
  const { networkId, bridge, port } = end;
  const ends = view.endsOf.get(networkId) ?? [];
  const found = new Findings(networkId, bridge);
  const others = ends.filter((each) => !isOwn(end, each));
  if (others.length > 0) found.add('tunnel', 'tunnel ends', 'one', String(ends.length), { port });
  const removals = others.map(removal);
  const named = view.byName.get(bridge);
  const isSealed =
    named?.owner?.networkId === networkId && named.owner.storeId === view.wanted.storeId && !isOpen(named);
  const differences = compareEnd(
    view,
    end,
    ends.find((each) => isOwn(end, each)),
    found,
  );
  if (!differences) return part(found, networkId, port, removals);
  // The bridge is sealed and the tunnel runs in an earlier round.
  if (!isSealed || !isReady) return part(found, networkId, port, removals, true);
  return part(found, networkId, port, [...removals, { kind: 'tunnel.end.add', spec, end }]);
}

/** Whether the end is to be added or corrected. */
function compareEnd(view: View, end: TunnelEnd, actual: ObservedTunnelEnd | undefined, found: Findings): boolean {
  const { port, members } = end;
  const before = view.wanted.knownTunnel?.ends.find((each) => isOwn(end, each));
  const differs = (should: string, is: string, expected?: true): true => {
    found.add('tunnel', 'tunnel end', should, is, { port, ...(expected ? { expected } : {}) });
    return true;
  };
  if (!actual) return differs('in place', 'none', before === undefined ? true : undefined);
  if (actual.bridge !== end.bridge) return differs(`in ${end.bridge}`, `in ${actual.bridge ?? 'no bridge'}`);
  if (actual.faults.length > 0) return differs('as planned', actual.faults.join(', '));
  if (actual.vni !== end.vni) return differs(`number ${end.vni}`, `number ${actual.vni ?? 'none'}`);
  if (actual.mtu !== end.mtu) {
    return differs(`MTU ${end.mtu}`, `MTU ${actual.mtu}`, before?.mtu === actual.mtu ? true : undefined);
  }
  if (!actual.up) return differs('up', 'down');
  if (!sameNumbers(actual.members, members)) {
    // Who the members are follows from what a user changed, unless they were right before.
    const wereRight = before !== undefined && sameNumbers(before.members, members);
    return differs(`to ${numbers(members)}`, `to ${numbers(actual.members)}`, wereRight ? undefined : true);
  }
  return false;
}

const sameNumbers = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((number, i) => number === other[i]);
const numbers = (all: readonly number[]): string =>
  all.length === 0 ? 'no host' : all.map((number) => `host ${number}`).join(', ');

/** Ends with our mark whose network is not stretched to this host. */
function unwantedEnds(view: View): Part[] {
  const unwanted = [...view.endsOf].filter(([networkId]) => !view.endsFor.has(networkId));
  return unwanted.flatMap(([networkId, ends]) =>
    ends.map((end) => {
      const found = new Findings(networkId, end.bridge ?? end.port);
      found.add('not_wanted', 'tunnel end', 'none', end.port);
      return part(found, networkId, end.port, [removal(end)]);
    }),
  );
}

const removal = ({ bridge, port, alias }: ObservedTunnelEnd): TunnelChange => ({
  kind: 'tunnel.end.remove',
  bridge: bridge ?? '',
  port,
  alias,
});

function part(
  found: Findings,
  networkId: string | null,
  name: string,
  changes: readonly TunnelChange[],
  again = false,
): Part {
  return { networkId, bridge: name, changes, findings: found.list, problem: null, again };
}
