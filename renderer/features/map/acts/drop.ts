import type { Layout } from '../layout/boxes';
import { hitAt, holds } from '../layout/hit';
import { islandsOfVm, type Model } from '../model';
import { text } from '../text';

/** What letting a carried VM go at a point would do. */
export type Drop =
  | { readonly kind: 'in'; readonly networkId: string; readonly islandId: string | null; readonly words: string }
  | { readonly kind: 'out'; readonly networkIds: readonly string[]; readonly words: string }
  | { readonly kind: 'no'; readonly words: string };

/** A VM that is being carried; `fromIsland` is null when it stands in a strait, or on no network. */
export interface Carried {
  readonly vmId: string;
  readonly fromIsland: string | null;
}

/** What a drop at (`x`, `y`), in pixels of the layout, would do: onto an island plugs in, into the water unplugs. */
export function dropAt(model: Model, layout: Layout, carried: Carried, x: number, y: number): Drop {
  const name = model.vms.get(carried.vmId)?.name ?? '';
  const { isle } = hitAt(layout, x, y);
  const empty = layout.empty.find((box) => holds(box, x, y));
  if (isle !== null) return ontoIsland(model, carried, isle.island.id, name);
  if (empty !== undefined) return plugIn(model, empty.networkId, null);
  return off(model, carried, name);
}

const networkName = (model: Model, id: string): string => model.networks.get(id)?.name ?? '';

const plugIn = (model: Model, networkId: string, islandId: string | null): Drop => ({
  kind: 'in',
  networkId,
  islandId,
  words: text.dropIn(networkName(model, networkId)),
});

function ontoIsland(model: Model, carried: Carried, islandId: string, name: string): Drop {
  const island = model.islands.get(islandId);
  const hostId = model.vms.get(carried.vmId)?.hostId ?? null;
  if (island === undefined) return { kind: 'no', words: text.dropNothing };
  const network = networkName(model, island.networkId);
  if (islandId === carried.fromIsland) return { kind: 'no', words: text.dropBack };
  if (islandsOfVm(model, carried.vmId).some((one) => one.id === islandId))
    return { kind: 'no', words: text.dropThere(name, network) };
  if (hostId !== null && island.hostId !== null && island.hostId !== hostId)
    return { kind: 'no', words: text.dropElsewhere(name, model.hosts.get(hostId)?.name ?? '') };
  return plugIn(model, island.networkId, islandId);
}

/** Into the water: off the island that it was taken from; from a strait off one of them, which is asked. */
function off(model: Model, { vmId, fromIsland }: Carried, name: string): Drop {
  const islands = islandsOfVm(model, vmId).filter((island) => fromIsland === null || island.id === fromIsland);
  if (islands.length === 0) return { kind: 'no', words: text.dropAlone(name) };
  const networkIds = islands.map((island) => island.networkId);
  return { kind: 'out', networkIds, words: text.dropOut(networkIds.map((id) => networkName(model, id)).join(text.or)) };
}
