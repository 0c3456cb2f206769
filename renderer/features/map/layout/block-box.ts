import { islandsOfVm, type Model } from '../model';
import { text } from '../text';
import type { Block } from './blocks';
import type { ChipBox, Flow, IslandBox, IslandNeed, LayoutOptions } from './boxes';
import { chipWidth, GAP, type Rect, spread } from './geometry';
import { layoutIsland, islandHeight, islandNeed, movedIsland } from './island-box';
import { smallWidth } from './name-width';

export const BLOCK_GAP = 16;
/** The space that edges run through, on both sides of the VMs in a lane. */
const EDGE_MARGIN: Record<Flow, number> = { down: 18, across: 26 };
export const LANE_H = 34;
/** A lane that is wider than this wraps into several lines; one that is higher, or higher than its islands, into several columns. */
const LANE_MAX_W = 900;
const LANE_MAX_H = 300;
/** Padding on both sides of the text in a lane's round chip. */
const ROUND = 16;

/** A block before its width is known, with the minimum width for each flow. */
export interface BlockNeed {
  readonly block: Block;
  readonly layers: readonly (readonly IslandNeed[])[];
  readonly w: Readonly<Record<Flow, number>>;
  /** The height at its minimum width. */
  readonly h: Readonly<Record<Flow, number>>;
}

/** A block with its positions, relative to it. */
export interface BlockBox extends Rect {
  readonly islandBoxes: readonly IslandBox[];
  readonly lanes: readonly ChipBox[];
}

