import type { AtollMap, Island, IslandJoint } from '../../../contract';
import { type Look, looksOf } from '../../ui/palette';

export type MapVm = AtollMap['vms'][number];
export type MapNetwork = AtollMap['networks'][number];
export type MapHost = AtollMap['hosts'][number];

/** The map with lookup tables. */
export interface Model {
  readonly map: AtollMap;
  readonly vms: ReadonlyMap<string, MapVm>;
  readonly networks: ReadonlyMap<string, MapNetwork>;
  readonly hosts: ReadonlyMap<string, MapHost>;
  readonly islands: ReadonlyMap<string, Island>;
  /** The islands on which each VM has a vNIC, active or not, in the map's order. */
  readonly islandsOf: ReadonlyMap<string, readonly Island[]>;
  /** Each network's color and pattern, the same on all screens. */
  readonly looks: ReadonlyMap<string, Look>;
  /** The VMs that can be gateways of each isolated island, by island id, running or not. Possible, not certain. */
  readonly gateways: ReadonlyMap<string, readonly string[]>;
  /** VMs that are the only gateway of an island: the most important ones to see. */
  readonly onlyGateways: ReadonlySet<string>;
}

const NONE: readonly Island[] = [];

export function modelOf(map: AtollMap): Model {
  const islandsOf = new Map<string, Island[]>();
  for (const island of map.islands) {
    for (const { vmId } of island.members) {
      const list = islandsOf.get(vmId);
      if (list === undefined) islandsOf.set(vmId, [island]);
      // A VM can have several vNICs on one island.
      else if (list.at(-1) !== island) list.push(island);
    }
  }
  const byId = <T extends { id: string }>(list: readonly T[]): ReadonlyMap<string, T> =>
    new Map(list.map((item) => [item.id, item]));
  const networks = byId(map.networks);
  const gateways = gatewaysOf(networks, islandsOf);
  return {
    map,
    vms: byId(map.vms),
    networks,
    hosts: byId(map.hosts),
    islands: byId(map.islands),
    islandsOf,
    looks: looksOf(map.networks),
    gateways,
    onlyGateways: new Set([...gateways.values()].flatMap((vms) => (vms.length === 1 ? vms : []))),
  };
}

/** The VMs on both an isolated island and one with a NIC (rule S12), running or not, so that the layout is stable. */
function gatewaysOf(
  networks: ReadonlyMap<string, MapNetwork>,
  islandsOf: ReadonlyMap<string, readonly Island[]>,
): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>();
  for (const [vmId, islands] of islandsOf) {
    if (!islands.some((island) => island.nic !== null)) continue;
    for (const { id, networkId } of islands) {
      if (networks.get(networkId)?.isIsolated !== true) continue;
      const list = out.get(id);
      if (list === undefined) out.set(id, [vmId]);
      else list.push(vmId);
    }
  }
  return out;
}

export const islandsOfVm = (model: Model, vmId: string): readonly Island[] => model.islandsOf.get(vmId) ?? NONE;

/** Whether a VM's vNIC on an island is plugged, linked and running. */
export const isActiveOn = (island: Island, vmId: string): boolean =>
  island.members.some((member) => member.vmId === vmId && member.hears);

/** Whether a VM currently reaches an island with a NIC, so that VMs on its other islands could use it as a gateway. */
export const isGatewayNow = (model: Model, vmId: string): boolean =>
  islandsOfVm(model, vmId).some((island) => island.nic !== null && isActiveOn(island, vmId));

/** The tunnel from an island of a stretched network to another of its islands; undefined: there is none. */
export const jointTo = (island: Island, hostId: string | null): IslandJoint | undefined =>
  island.joints?.find((joint) => joint.hostId === hostId);

/** The islands of the same network on other hosts to which frames pass now. */
export const joinedTo = (model: Pick<Model, 'islands'>, island: Island): Island[] =>
  (island.joints ?? []).flatMap(({ hostId, state }) =>
    state === 'connected' ? (model.islands.get(`${island.networkId}/${hostId}`) ?? []) : [],
  );

/** Whether frames pass from the island to at least one other. */
export const isJoined = (island: Island): boolean => island.joints?.some(({ state }) => state === 'connected') === true;

/** How the islands of one network are connected: `all` with each other, `some`, or `none`. */
export function connectionOf(islands: readonly Island[]): 'all' | 'some' | 'none' {
  const placed = islands.filter(({ hostId }) => hostId !== null);
  const joints = placed.flatMap((one) =>
    placed.filter((other) => other !== one).map((other) => jointTo(one, other.hostId)?.state === 'connected'),
  );
  if (joints.length === 0 || joints.every((isConnected) => !isConnected)) return 'none';
  return joints.every(Boolean) ? 'all' : 'some';
}

/** The VMs on an island, each once. */
export const vmsOn = (island: Island): string[] => [...new Set(island.members.map((member) => member.vmId))];
