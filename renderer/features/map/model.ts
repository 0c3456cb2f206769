import type { AtollMap, Island } from '../../../contract';

export type MapVm = AtollMap['vms'][number];
export type MapNetwork = AtollMap['networks'][number];
export type MapHost = AtollMap['hosts'][number];

/** The map with everything looked up: who stands where. */
export interface Model {
  readonly map: AtollMap;
  readonly vms: ReadonlyMap<string, MapVm>;
  readonly networks: ReadonlyMap<string, MapNetwork>;
  readonly hosts: ReadonlyMap<string, MapHost>;
  readonly islands: ReadonlyMap<string, Island>;
  /** The islands on which each VM has a vNIC, hearing or not, in the map's order. */
  readonly islandsOf: ReadonlyMap<string, readonly Island[]>;
}

const NONE: readonly Island[] = [];

export function modelOf(map: AtollMap): Model {
  const islandsOf = new Map<string, Island[]>();
  for (const island of map.islands) {
    for (const vmId of new Set(island.members.map((member) => member.vmId))) {
      const list = islandsOf.get(vmId);
      if (list === undefined) islandsOf.set(vmId, [island]);
      else list.push(island);
    }
  }
  const byId = <T extends { id: string }>(list: readonly T[]): ReadonlyMap<string, T> =>
    new Map(list.map((item) => [item.id, item]));
  return {
    map,
    vms: byId(map.vms),
    networks: byId(map.networks),
    hosts: byId(map.hosts),
    islands: byId(map.islands),
    islandsOf,
  };
}

export const islandsOfVm = (model: Model, vmId: string): readonly Island[] => model.islandsOf.get(vmId) ?? NONE;

/** Whether a VM's vNIC on an island is plugged, linked and awake. */
export const hearsOn = (island: Island, vmId: string): boolean =>
  island.members.some((member) => member.vmId === vmId && member.hears);

/** The VMs on an island, each once. */
export const vmsOn = (island: Island): string[] => [...new Set(island.members.map((member) => member.vmId))];
