import type { BridgeSpec, Change, ChangeGroup } from '../ports/changes';
import type { ObservedBridge, ObservedHost } from '../ports/observed';
import { compareBridge, comparePorts, isOpen, sealAs } from './compare-bridge';
import { type Finding, Findings, type Part, type Problem } from './model/finding';
import { order } from './order';
import { setupFindings } from './regular/plan-setup';
import { type Placing, currentBridge, duplicates, inUse, isImported, placing, stillUsed } from './placing';
import { planOutside } from './plan-outside';
import { hasServer, planServices } from './plan-services';
import { hasEnd, planStretch } from './plan-stretch';
import { planTakenMarks } from './plan-taken-marks';
import { type View, viewOf } from './model/view';
import type { WantedHost } from './model/wanted';

/** The work on a host to reach its desired state. */
export interface Plan {
  /** One group for each network (or bridge of ours, leftover, forward) that needs changes. Groups do not depend on each other. */
  readonly groups: readonly ChangeGroup[];
  /** Problems for users; nothing is changed for these. */
  readonly problems: readonly Problem[];
  /** All differences, also where a problem prevents the repair, and on regular networks, which change only on request. */
  readonly findings: readonly Finding[];
  /**
   * True if a bridge of ours must first release its name, an uplink be started, or a server or tunnel end wait for its bridge: plan again after these changes. At most three
   * rounds are needed.
   */
  readonly again: boolean;
}

interface Placed {
  readonly spec: BridgeSpec;
  readonly current: ObservedBridge | undefined;
  readonly place: Placing;
}

/**
 * Compares desired and observed state, and returns the changes. Pure. The plan of a converged host is empty. Changes only ever name
 * objects with this store's mark (or the MAC address that only this store computes, or the mark of a store that is taken over),
 * besides taps of its own VMs and foreign ports that are removed from a bridge of ours.
 */
export function plan(wanted: WantedHost, observed: ObservedHost): Plan {
  const view = viewOf(wanted, observed);
  const placed = wanted.bridges.map((spec): Placed => {
    const current = currentBridge(view, spec);
    return { spec, current, place: placing(view, spec, current) };
  });
  const free = new Set(placed.filter(({ place }) => place.kind === 'free').map(({ spec }) => spec.bridge));
  const parts = [
    ...placed.map((each) => planWanted(view, each, (bridge) => free.has(bridge))),
    ...unwanted(view).map((bridge) => planUnwanted(view, bridge)),
    ...planLeftovers(view),
    ...planOutside(view),
    ...planServices(view),
    ...planStretch(view),
    ...planTakenMarks(view),
  ];
  return {
    groups: parts
      .filter((part) => part.changes.length > 0)
      .map(({ networkId, bridge, changes }) => ({ networkId, bridge, changes: order(changes) })),
    problems: parts.flatMap((part) => part.problem ?? []),
    findings: [...parts.flatMap((part) => part.findings), ...setupFindings(wanted, observed)],
    again: parts.some((part) => part.again),
  };
}

function planWanted(view: View, placed: Placed, movesAway: (bridge: string) => boolean): Part {
  const { spec, current, place } = placed;
  const found = new Findings(spec.networkId, spec.bridge);
  const part = { networkId: spec.networkId, bridge: spec.bridge, findings: found.list, problem: null, again: false };
  reportPlace(spec, current, found);
  switch (place.kind) {
    case 'blocked':
      return {
        ...part,
        changes: isOurs(view, spec, current) ? sealInPlace(current, found) : [],
        problem: place.problem,
      };
    case 'waits':
      return { ...part, changes: current ? releaseName(view, spec, current, found) : [], again: true };
    case 'free': {
      const own = current ? restoreName(view, spec, current, found) : [createBridge(view, spec)];
      const ports = comparePorts(view, spec, current?.ports ?? [], movesAway, found);
      const extra = duplicates(view, spec, current).flatMap((bridge) => deleteBridge(bridge, found));
      return { ...part, changes: [...own, ...ports, ...extra] };
    }
  }
}

function createBridge({ observed }: View, spec: BridgeSpec): Change {
  const hasChains = observed.orphanSeals.includes(spec.bridge);
  return { kind: 'bridge.create', spec, ...(hasChains ? { hasChains } : {}) };
}

/** A bridge that an import waits for must not be sealed yet. */
const isOurs = (view: View, spec: BridgeSpec, current: ObservedBridge | undefined): current is ObservedBridge =>
  current !== undefined && !isImported(view, current, spec);

function reportPlace(spec: BridgeSpec, current: ObservedBridge | undefined, found: Findings): void {
  if (!current) found.add('bridge_missing', 'bridge', spec.bridge, 'none');
  else if (current.name !== spec.bridge) {
    found.add('renamed', 'name', spec.bridge, current.name);
  }
}

