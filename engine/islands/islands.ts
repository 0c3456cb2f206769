import { type AtollMap, type Island, type NetworkStretch, joinedHosts } from '../../contract';
import { type Joints, jointsOf, pairId } from './joints';
import { type IslandRows, type MapAttachmentRow, type MapVmRow, type MapVnicRow, isActive } from './rows';

/** A key for (network, host), for maps. Ids are UUIDs, so the slash can't be part of one. */
export const islandId = (networkId: string, hostId: string | null): string => `${networkId}/${hostId ?? ''}`;

type Building = { -readonly [K in keyof Island]: Island[K] };

/** A vNIC on a network, with its VM, and its position among all vNICs. */
export interface NetworkEnd {
  readonly vm: MapVmRow;
  readonly vnic: Pick<MapVnicRow, 'id' | 'plugged' | 'linked'>;
  readonly rank: number;
}

/** An island, with its position: that of its first member. */
export interface RankedIsland {
  readonly rank: number;
  readonly island: Island;
}

/** The host's side of an island. */
export interface HostSide {
  attachment(networkId: string, hostId: string): MapAttachmentRow | undefined;
  note(networkId: string, hostId: string): string | undefined;
  /** Omitted: it is not stretched. */
  stretch?(networkId: string): NetworkStretch | undefined;
  readonly joints?: Joints;
}

/**
 * The islands of one network, from its ordered vNICs (rule S10): one for each host that has some. One network on two hosts is two
 * islands, unless it is stretched over both (rule S11): those that reach each other have the same `span`.
 */
export function islandsOfNetwork(networkId: string, ends: readonly NetworkEnd[], hostSide: HostSide): RankedIsland[] {
  const byHost = new Map<string | null, { rank: number; island: Building }>();
  for (const { vm, vnic, rank } of ends) {
    let place = byHost.get(vm.hostId);
    if (!place) byHost.set(vm.hostId, (place = { rank, island: emptyIsland(networkId, vm.hostId, hostSide) }));
    place.island.members.push({ vmId: vm.id, vnicId: vnic.id, hears: isActive(vm, vnic) });
  }
  const ranked = [...byHost.values()];
  markSpans(
    ranked.map(({ island }) => island),
    hostSide,
  );
  markOthers(ranked.map(({ island }) => island));
  return ranked;
}

function emptyIsland(networkId: string, hostId: string | null, hostSide: HostSide): Building {
  const attachment = hostId === null ? undefined : hostSide.attachment(networkId, hostId);
  const { nic = null, verdict = 'unknown', verdictAt = null, points = 0, unchecked = 0, failed = 0 } = attachment ?? {};
  const note = (hostId === null ? undefined : hostSide.note(networkId, hostId)) ?? null;
  return {
    id: islandId(networkId, hostId),
    networkId,
    hostId,
    members: [],
    nic,
    another: false,
    verdict,
    verdictAt,
    points,
    unchecked,
    failed,
    note,
  };
}

/** Islands of a stretched network between which all frames pass have the same span. */
function markSpans(ofNetwork: readonly Building[], { stretch: stretchOf, joints }: HostSide): void {
  const stretch = stretchOf?.(ofNetwork[0]?.networkId ?? '');
  if (!stretch || !joints) return;
  const byHost = new Map(
    ofNetwork.flatMap((island) => (island.hostId === null ? [] : [[island.hostId, island] as const])),
  );
  for (const [hostId, island] of byHost) {
    const all = joints.of(stretch, hostId);
    if (all.length > 0) island.joints = all;
  }
  for (const group of joinedHosts([...byHost.keys()], (one, other) => joints.joins(stretch, one, other))) {
    const first = byHost.get(group[0] ?? '');
    if (group.length > 1 && first) for (const hostId of group) (byHost.get(hostId) ?? first).span = first.id;
  }
}

/** Of several islands of a network, all but the largest are *another*. VMs without a host are on none, so they don't count. */
function markOthers(ofNetwork: readonly Building[]): void {
  const placed = ofNetwork.filter((island) => island.hostId !== null);
  // Those that tunnels join count as one.
  const sizes = new Map<string, number>();
  const keyOf = ({ span, id }: Building): string => span ?? id;
  for (const island of placed) sizes.set(keyOf(island), (sizes.get(keyOf(island)) ?? 0) + island.members.length);
  let largest: string | undefined;
  for (const [key, size] of sizes) if (largest === undefined || size > (sizes.get(largest) ?? 0)) largest = key;
  for (const island of placed) island.another = keyOf(island) !== largest;
}

