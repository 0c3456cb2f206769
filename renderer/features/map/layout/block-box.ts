import { islandsOfVm, type Model } from '../model';
import type { Block } from './blocks';
import type { ChipBox, IsleBox, LayoutOptions } from './boxes';
import { chipWidth, GAP, type Rect, spread } from './geometry';
import { type IsleNeed, isleAt, isleNeed, movedIsle } from './isle-box';

export const BLOCK_GAP = 18;
/** Height of the water through which passages run, above and below the VMs that stand in it. */
const BAR = 20;
const STRAIT_H = 34;
/** A strait wider than this is set in several lines. */
const STRAIT_MOST_W = 900;
/** Room on both sides of the words in a strait's round chip. */
const ROUND = 16;

/** A block before it is known how wide it may be. */
export interface BlockNeed {
  readonly block: Block;
  readonly layers: readonly (readonly IsleNeed[])[];
  readonly w: number;
}

/** A block with its places, relative to it. */
export interface BlockBox extends Rect {
  readonly isles: readonly IsleBox[];
  readonly straits: readonly ChipBox[];
}

const straitWidth = (model: Model, vmId: string): number =>
  chipWidth(model.vms.get(vmId)?.name ?? '', islandsOfVm(model, vmId).length) + ROUND;

export function blockNeed(model: Model, block: Block, options: LayoutOptions): BlockNeed {
  const standing = new Set(block.straits.flat());
  const layers = block.layers.map((layer) => layer.map((island) => isleNeed(model, island, standing, options)));
  const straits = block.straits.map((vms) => vms.reduce((sum, id) => sum + straitWidth(model, id) + GAP * 2, 0));
  const w = Math.max(
    ...layers.map((layer) => layer.reduce((sum, isle) => sum + isle.w + BLOCK_GAP, -BLOCK_GAP)),
    Math.min(STRAIT_MOST_W, Math.max(...straits)),
  );
  return { block, layers, w };
}

/** Islands of a layer share its width by what they need; all of a layer are as high as the highest. */
export function blockAt(model: Model, need: BlockNeed, width: number): BlockBox {
  const isles: IsleBox[] = [];
  const straits: ChipBox[] = [];
  let y = 0;
  let next = layerAt(need.layers[0] ?? [], width);
  for (let index = 0; index < need.layers.length; index++) {
    const row = next;
    next = layerAt(need.layers[index + 1] ?? [], width);
    isles.push(...row.map((isle) => movedIsle(isle, 0, y)));
    y += Math.max(...row.map((isle) => isle.h));
    const vms = need.block.straits[index] ?? [];
    if (vms.length > 0) {
      const strait = straitAt(model, vms, [...row, ...next], width, y + BAR);
      straits.push(...strait.boxes);
      y = strait.bottom + BAR;
    } else if (next.length > 0) y += BLOCK_GAP;
  }
  return { x: 0, y: 0, w: width, h: y, isles, straits };
}

function layerAt(needs: readonly IsleNeed[], width: number): IsleBox[] {
  const natural = needs.reduce((sum, isle) => sum + isle.w, 0);
  const stretch = (width - BLOCK_GAP * (needs.length - 1)) / natural;
  const boxes = needs.map((need) => isleAt(need, need.w * stretch));
  const h = Math.max(0, ...boxes.map((box) => box.h));
  let x = 0;
  return boxes.map((box) => {
    const placed = movedIsle({ ...box, h }, x, 0);
    x += box.w + BLOCK_GAP;
    return placed;
  });
}

/** Stands each VM of a strait as near as may be to the middle of its islands, without overlap, in as many lines as it takes. */
function straitAt(
  model: Model,
  vmIds: readonly string[],
  near: readonly IsleBox[],
  width: number,
  top: number,
): { boxes: ChipBox[]; bottom: number } {
  const centre = new Map(near.map((isle) => [isle.island.id, isle.x + isle.w / 2]));
  const wanted = vmIds.map((vmId) => {
    const at = islandsOfVm(model, vmId).flatMap((island) => centre.get(island.id) ?? []);
    const w = straitWidth(model, vmId);
    return { vmId, w, at: at.length === 0 ? width / 2 : at.reduce((a, b) => a + b, 0) / at.length };
  });
  const boxes: ChipBox[] = [];
  let y = top;
  for (let rest = wanted; rest.length > 0; y += STRAIT_H + GAP) {
    let used = 0;
    const over = rest.findIndex((chip) => (used += chip.w + GAP * 2) > width);
    const line = over < 0 ? rest : rest.slice(0, Math.max(1, over));
    rest = rest.slice(line.length);
    boxes.push(...spread(line, width, GAP * 2).map(({ vmId, w, x }) => ({ vmId, w, x, y, h: STRAIT_H })));
  }
  return { boxes, bottom: y - GAP };
}
