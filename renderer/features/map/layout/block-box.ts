import { islandsOfVm, type Model } from '../model';
import { text } from '../text';
import type { Block } from './blocks';
import type { ChipBox, Flow, IsleBox, LayoutOptions } from './boxes';
import { chipWidth, GAP, type Rect, spread } from './geometry';
import { type IsleNeed, isleAt, isleHeight, isleNeed, movedIsle } from './isle-box';
import { smallWidth } from './name-width';

export const BLOCK_GAP = 16;
/** The space that edges run through, on both sides of the VMs in a lane. */
const BAR: Record<Flow, number> = { down: 18, across: 26 };
export const STRAIT_H = 34;
/** A lane that is wider than this wraps into several lines; one that is higher, or higher than its islands, into several columns. */
const STRAIT_MOST_W = 900;
const STRAIT_MOST_H = 300;
/** Padding on both sides of the text in a lane's round chip. */
const ROUND = 16;

/** A block before its width is known, with the minimum width for each flow. */
export interface BlockNeed {
  readonly block: Block;
  readonly layers: readonly (readonly IsleNeed[])[];
  readonly w: Readonly<Record<Flow, number>>;
  /** The height at its minimum width. */
  readonly h: Readonly<Record<Flow, number>>;
}

/** A block with its positions, relative to it. */
export interface BlockBox extends Rect {
  readonly isles: readonly IsleBox[];
  readonly straits: readonly ChipBox[];
}

