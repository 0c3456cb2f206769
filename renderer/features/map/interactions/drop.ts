import type { Island } from '../../../../contract';
import type { Layout } from '../layout/boxes';
import { type Hit, hitAt, holds } from '../layout/hit';
import { islandsOfVm, jointTo, type MapVm, type Model } from '../model';
import { text } from '../text';

/** The effect of dropping a dragged VM at a point. */
export type Drop =
  | { readonly kind: 'in'; readonly networkId: string; readonly islandId: string | null; readonly words: string }
  | { readonly kind: 'out'; readonly networkIds: readonly string[]; readonly words: string }
  | { readonly kind: 'no'; readonly words: string }
  /** Dropped on another VM: whether the one reaches the other. */
  | { readonly kind: 'ask'; readonly toVmId: string; readonly words: string }
  /** An island dropped on one of its network on another host: these hosts are to be connected. */
  | {
      readonly kind: 'stretch';
      readonly networkId: string;
      readonly islandId: string;
      readonly hosts: readonly string[];
      readonly words: string;
    };

/** A VM being dragged; `fromIsland` is null if it is in a lane, or on no network. */
export interface DraggedVm {
  readonly vmId: string;
  readonly fromIsland: string | null;
}

/** An island of a host. */
export type PlacedIsland = Island & { readonly hostId: string };

/** The effect of a drop at (`x`, `y`) in layout coordinates: on another VM it asks, on an island it plugs in, elsewhere it unplugs. */
export function dropAt(model: Model, layout: Layout, dragged: DraggedVm, x: number, y: number): Drop {
  const name = model.vms.get(dragged.vmId)?.name ?? '';
  const hit = hitAt(layout, x, y);
  const { islandBox } = hit;
  const other = vmAt(model, hit, x, y);
  if (other !== undefined && other.id !== dragged.vmId)
    return { kind: 'ask', toVmId: other.id, words: text.dropAsk(name, other.name) };
  const empty = layout.empty.find((box) => holds(box, x, y));
  if (islandBox !== null) return dropOnIsland(model, dragged, islandBox.island.id, name);
  if (empty !== undefined) return plugIn(model, empty.networkId, null);
  return off(model, dragged, name);
}

/** The effect of dropping an island at a point: on another host's island of the same network it stretches the network over both. */
export function dropIslandAt(model: Model, layout: Layout, from: PlacedIsland, x: number, y: number): Drop {
  const { islandBox } = hitAt(layout, x, y);
  const to = islandBox === null ? undefined : model.islands.get(islandBox.island.id);
  const network = networkName(model, from.networkId);
  if (to === undefined) return { kind: 'no', words: text.dropOnIsland(network) };
  if (to.id === from.id) return { kind: 'no', words: text.dropBack };
  if (to.networkId !== from.networkId) return { kind: 'no', words: text.dropOnIsland(network) };
  if (to.hostId === null) return { kind: 'no', words: text.dropNothing };
  if (jointTo(from, to.hostId) !== undefined) return { kind: 'no', words: text.dropStretched(network) };
  const hosts = [from.hostId, to.hostId];
  const names = hosts.map((id) => model.hosts.get(id)?.name ?? '');
  return { kind: 'stretch', networkId: to.networkId, islandId: to.id, hosts, words: text.dropStretch(network, names) };
}

/** The VM whose chip is at a point: in an island, or in a lane between them. */
function vmAt(model: Model, { panel, islandBox }: Hit, x: number, y: number): MapVm | undefined {
  if (panel === null) return undefined;
  const chips = [...(islandBox?.chips ?? []), ...panel.lanes];
  const chip = chips.find((one) => holds(one, x - panel.x, y - panel.y));
  return chip === undefined ? undefined : model.vms.get(chip.vmId);
}

const networkName = (model: Model, id: string): string => model.networks.get(id)?.name ?? '';

const plugIn = (model: Model, networkId: string, islandId: string | null): Drop => ({
  kind: 'in',
  networkId,
  islandId,
  words: text.dropIn(networkName(model, networkId)),
});

function dropOnIsland(model: Model, dragged: DraggedVm, islandId: string, name: string): Drop {
  const island = model.islands.get(islandId);
  const hostId = model.vms.get(dragged.vmId)?.hostId ?? null;
  if (island === undefined) return { kind: 'no', words: text.dropNothing };
  const network = networkName(model, island.networkId);
  if (islandId === dragged.fromIsland) return { kind: 'no', words: text.dropBack };
  if (islandsOfVm(model, dragged.vmId).some((one) => one.id === islandId))
    return { kind: 'no', words: text.dropThere(name, network) };
  if (hostId !== null && island.hostId !== null && island.hostId !== hostId)
    return { kind: 'no', words: text.dropElsewhere(name, model.hosts.get(hostId)?.name ?? '') };
  return plugIn(model, island.networkId, islandId);
}

/** A drop outside islands: unplugs from the source island; for a VM in a lane the user chooses which network. */
function off(model: Model, { vmId, fromIsland }: DraggedVm, name: string): Drop {
  const islands = islandsOfVm(model, vmId).filter((island) => fromIsland === null || island.id === fromIsland);
  if (islands.length === 0) return { kind: 'no', words: text.dropAlone(name) };
  const networkIds = islands.map((island) => island.networkId);
  return { kind: 'out', networkIds, words: text.dropOut(networkIds.map((id) => networkName(model, id)).join(text.or)) };
}
