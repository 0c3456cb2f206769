import type { PathStep } from '../../contract';
import type { Place, WiredIsland, Wiring } from './wiring';
import type { World, WorldVm } from './world';

/** How a place was entered: from another over an island, or over two that are open to the same host. */
interface Entry {
  readonly from: Place;
  readonly island: WiredIsland;
  readonly other: WiredIsland | null;
}

/** A path, and the VM where it ends; `end`: what it ends with, if it leads outside. */
export interface Found {
  readonly steps: readonly PathStep[];
  readonly vm: WorldVm;
  readonly end: 'vm' | 'uplink' | 'leak' | 'others';
}

interface Goal {
  /** VMs to find; null: the outside. */
  readonly vms: ReadonlySet<string> | null;
  /** VMs that no path may use. */
  readonly avoid?: ReadonlySet<string>;
}

/** A shortest path from a VM to a goal, by breadth-first search: each island and each place is visited once. */
export function search(world: World, wiring: Wiring, from: WorldVm, goal: Goal): Found | null {
  const entered = new Map<string, Entry | null>(wiring.placesOf(from).map((place) => [place.key, null]));
  const seen = new Set<string>();
  let edge = wiring.placesOf(from);
  const path = (place: Place): PathStep[] => stepsTo(world, entered, place);
  while (edge.length > 0) {
    const next: Place[] = [];
    for (const place of edge) {
      if (goal.vms === null && world.strays(place.vm)) return { steps: path(place), vm: place.vm, end: 'others' };
      for (const island of wiring.islandsAt(place)) {
        const out = goal.vms === null ? exit(world, wiring, place, island) : null;
        if (out) return { steps: [...path(place), out], vm: place.vm, end: out.kind === 'leak' ? 'leak' : 'uplink' };
        const mates = wiring.leaks(island) ? wiring.leakMates(island) : [];
        for (const to of [island, ...mates]) {
          if (seen.has(to.key)) continue;
          seen.add(to.key);
          for (const member of wiring.membersOf(to)) {
            if (entered.has(member.key) || goal.avoid?.has(member.vm.id)) continue;
            entered.set(member.key, { from: place, island, other: to.key === island.key ? null : to });
            if (member.vm.id !== from.id && goal.vms?.has(member.vm.id))
              return { steps: path(member), vm: member.vm, end: 'vm' };
            next.push(member);
          }
        }
      }
    }
    edge = next;
  }
  return null;
}

/** The step from a VM to the outside, if its island leads there. */
function exit(world: World, wiring: Wiring, { vm }: Place, island: WiredIsland): PathStep | null {
  const leak = wiring.leakOf(island);
  const nic = wiring.nicOf(island);
  if (leak === null && nic === null) return null;
  const at = leak ?? nic?.hostId ?? null;
  const on = placeNames(world, { ...island, hostId: at });
  const to = leak !== null ? (on.host ?? '') : (nic?.nic ?? '');
  return { kind: leak !== null ? 'leak' : 'uplink', fromVmId: vm.id, from: vm.name, ...on, toVmId: null, to };
}

function stepsTo(world: World, entered: ReadonlyMap<string, Entry | null>, place: Place): PathStep[] {
  const steps: PathStep[] = [];
  let at = place;
  for (let entry = entered.get(at.key); entry; entry = entered.get(at.key)) {
    steps.unshift(...stepsOf(world, entry, at.vm));
    at = entry.from;
  }
  return steps;
}

function stepsOf(world: World, { from: { vm }, island, other }: Entry, to: WorldVm): PathStep[] {
  // Two islands that are open to one host: it is the other's.
  const on = placeNames(world, other === null ? island : { ...island, hostId: other.hostId });
  const [start, end] = [
    { fromVmId: vm.id, from: vm.name },
    { toVmId: to.id, to: to.name },
  ];
  if (other === null) return [{ kind: 'island', ...start, ...on, ...end }];
  const host = on.host ?? '';
  return [
    { kind: 'leak', ...start, ...on, toVmId: null, to: host },
    { kind: 'leak', fromVmId: null, from: host, ...placeNames(world, other), ...end },
  ];
}

function placeNames(world: World, { networkId, hostId }: WiredIsland) {
  const network = world.networks.get(networkId)?.name ?? networkId;
  const host = hostId === null ? null : (world.hosts.get(hostId)?.name ?? hostId);
  return { networkId, network, hostId, host };
}

/** The names of the VMs between the ends of a path. */
export const between = (steps: readonly PathStep[]): string[] =>
  steps.slice(1).flatMap(({ fromVmId, from }) => (fromVmId === null ? [] : [from]));