function straitWidth(model: Model, vmId: string): number {
  const note = model.onlyWaysOut.has(vmId) ? smallWidth(text.onlyWayOut) + GAP : 0;
  return chipWidth(model.vms.get(vmId)?.name ?? '', islandsOfVm(model, vmId).length) + ROUND + note;
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
/** The total width of items side by side, including gaps. */
const row = (sizes: readonly number[]): number => sum(sizes) + BLOCK_GAP * Math.max(0, sizes.length - 1);

export function blockNeed(model: Model, block: Block, options: LayoutOptions): BlockNeed {
  const standing = new Set(block.straits.flat());
  const layers = block.layers.map((layer) => layer.map((island) => isleNeed(model, island, standing, options)));
  const straits = block.straits.map((vms) => sum(vms.map((id) => straitWidth(model, id) + GAP * 2)));
  const down = Math.max(
    ...layers.map((layer) => row(layer.map((isle) => isle.w))),
    Math.min(STRAIT_MOST_W, Math.max(...straits)),
  );
  const across = layers.length === 1 ? down : acrossWidth(model, block, layers);
  const h = { down: downHeight(model, block, layers, down), across: 0 };
  h.across = layers.length === 1 ? h.down : acrossHeight(block, layers);
  return { block, layers, w: { down, across }, h };
}

function acrossWidth(model: Model, block: Block, layers: BlockNeed['layers']): number {
  const rows = rowsOfStrait(heightsOf(layers));
  return sum(layers.map(columnWidth)) + sum(layers.map((_, index) => between(model, block, index, rows)));
}

function acrossHeight(block: Block, layers: BlockNeed['layers']): number {
  const heights = layers.map((layer) => {
    const w = columnWidth(layer);
    return row(layer.map((isle) => isleHeight(isle, w)));
  });
  return Math.max(...heights, ...chipsHeights(block, rowsOfStrait(heightsOf(layers))));
}

const chipsHeights = ({ straits }: Block, rows: number): number[] =>
  straits.map((ids) => Math.min(rows, ids.length) * (STRAIT_H + GAP) - GAP);

function downHeight(model: Model, { straits }: Block, layers: BlockNeed['layers'], width: number): number {
  return layers.reduce((y, layer, index) => {
    const stretch = stretchOf(layer, width);
    const bottom = y + Math.max(...layer.map((isle) => isleHeight(isle, isle.w * stretch)));
    const lines = linesOfStrait(model, straits[index] ?? [], width).length;
    if (lines > 0) return bottom + 2 * BAR.down + lines * (STRAIT_H + GAP) - GAP;
    return index + 1 < layers.length ? bottom + BLOCK_GAP : bottom;
  }, 0);
}

const heightsOf = (layers: BlockNeed['layers']): number[] =>
  layers.map((layer) => row(layer.map((isle) => isleHeight(isle, isle.w))));

const columnWidth = (layer: readonly IsleNeed[]): number => Math.max(...layer.map((isle) => isle.w));

/** How many VMs of a lane are stacked beside columns of these heights. */
const rowsOfStrait = (heights: readonly number[]): number =>
  Math.max(1, Math.floor((Math.max(STRAIT_MOST_H, ...heights) + GAP) / (STRAIT_H + GAP)));

/** The lane on the right of a column: as wide as its VMs need, none after the last column. */
function between(model: Model, { straits, layers }: Block, index: number, rows: number): number {
  const columns = columnsOf(straits[index] ?? [], rows);
  if (columns.length === 0) return index + 1 < layers.length ? BLOCK_GAP : 0;
  return (
    sum(columns.map((ids) => Math.max(...ids.map((id) => straitWidth(model, id))))) +
    GAP * columns.length +
    BAR.across * 2 -
    GAP
  );
}

function columnsOf(ids: readonly string[], rows: number): string[][] {
  const columns: string[][] = [];
  for (let at = 0; at < ids.length; at += rows) columns.push(ids.slice(at, at + rows));
  return columns;
}

/** Lays out the block at a width of at least its minimum. The islands of a layer share the width in proportion and end together. */
export const blockAt = (model: Model, need: BlockNeed, flow: Flow, width: number): BlockBox =>
  flow === 'down' || need.layers.length === 1 ? downAt(model, need, width) : acrossAt(model, need, width);

function downAt(model: Model, need: BlockNeed, width: number): BlockBox {
  const isles: IsleBox[] = [];
  const straits: ChipBox[] = [];
  let y = 0;
  let next = layerAt(need.layers[0] ?? [], width);
  for (let index = 0; index < need.layers.length; index++) {
    const above = next;
    next = layerAt(need.layers[index + 1] ?? [], width);
    isles.push(...above.map((isle) => movedIsle(isle, 0, y)));
    y += Math.max(...above.map((isle) => isle.h));
    const vms = need.block.straits[index] ?? [];
    if (vms.length > 0) {
      const strait = straitAt(model, vms, [...above, ...next], width, y + BAR.down);
      straits.push(...strait.boxes);
      y = strait.bottom + BAR.down;
    } else if (next.length > 0) y += BLOCK_GAP;
  }
  return { x: 0, y: 0, w: width, h: y, isles, straits };
}

/** How much wider than their minimum the islands of a layer become. */
const stretchOf = (needs: readonly IsleNeed[], width: number): number =>
  (width - BLOCK_GAP * (needs.length - 1)) / sum(needs.map((isle) => isle.w));

function layerAt(needs: readonly IsleNeed[], width: number): IsleBox[] {
  const stretch = stretchOf(needs, width);
  const boxes = needs.map((need) => isleAt(need, need.w * stretch));
  const h = Math.max(0, ...boxes.map((box) => box.h));
  let x = 0;
  return boxes.map((box) => {
    const placed = movedIsle({ ...box, h }, x, 0);
    x += box.w + BLOCK_GAP;
    return placed;
  });
}

/** Centers each VM of a lane between its islands as far as possible, without overlap, in as many lines as needed. */
function straitAt(
  model: Model,
  vmIds: readonly string[],
  near: readonly IsleBox[],
  width: number,
  top: number,
): { boxes: ChipBox[]; bottom: number } {
  const centre = new Map(near.map((isle) => [isle.island.id, isle.x + isle.w / 2]));
  let y = top;
  const boxes = linesOfStrait(model, vmIds, width).flatMap((line) => {
    const wanted = line.map((chip) => ({ ...chip, at: middleOf(model, chip.vmId, centre) ?? width / 2 }));
    const placed = spread(wanted, width, GAP * 2).map(({ vmId, w, x }) => ({ vmId, w, x, y, h: STRAIT_H }));
    y += STRAIT_H + GAP;
    return placed;
  });
  return { boxes, bottom: y - GAP };
}

/** Wraps the VMs of a lane into lines. */
function linesOfStrait(model: Model, vmIds: readonly string[], width: number): { vmId: string; w: number }[][] {
  const lines: { vmId: string; w: number }[][] = [];
  let used = Infinity;
  for (const vmId of vmIds) {
    const w = straitWidth(model, vmId);
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
function acrossAt(model: Model, need: BlockNeed, width: number): BlockBox {
  const stretch = 1 + (width - need.w.across) / sum(need.layers.map(columnWidth));
  const columns = need.layers.map((layer) => {
    const w = columnWidth(layer) * stretch;
    return layer.map((isle) => isleAt(isle, w));
  });
  const heights = columns.map((column) => row(column.map((isle) => isle.h)));
  const rows = rowsOfStrait(heightsOf(need.layers));
  const h = Math.max(...heights, ...chipsHeights(need.block, rows));
  const isles: IsleBox[] = [];
  const waters: { readonly x: number; readonly vms: readonly string[] }[] = [];
  let x = 0;
  columns.forEach((column, index) => {
    let y = (h - (heights[index] ?? 0)) / 2;
    for (const isle of column) {
      isles.push(movedIsle(isle, x, y));
      y += isle.h + BLOCK_GAP;
    }
    x += Math.max(...column.map((isle) => isle.w));
    waters.push({ x: x + BAR.across, vms: need.block.straits[index] ?? [] });
    x += between(model, need.block, index, rows);
  });
  const centre = new Map(isles.map((isle) => [isle.island.id, isle.y + isle.h / 2]));
  const straits = waters.flatMap(({ x: left, vms }) => standingIn(model, vms, rows, centre, left, h));
  return { x: 0, y: 0, w: width, h, isles, straits };
}

/** Stacks VMs in a lane, each as close as possible to the center of its islands. */
function standingIn(
  model: Model,
  vmIds: readonly string[],
  rows: number,
  centre: ReadonlyMap<string, number>,
  left: number,
  h: number,
): ChipBox[] {
  let x = left;
  return columnsOf(vmIds, rows).flatMap((ids) => {
    const w = Math.max(...ids.map((id) => straitWidth(model, id)));
    const wanted = ids.map((vmId) => ({ vmId, w: STRAIT_H, at: middleOf(model, vmId, centre) ?? h / 2 }));
    const boxes = spread(wanted, h, GAP).map(({ vmId, x: y }): ChipBox => {
      const own = straitWidth(model, vmId);
      return { vmId, x: x + (w - own) / 2, y, w: own, h: STRAIT_H };
    });
    x += w + GAP;
    return boxes;
  });
}
