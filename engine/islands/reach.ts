import { type Hop, type Reach, say } from '../../contract';
import { pairKey } from '../core/pair-key';
import { islandId } from './islands';
import { jointsOf, pairId } from './joints';
import { type End, type Leg, graph, shortestPath } from './paths';
import { type Reason, inactiveReasons, notSameHost, withoutNetwork, unrelated } from './reasons';
import { type IslandRows, isActive } from './rows';

/**
 * Whether `from` reaches `to` (ids of VMs in the rows), by what is currently plugged in, linked and running. *Through* is possible,
 * not certain: whether the VMs in between forward is unknown. For *no* it searches the nearest path that could exist, first on the
 * current islands, then on the networks of all hosts, and lists what is missing on it.
 */
export function reach(rows: IslandRows, from: string, to: string): Reach {
  const answer = { from, to, hops: [], reasons: [] };
  if (from === to) return { ...answer, kind: 'direct', reasons: [{ message: say('reach.same', {}), remedy: null }] };
  const ends = endsOf(rows);
  const island = islandsOf(rows);
  const active = (end: End): readonly string[] => (isActive(end.vm, end.vnic) ? island(end) : []);
  const path = shortestPath(graph(ends, active), from, to);
  if (!path) return { ...answer, kind: 'no', reasons: reasonsFor(rows, ends, from, to) };
  return { ...answer, kind: path.length === 1 ? 'direct' : 'through', hops: path.flatMap((leg) => hop(rows, leg)) };
}

function endsOf(rows: IslandRows): End[] {
  const vms = new Map(rows.vms.map((vm) => [vm.id, vm]));
  return rows.vnics.flatMap((vnic) => {
    const vm = vms.get(vnic.vmId);
    return vm && vnic.networkId !== null ? [{ vm, vnic: { ...vnic, networkId: vnic.networkId } }] : [];
  });
}

/** What an end shares with those it reaches: its island, and each connected tunnel from there to another host. */
function islandsOf({ networks, pairs = [] }: IslandRows): (end: End) => readonly string[] {
  const tunnels = new Map(pairs.map((row) => [pairId(row), row]));
  const joints = jointsOf((id) => tunnels.get(id));
  const stretches = new Map(networks.map(({ id, stretch }) => [id, stretch ?? undefined]));
  return ({ vm: { hostId }, vnic: { networkId } }) => {
    if (hostId === null) return [];
    const stretch = stretches.get(networkId);
    const open = joints.of(stretch, hostId).filter(({ state }) => state === 'connected');
    const joined = open.map((joint) => `${networkId} ${pairId(pairKey(hostId, joint.hostId))}`);
    return [islandId(networkId, hostId), ...joined];
  };
}

const network = ({ vnic }: End): readonly string[] => [vnic.networkId];

function hop(rows: IslandRows, { from, to }: Leg): Hop[] {
  const net = rows.networks.find((row) => row.id === from.vnic.networkId);
  const host = rows.hosts.find((row) => row.id === from.vm.hostId);
  if (!net || !host) return [];
  const place = { networkId: net.id, network: net.name, hostId: host.id, host: host.name };
  return [{ ...place, fromVmId: from.vm.id, fromVm: from.vm.name, toVmId: to.vm.id, toVm: to.vm.name }];
}

function reasonsFor(rows: IslandRows, ends: readonly End[], from: string, to: string): Reason[] {
  const pair = rows.vms.filter((vm) => vm.id === from || vm.id === to);
  const bare = pair.filter((vm) => !ends.some((end) => end.vm.id === vm.id));
  if (bare.length > 0) return bare.map(withoutNetwork);
  const onIslands = shortestPath(graph(ends, islandsOf(rows)), from, to);
  const path = onIslands ?? shortestPath(graph(ends, network), from, to);
  if (!path) return [unrelated(pair.map((vm) => vm.name))];
  const inactive = path.flatMap((leg) => [leg.from, leg.to]).flatMap((end) => inactiveReasons(rows, end));
  const split = path.filter(
    ({ from: one, to: other }) =>
      one.vm.hostId !== null && other.vm.hostId !== null && !sharesIsland(islandsOf(rows), one, other),
  );
  return once([...split.map((leg) => notSameHost(rows, leg)), ...inactive]);
}

const sharesIsland = (islands: (end: End) => readonly string[], one: End, other: End): boolean => {
  const reached = new Set(islands(other));
  return islands(one).some((island) => reached.has(island));
};

/** A VM in the middle of a path ends two legs; its problems are listed once. */
function once(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason.message), reason])).values()];
}
