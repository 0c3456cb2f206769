import { type Hop, type Reach, say } from '../../contract';
import { islandId } from './islands';
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
  const path = shortestPath(graph(ends, activeIsland), from, to);
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

const island = ({ vm, vnic }: End): string | null => (vm.hostId === null ? null : islandId(vnic.networkId, vm.hostId));
const activeIsland = (end: End): string | null => (isActive(end.vm, end.vnic) ? island(end) : null);
const network = ({ vnic }: End): string => vnic.networkId;

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
  const onIslands = shortestPath(graph(ends, island), from, to);
  const path = onIslands ?? shortestPath(graph(ends, network), from, to);
  if (!path) return [unrelated(pair.map((vm) => vm.name))];
  const inactive = path.flatMap((leg) => [leg.from, leg.to]).flatMap((end) => inactiveReasons(rows, end));
  const split = path.filter(
    (leg) => leg.from.vm.hostId !== null && leg.to.vm.hostId !== null && leg.from.vm.hostId !== leg.to.vm.hostId,
  );
  return once([...split.map((leg) => notSameHost(rows, leg)), ...inactive]);
}

/** A VM in the middle of a path ends two legs; its problems are listed once. */
function once(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason.message), reason])).values()];
}
