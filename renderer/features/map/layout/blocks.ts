import type { Island } from '../../../../contract';
import { islandsOfVm, type Model, vmsOn } from '../model';
import type { LayoutOptions } from './boxes';

/** Islands connected by multi-homed VMs, in layers: each such VM is between two adjacent layers. */
export interface Block {
  readonly layers: readonly (readonly Island[])[];
  /** The VMs on several islands, by the layer above them. */
  readonly lanes: readonly (readonly string[])[];
}

/**
 * Groups the islands of one host into blocks. Layers are distances from a root (a regular network if there is one, because it has
 * the uplink; else one that was a root before; else the island with the most multi-homed VMs), so that the islands of a VM are never more than one layer apart.
 */
export function blocksOf(
  model: Model,
  islands: readonly Island[],
  { rank, roots }: Pick<LayoutOptions, 'rank' | 'roots'>,
): Block[] {
  const here = new Set(islands.map((island) => island.id));
  const ties = new Map<string, Set<string>>(islands.map((island) => [island.id, new Set()]));
  const bridging = new Set<string>();
  for (const island of islands) {
    for (const vmId of vmsOn(island)) {
      const others = islandsOfVm(model, vmId).filter((other) => here.has(other.id) && other.id !== island.id);
      if (others.length > 0) bridging.add(vmId);
      for (const other of others) ties.get(island.id)?.add(other.id);
    }
  }
  const byId = new Map(islands.map((island) => [island.id, island]));
  const isRegular = (island: Island): boolean => model.networks.get(island.networkId)?.isIsolated === false;
  const rootFirst = [...islands].sort(
    (a, b) =>
      Number(isRegular(b)) - Number(isRegular(a)) ||
      Number(roots?.has(b.id) === true) - Number(roots?.has(a.id) === true) ||
      (ties.get(b.id)?.size ?? 0) - (ties.get(a.id)?.size ?? 0) ||
      rank(a.networkId) - rank(b.networkId),
  );
  const placed = new Set<string>();
  const blocks: Block[] = [];
  for (const root of rootFirst) {
    if (placed.has(root.id)) continue;
    const layers = layersFrom(root, byId, ties, placed, rank);
    blocks.push({ layers, lanes: lanesOf(model, layers, bridging, rank) });
  }
  const first = new Map(blocks.map((block) => [block, firstRank(block, rank)]));
  return blocks.sort((a, b) => (first.get(a) ?? 0) - (first.get(b) ?? 0));
}

function layersFrom(
  root: Island,
  byId: ReadonlyMap<string, Island>,
  ties: ReadonlyMap<string, ReadonlySet<string>>,
  placed: Set<string>,
  rank: (id: string) => number,
): Island[][] {
  const layers: Island[][] = [];
  let layer = [root];
  placed.add(root.id);
  while (layer.length > 0) {
    layers.push(layer);
    const next: Island[] = [];
    for (const island of layer) {
      for (const id of ties.get(island.id) ?? []) {
        const other = byId.get(id);
        if (other === undefined || placed.has(id)) continue;
        placed.add(id);
        next.push(other);
      }
    }
    layer = next.sort((a, b) => rank(a.networkId) - rank(b.networkId));
  }
  return layers;
}

function lanesOf(
  model: Model,
  layers: readonly (readonly Island[])[],
  bridging: ReadonlySet<string>,
  rank: (id: string) => number,
): string[][] {
  const layerOf = new Map(layers.flatMap((layer, index) => layer.map((island) => [island.id, index] as const)));
  const lanes: string[][] = layers.map(() => []);
  const done = new Set<string>();
  for (const island of layers.flat()) {
    for (const vmId of vmsOn(island)) {
      if (!bridging.has(vmId) || done.has(vmId)) continue;
      done.add(vmId);
      const depths = islandsOfVm(model, vmId).flatMap((i) => layerOf.get(i.id) ?? []);
      lanes[Math.min(...depths)]?.push(vmId);
    }
  }
  for (const lane of lanes) lane.sort((a, b) => rank(a) - rank(b));
  return lanes;
}

const firstRank = (block: Block, rank: (id: string) => number): number =>
  Math.min(...block.layers.flat().map((island) => rank(island.networkId)));
