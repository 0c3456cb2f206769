import type { MapVmRow, MapVnicRow } from './rows';

/** A vNIC with its VM. */
export interface End {
  readonly vm: MapVmRow;
  readonly vnic: MapVnicRow & { readonly networkId: string };
}

/** One step: both ends are in the same group. */
export interface Leg {
  readonly from: End;
  readonly to: End;
}

/** vNICs grouped by what joins them, in both directions. */
export interface Graph {
  /** The groups that a VM is in, with its end in each. */
  readonly ofVm: ReadonlyMap<string, ReadonlyArray<readonly [group: string, end: End]>>;
  readonly members: ReadonlyMap<string, readonly End[]>;
}

/** Groups the ends by `keysOf`; an end can be in several groups, or in none. */
export function graph(ends: readonly End[], keysOf: (end: End) => readonly string[]): Graph {
  const ofVm = new Map<string, Array<readonly [string, End]>>();
  const members = new Map<string, End[]>();
  for (const end of ends) {
    for (const key of keysOf(end)) {
      append(ofVm, end.vm.id, [key, end]);
      append(members, key, end);
    }
  }
  return { ofVm, members };
}

function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

/**
 * A shortest path from one VM to another over groups, by breadth-first search; undefined: none. Each group and each VM is visited
 * once, so it is linear in the vNICs.
 */
export function shortestPath(net: Graph, from: string, to: string): Leg[] | undefined {
  const cameBy = new Map<string, Leg | null>([[from, null]]);
  const entered = new Set<string>();
  let edge = [from];
  while (edge.length > 0 && !cameBy.has(to)) {
    const next: string[] = [];
    for (const vmId of edge) {
      for (const [group, end] of net.ofVm.get(vmId) ?? []) {
        if (entered.has(group)) continue;
        entered.add(group);
        for (const other of net.members.get(group) ?? []) {
          if (cameBy.has(other.vm.id)) continue;
          cameBy.set(other.vm.id, { from: end, to: other });
          next.push(other.vm.id);
        }
      }
    }
    edge = next;
  }
  return from === to || !cameBy.has(to) ? undefined : legsTo(cameBy, to);
}

function legsTo(cameBy: ReadonlyMap<string, Leg | null>, to: string): Leg[] {
  const legs: Leg[] = [];
  for (let leg = cameBy.get(to); leg; leg = cameBy.get(leg.from.vm.id)) legs.unshift(leg);
  return legs;
}