/** Islands in the order of their first members. */
export const inOrder = (ranked: RankedIsland[]): Island[] =>
  ranked.sort((a, b) => a.rank - b.rank).map(({ island }) => island);

/** Which VMs share which network on which host, and the VMs without a network. Linear in the rows. */
export function islands(rows: IslandRows): { islands: Island[]; alone: string[] } {
  const vmById = new Map(rows.vms.map((vm) => [vm.id, vm]));
  const onSome = new Set<string>();
  const byNetwork = new Map<string, NetworkEnd[]>();
  rows.vnics.forEach((vnic, rank) => {
    const vm = vmById.get(vnic.vmId);
    if (!vm || vnic.networkId === null) return;
    onSome.add(vm.id);
    const ends = byNetwork.get(vnic.networkId);
    if (ends) ends.push({ vm, vnic, rank });
    else byNetwork.set(vnic.networkId, [{ vm, vnic, rank }]);
  });
  const hostSide = hostSideOf(rows);
  const ranked = [...byNetwork].flatMap(([networkId, ends]) => islandsOfNetwork(networkId, ends, hostSide));
  return { islands: inOrder(ranked), alone: rows.vms.filter((vm) => !onSome.has(vm.id)).map((vm) => vm.id) };
}

function hostSideOf({ attachments, notes, networks, pairs = [] }: IslandRows): HostSide {
  const stretches = new Map(networks.flatMap(({ id, stretch }) => (stretch ? [[id, stretch] as const] : [])));
  const tunnels = new Map(pairs.map((row) => [pairId(row), row]));
  const attached = new Map(attachments.map((row) => [islandId(row.networkId, row.hostId), row]));
  const noted = new Map(notes.map((row) => [islandId(row.networkId, row.hostId), row.note]));
  return {
    attachment: (networkId, hostId) => attached.get(islandId(networkId, hostId)),
    note: (networkId, hostId) => noted.get(islandId(networkId, hostId)),
    stretch: (networkId) => stretches.get(networkId),
    joints: jointsOf((id) => tunnels.get(id)),
  };
}

/** The map: islands and the objects on them, by reference. */
export function atollMap(rows: IslandRows): AtollMap {
  return {
    hosts: rows.hosts.map(({ id, name, kind, state, labels }) => ({ id, name, kind, state, labels })),
    networks: rows.networks.map(({ id, name, isIsolated, label, stretch }) => ({
      ...{ id, name, isIsolated, label },
      ...(stretch ? { stretch } : {}),
    })),
    vms: rows.vms.map(({ id, name, state, hostId }) => ({ id, name, state, hostId })),
    ...islands(rows),
  };
}

/** The part of the map of one network, one host, or both. VMs without a network are only included with their host. */
export function mapPart(map: AtollMap, only: { readonly networkId?: string; readonly hostId?: string }): AtollMap {
  const { networkId, hostId } = only;
  const kept = map.islands.filter(
    (island) =>
      (networkId === undefined || island.networkId === networkId) && (hostId === undefined || island.hostId === hostId),
  );
  const seen = new Set(kept.flatMap((island) => island.members.map((member) => member.vmId)));
  const aloneHere = new Set(networkId === undefined ? map.alone : []);
  const vms = map.vms.filter((vm) => seen.has(vm.id) || (aloneHere.has(vm.id) && vm.hostId === hostId));
  const networkIds = new Set(kept.map((island) => island.networkId).concat(networkId ?? []));
  const hostIds = new Set(kept.flatMap((island) => island.hostId ?? []).concat(hostId ?? []));
  return {
    hosts: map.hosts.filter((host) => hostIds.has(host.id)),
    networks: map.networks.filter((network) => networkIds.has(network.id)),
    vms,
    islands: kept,
    alone: vms.filter((vm) => aloneHere.has(vm.id)).map((vm) => vm.id),
  };
}
