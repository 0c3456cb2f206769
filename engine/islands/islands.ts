import type { AtollMap, Island } from '../../contract';
import { type IslandRows, type MapAttachmentRow, hears } from './rows';

/** A key for (network, host), for maps. Ids are UUIDs, so the slash can't be part of one. */
export const islandId = (networkId: string, hostId: string | null): string => `${networkId}/${hostId ?? ''}`;

type Building = { -readonly [K in keyof Island]: Island[K] };

/**
 * Who shares which network on which host (rule S10): one island for each network and host that has vNICs of VMs. Linear in
 * the rows. One network on two hosts is two islands; nothing is assumed about what may join them.
 */
export function islands(rows: IslandRows): { islands: Island[]; alone: string[] } {
  const byNetwork = new Map<string, Map<string | null, Building>>();
  const vmById = new Map(rows.vms.map((vm) => [vm.id, vm]));
  const onSome = new Set<string>();
  const all: Building[] = [];
  for (const vnic of rows.vnics) {
    const vm = vmById.get(vnic.vmId);
    if (!vm || vnic.networkId === null) continue;
    onSome.add(vm.id);
    const island = islandOf(byNetwork, vnic.networkId, vm.hostId, all);
    island.members.push({ vmId: vm.id, vnicId: vnic.id, hears: hears(vm, vnic) });
  }
  addVerdicts(byNetwork, rows.attachments);
  for (const { networkId, hostId, note } of rows.notes) {
    const island = byNetwork.get(networkId)?.get(hostId);
    if (island) island.note = note;
  }
  for (const ofNetwork of byNetwork.values()) markOthers([...ofNetwork.values()]);
  return { islands: all, alone: rows.vms.filter((vm) => !onSome.has(vm.id)).map((vm) => vm.id) };
}

function islandOf(
  byNetwork: Map<string, Map<string | null, Building>>,
  networkId: string,
  hostId: string | null,
  all: Building[],
): Building {
  let ofNetwork = byNetwork.get(networkId);
  if (!ofNetwork) byNetwork.set(networkId, (ofNetwork = new Map()));
  let island = ofNetwork.get(hostId);
  if (!island) {
    island = {
      id: islandId(networkId, hostId),
      networkId,
      hostId,
      members: [],
      nic: null,
      another: false,
      verdict: 'unknown',
      verdictAt: null,
      note: null,
    };
    ofNetwork.set(hostId, island);
    all.push(island);
  }
  return island;
}

function addVerdicts(
  byNetwork: ReadonlyMap<string, ReadonlyMap<string | null, Building>>,
  attachments: readonly MapAttachmentRow[],
): void {
  for (const { networkId, hostId, nic, verdict, verdictAt } of attachments) {
    const island = byNetwork.get(networkId)?.get(hostId);
    if (island) Object.assign(island, { nic, verdict, verdictAt });
  }
}

/** Of several islands of a network, all but the largest are *another*. VMs without a host are on none, so they don't count. */
function markOthers(ofNetwork: readonly Building[]): void {
  const placed = ofNetwork.filter((island) => island.hostId !== null);
  let largest = placed[0];
  for (const island of placed) if (largest && island.members.length > largest.members.length) largest = island;
  for (const island of placed) island.another = island !== largest;
}

/** The map: islands and all that stands on them, by reference. */
export function atollMap(rows: IslandRows): AtollMap {
  return {
    hosts: rows.hosts.map(({ id, name, kind, state, labels }) => ({ id, name, kind, state, labels })),
    networks: rows.networks.map(({ id, name, isIsolated, label }) => ({ id, name, isIsolated, label })),
    vms: rows.vms.map(({ id, name, state, hostId }) => ({ id, name, state, hostId })),
    ...islands(rows),
  };
}

/** The part of the map about one network, one host, or both. VMs that are on no network stay only with their host. */
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
