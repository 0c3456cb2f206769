import type { Contradiction } from '../../contract';
import type { PromiseRow } from '../ports/store';
import { type Members, membersOf } from './members';
import type { World } from './world';

/** VMs that must be on one island, and the promise that says so. */
interface Edge {
  readonly to: string;
  readonly by: PromiseRow;
}
type Edges = ReadonlyMap<string, readonly Edge[]>;

/** Above this number of VMs on both sides no edges are made of a promise: nobody writes a contradiction that large by mistake. */
const MOST_PAIRS = 250_000;

/**
 * Existing promises that can't be kept together with a new one, whatever is plugged in: VMs that some require to be on one island, and
 * so to reach each other, perhaps through others, and that another forbids to.
 */
export function contradictions(
  world: World,
  existing: readonly PromiseRow[],
  added: PromiseRow,
): Array<Omit<Contradiction, 'sentence'> & { promise: PromiseRow }> {
  const here = existing.filter(({ id, dataCenterId }) => id !== added.id && dataCenterId === added.dataCenterId);
  const edges = edgesOf(world, [...here, added]);
  const found = new Map<string, Omit<Contradiction, 'sentence'> & { promise: PromiseRow }>();
  // A promise that requires can contradict all that forbid; one that forbids only those that require.
  const forbidding = requires(added) ? here.filter(forbids) : forbids(added) ? [added] : [];
  for (const promise of forbidding) {
    const path = forbiddenPath(world, promise, edges);
    if (!path) continue;
    const other = promise.id === added.id ? path.by : [promise];
    // A path that does not need the new promise was a contradiction before.
    if (promise.id !== added.id && !path.by.some(({ id }) => id === added.id)) continue;
    for (const each of other) {
      const names = path.vms.map((id) => world.vms.get(id)?.name ?? id);
      const [from = '', to = ''] = [names[0], names.at(-1)];
      found.set(each.id, { promiseId: each.id, promise: each, from, to, through: names.slice(1, -1) });
    }
  }
  return [...found.values()];
}

const requires = ({ kind }: PromiseRow): boolean => kind === 'direct' || kind === 'one_island';
const forbids = ({ kind }: PromiseRow): boolean => kind === 'never_reach' || kind === 'only_through';

function edgesOf(world: World, promises: readonly PromiseRow[]): Edges {
  const edges = new Map<string, Edge[]>();
  const join = (a: string, b: string, by: PromiseRow): void => {
    const known = edges.get(a);
    if (known) known.push({ to: b, by });
    else edges.set(a, [{ to: b, by }]);
  };
  for (const promise of promises) {
    if (promise.kind === 'direct') {
      const [who, to] = [vmsOf(world, promise.who), vmsOf(world, promise.to)];
      if (who.size * to.size > MOST_PAIRS) continue;
      for (const a of who)
        for (const b of to) {
          if (a === b) continue;
          join(a, b, promise);
          join(b, a, promise);
        }
    } else if (promise.kind === 'one_island') {
      for (const id of resolve(world, promise.who).networks) {
        // All of a network: a chain joins them as well as all pairs would.
        const ids = [...resolve(world, [{ kind: 'network', id, name: '' }]).vms];
        ids.slice(1).forEach((vmId, i) => (join(ids[i] ?? vmId, vmId, promise), join(vmId, ids[i] ?? vmId, promise)));
      }
    }
  }
  return edges;
}

/** A path of required reach between VMs that a promise keeps apart. */
function forbiddenPath(world: World, promise: PromiseRow, edges: Edges): { vms: string[]; by: PromiseRow[] } | null {
  const avoid = vmsOf(world, promise.through);
  const goals = vmsOf(world, promise.to);
  for (const from of vmsOf(world, promise.who)) {
    if (avoid.has(from)) continue;
    const came = new Map<string, { from: string; by: PromiseRow } | null>([[from, null]]);
    const waiting = [from];
    for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
      if (at !== from && goals.has(at)) return pathTo(came, at);
      for (const { to, by } of edges.get(at) ?? []) {
        if (came.has(to) || avoid.has(to)) continue;
        came.set(to, { from: at, by });
        waiting.push(to);
      }
    }
  }
  return null;
}

function pathTo(
  came: ReadonlyMap<string, { from: string; by: PromiseRow } | null>,
  to: string,
): { vms: string[]; by: PromiseRow[] } {
  const vms = [to];
  const by: PromiseRow[] = [];
  for (let step = came.get(to); step; step = came.get(step.from)) {
    vms.unshift(step.from);
    by.unshift(step.by);
  }
  return { vms, by };
}

const resolve = (world: World, subjects: PromiseRow['who']): Members => membersOf(world, subjects, new Set());
const vmsOf = (world: World, subjects: PromiseRow['who']): ReadonlySet<string> => resolve(world, subjects).vms;