/**
 * Renames back at once and seals again: on some kernels the chains stay with the name, on others with the device. Chains that were
 * written for the wrong name are removed last, unless a desired bridge needs them.
 */
function restoreName(view: View, spec: BridgeSpec, current: ObservedBridge, found: Findings): Change[] {
  const changes = compareBridge(spec, current, found, isImported(view, current, spec));
  if (current.name === spec.bridge) return changes;
  const { name: from, sealIngress, sealEgress } = current;
  const rename: Change = { kind: 'bridge.rename', from, to: spec.bridge };
  const others = changes.filter((change) => change.kind !== 'bridge.seal');
  const hasChains = sealIngress !== 'missing' || sealEgress !== 'missing';
  const leftover: Change[] = hasChains && !view.wantedNames.has(from) ? [{ kind: 'seal.remove', bridge: from }] : [];
  return [rename, { kind: 'bridge.seal', bridge: spec.bridge }, ...others, ...leftover];
}

/**
 * The name is used by another bridge of ours that is also misnamed. Two that swapped names would otherwise wait for each other
 * forever.
 */
function releaseName(view: View, spec: BridgeSpec, current: ObservedBridge, found: Findings): Change[] {
  if (!view.wantedNames.has(current.name)) return sealInPlace(current, found);
  const to = spareName(view, spec.networkId);
  return [
    { kind: 'bridge.rename', from: current.name, to },
    { kind: 'bridge.seal', bridge: to },
  ];
}

/** `atm` and 12 digits: a name that no network can have (networks/naming). The end of a version 7 UUID is its random part. */
function spareName(view: View, networkId: string): string {
  const digits = networkId.replaceAll('-', '');
  for (let end = digits.length; end >= 12; end -= 1) {
    const name = `atm${digits.slice(end - 12, end)}`;
    if (!view.byName.has(name) && !view.nics.has(name)) return name;
  }
  return `atm${digits.slice(-12)}`;
}

function sealInPlace(bridge: ObservedBridge, found: Findings): Change[] {
  if (!isOpen(bridge)) return [];
  found.add('seal_missing', 'seal', 'in place', 'missing');
  return [sealAs(bridge.name, bridge)];
}

/** Bridges with this store's mark whose network is not desired here. */
function unwanted(view: View): ObservedBridge[] {
  const ours = [...view.marked].filter(([networkId]) => networkId !== '' && !view.specs.has(networkId));
  return ours.flatMap(([, bridges]) => bridges);
}

function planUnwanted(view: View, bridge: ObservedBridge): Part {
  const networkId = bridge.owner?.networkId ?? '';
  const found = new Findings(networkId, bridge.name);
  const part = { networkId, bridge: bridge.name, findings: found.list, again: false };
  if (stillUsed(view, bridge))
    return { ...part, changes: sealInPlace(bridge, found), problem: inUse(networkId, bridge.name) };
  // Its server is stopped, and its tunnel end removed, in this round.
  if (hasServer(view, bridge.name) || hasEnd(view, bridge.name))
    return { ...part, changes: [], problem: null, again: true };
  const changes = bridge.owner?.kept === true ? releaseBridge(bridge, found) : deleteBridge(bridge, found);
  return { ...part, changes, problem: null };
}

function deleteBridge(bridge: ObservedBridge, found: Findings): Change[] {
  const { name, mac, mtu, alias, owner, ports } = bridge;
  found.add('not_wanted', 'bridge', 'none', name);
  const spec = { networkId: owner?.networkId ?? '', bridge: name, mac, mtu, alias: alias ?? '' };
  return [{ kind: 'bridge.delete', spec, ports: ports.map((port) => port.name) }];
}

/** An imported bridge is released to its owner, with the VMs on it. */
function releaseBridge({ name, alias }: ObservedBridge, found: Findings): Change[] {
  found.add('not_wanted', 'mark', 'none', alias ?? 'none');
  return [{ kind: 'bridge.release', bridge: name, alias: alias ?? '' }];
}

/** Chains of ours on devices that no longer exist. Those of a desired bridge are rewritten with it. */
function planLeftovers(view: View): Part[] {
  return view.observed.orphanSeals
    .filter((name) => !view.wantedNames.has(name))
    .map((name) => {
      const found = new Findings(null, name);
      found.add('orphan_seal', 'seal', 'none', `chains of ${name}`);
      return {
        networkId: null,
        bridge: name,
        changes: [{ kind: 'seal.remove', bridge: name }],
        findings: found.list,
        problem: null,
        again: false,
      };
    });
}