function laneWidth(model: Model, vmId: string): number {
  const note = model.onlyGateways.has(vmId) ? smallWidth(text.onlyGateway) + GAP : 0;
  return chipWidth(model.vms.get(vmId)?.name ?? '', islandsOfVm(model, vmId).length) + ROUND + note;
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
/** The total width of items side by side, including gaps. */
const row = (sizes: readonly number[]): number => sum(sizes) + BLOCK_GAP * Math.max(0, sizes.length - 1);

export function blockNeed(model: Model, block: Block, options: LayoutOptions): BlockNeed {
  const inLanes = new Set(block.lanes.flat());
  const layers = block.layers.map((layer) => layer.map((island) => islandNeed(model, island, inLanes, options)));
  const lanes = block.lanes.map((vms) => sum(vms.map((id) => laneWidth(model, id) + GAP * 2)));
  const down = Math.max(
    ...layers.map((layer) => row(layer.map((islandBox) => islandBox.w))),
    Math.min(LANE_MAX_W, Math.max(...lanes)),
  );
  const across = layers.length === 1 ? down : acrossWidth(model, block, layers);
  const h = { down: downHeight(model, block, layers, down), across: 0 };
  h.across = layers.length === 1 ? h.down : acrossHeight(block, layers);
  return { block, layers, w: { down, across }, h };
}

function acrossWidth(model: Model, block: Block, layers: BlockNeed['layers']): number {
  const rows = rowsOfLane(heightsOf(layers));
  return sum(layers.map(columnWidth)) + sum(layers.map((_, index) => between(model, block, index, rows)));
}

function acrossHeight(block: Block, layers: BlockNeed['layers']): number {
  const heights = layers.map((layer) => {
    const w = columnWidth(layer);
    return row(layer.map((islandBox) => islandHeight(islandBox, w)));
  });
  return Math.max(...heights, ...chipsHeights(block, rowsOfLane(heightsOf(layers))));
}

const chipsHeights = ({ lanes }: Block, rows: number): number[] =>
  lanes.map((ids) => Math.min(rows, ids.length) * (LANE_H + GAP) - GAP);

function downHeight(model: Model, { lanes }: Block, layers: BlockNeed['layers'], width: number): number {
  return layers.reduce((y, layer, index) => {
    const stretch = stretchOf(layer, width);
    const bottom = y + Math.max(...layer.map((islandBox) => islandHeight(islandBox, islandBox.w * stretch)));
    const lines = linesOfLane(model, lanes[index] ?? [], width).length;
    if (lines > 0) return bottom + 2 * EDGE_MARGIN.down + lines * (LANE_H + GAP) - GAP;
    return index + 1 < layers.length ? bottom + BLOCK_GAP : bottom;
  }, 0);
}

const heightsOf = (layers: BlockNeed['layers']): number[] =>
  layers.map((layer) => row(layer.map((islandBox) => islandHeight(islandBox, islandBox.w))));

const columnWidth = (layer: readonly IslandNeed[]): number => Math.max(...layer.map((islandBox) => islandBox.w));

/** How many VMs of a lane are stacked beside columns of these heights. */
const rowsOfLane = (heights: readonly number[]): number =>
  Math.max(1, Math.floor((Math.max(LANE_MAX_H, ...heights) + GAP) / (LANE_H + GAP)));

/** The lane on the right of a column: as wide as its VMs need, none after the last column. */
function between(model: Model, { lanes, layers }: Block, index: number, rows: number): number {
  const columns = columnsOf(lanes[index] ?? [], rows);
  if (columns.length === 0) return index + 1 < layers.length ? BLOCK_GAP : 0;
  return (
    sum(columns.map((ids) => Math.max(...ids.map((id) => laneWidth(model, id))))) +
    GAP * columns.length +
    EDGE_MARGIN.across * 2 -
    GAP
  );
}

function columnsOf(ids: readonly string[], rows: number): string[][] {
  const columns: string[][] = [];
  for (let at = 0; at < ids.length; at += rows) columns.push(ids.slice(at, at + rows));
  return columns;
}

/** Lays out the block at a width of at least its minimum. The islands of a layer share the width in proportion and end together. */
export const layoutBlock = (model: Model, need: BlockNeed, flow: Flow, width: number): BlockBox =>
  flow === 'down' || need.layers.length === 1 ? layoutDown(model, need, width) : layoutAcross(model, need, width);

function layoutDown(model: Model, need: BlockNeed, width: number): BlockBox {
  const islandBoxes: IslandBox[] = [];
  const lanes: ChipBox[] = [];
  let y = 0;
  let next = layoutLayer(need.layers[0] ?? [], width);
  for (let index = 0; index < need.layers.length; index++) {
    const above = next;
    next = layoutLayer(need.layers[index + 1] ?? [], width);
    islandBoxes.push(...above.map((islandBox) => movedIsland(islandBox, 0, y)));
    y += Math.max(...above.map((islandBox) => islandBox.h));
    const vms = need.block.lanes[index] ?? [];
    if (vms.length > 0) {
      const lane = layoutLane(model, vms, [...above, ...next], width, y + EDGE_MARGIN.down);
      lanes.push(...lane.boxes);
      y = lane.bottom + EDGE_MARGIN.down;
    } else if (next.length > 0) y += BLOCK_GAP;
  }
  return { x: 0, y: 0, w: width, h: y, islandBoxes, lanes };
}

/** How much wider than their minimum the islands of a layer become. */
const stretchOf = (needs: readonly IslandNeed[], width: number): number =>
  (width - BLOCK_GAP * (needs.length - 1)) / sum(needs.map((islandBox) => islandBox.w));

function layoutLayer(needs: readonly IslandNeed[], width: number): IslandBox[] {
  const stretch = stretchOf(needs, width);
  const boxes = needs.map((need) => layoutIsland(need, need.w * stretch));
  const h = Math.max(0, ...boxes.map((box) => box.h));
  let x = 0;
  return boxes.map((box) => {
    const placed = movedIsland({ ...box, h }, x, 0);
    x += box.w + BLOCK_GAP;
    return placed;
  });
}

/** Centers each VM of a lane between its islands as far as possible, without overlap, in as many lines as needed. */
function layoutLane(
  model: Model,
  vmIds: readonly string[],
  near: readonly IslandBox[],
  width: number,
  top: number,
): { boxes: ChipBox[]; bottom: number } {
  const centre = new Map(near.map((islandBox) => [islandBox.island.id, islandBox.x + islandBox.w / 2]));
  let y = top;
  const boxes = linesOfLane(model, vmIds, width).flatMap((line) => {
    const wanted = line.map((chip) => ({ ...chip, at: middleOf(model, chip.vmId, centre) ?? width / 2 }));
    const placed = spread(wanted, width, GAP * 2).map(({ vmId, w, x }) => ({ vmId, w, x, y, h: LANE_H }));
    y += LANE_H + GAP;
    return placed;
  });
  return { boxes, bottom: y - GAP };
}

/** Wraps the VMs of a lane into lines. */
function linesOfLane(model: Model, vmIds: readonly string[], width: number): { vmId: string; w: number }[][] {
  const lines: { vmId: string; w: number }[][] = [];
  let used = Infinity;
  for (const vmId of vmIds) {
    const w = laneWidth(model, vmId);
    used += w + GAP * 2;
    if (used > width) {
      lines.push([]);
      used = w + GAP * 2;
    }
    lines.at(-1)?.push({ vmId, w });
  }
  return lines;
}

/** The center of a VM's nearby islands; null: none is near. */
function middleOf(model: Model, vmId: string, centre: ReadonlyMap<string, number>): number | null {
  const at = islandsOfVm(model, vmId).flatMap((island) => centre.get(island.id) ?? []);
  return at.length === 0 ? null : sum(at) / at.length;
}

/** Layers as vertically centered columns, with the VMs in lanes between them: edges are short and horizontal. */
function layoutAcross(model: Model, need: BlockNeed, width: number): BlockBox {
  const stretch = 1 + (width - need.w.across) / sum(need.layers.map(columnWidth));
  const columns = need.layers.map((layer) => {
    const w = columnWidth(layer) * stretch;
    return layer.map((islandBox) => layoutIsland(islandBox, w));
  });
  const heights = columns.map((column) => row(column.map((islandBox) => islandBox.h)));
  const rows = rowsOfLane(heightsOf(need.layers));
  const h = Math.max(...heights, ...chipsHeights(need.block, rows));
  const islandBoxes: IslandBox[] = [];
  const laneWidths: { readonly x: number; readonly vms: readonly string[] }[] = [];
  let x = 0;
  columns.forEach((column, index) => {
    let y = (h - (heights[index] ?? 0)) / 2;
    for (const islandBox of column) {
      islandBoxes.push(movedIsland(islandBox, x, y));
      y += islandBox.h + BLOCK_GAP;
    }
    x += Math.max(...column.map((islandBox) => islandBox.w));
    laneWidths.push({ x: x + EDGE_MARGIN.across, vms: need.block.lanes[index] ?? [] });
    x += between(model, need.block, index, rows);
  });
  const centre = new Map(islandBoxes.map((islandBox) => [islandBox.island.id, islandBox.y + islandBox.h / 2]));
  const lanes = laneWidths.flatMap(({ x: left, vms }) => vmsInLanes(model, vms, rows, centre, left, h));
  return { x: 0, y: 0, w: width, h, islandBoxes, lanes };
}

/** Stacks VMs in a lane, each as close as possible to the center of its islands. */
function vmsInLanes(
  model: Model,
  vmIds: readonly string[],
  rows: number,
  centre: ReadonlyMap<string, number>,
  left: number,
  h: number,
): ChipBox[] {
  let x = left;
  return columnsOf(vmIds, rows).flatMap((ids) => {
    const w = Math.max(...ids.map((id) => laneWidth(model, id)));
    const wanted = ids.map((vmId) => ({ vmId, w: LANE_H, at: middleOf(model, vmId, centre) ?? h / 2 }));
    const boxes = spread(wanted, h, GAP).map(({ vmId, x: y }): ChipBox => {
      const own = laneWidth(model, vmId);
      return { vmId, x: x + (w - own) / 2, y, w: own, h: LANE_H };
    });
    x += w + GAP;
    return boxes;
  });
}
