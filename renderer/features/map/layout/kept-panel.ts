import type { Model } from '../model';
import { BLOCK_GAP, type BlockNeed, layoutBlock } from './block-box';
import type { BlockPlace, Flow, PanelBox } from './boxes';
import type { Rect } from './geometry';
import { HEAD, islandIdsOf, PAD, panelBox, type PanelNeed, placedAt, type Settled } from './panel-box';
import { freeSpot, isFree, makeWay } from './room';

/** How far a panel can grow without moving another one. */
export interface Room {
  readonly w: number;
  readonly h: number;
}

/**
 * Lays out a panel after a change so that what did not change keeps its place. A block that changed stays where it, or one of those
 * it was made of, was, if it fits there; else it moves to the nearest free place, where the panel grows if it must. Islands that the
 * user expands stay, and the others make way: collapsed again, they return.
 */
export function keptPanel(model: Model, need: PanelNeed, old: PanelBox, room: Room, byUser: boolean): PanelBox {
  const before = new Map(need.blocks.map((block) => [block, predecessors(block, old.blocks)]));
  const settled = new Map<BlockNeed, Settled>();
  const grown: string[] = [];
  for (const [block, olds] of before) {
    const [same] = olds;
    if (same === undefined || olds.length > 1 || same.islandIds.length !== islandIdsOf(block).length) continue;
    const kept = inPlace(model, block, same, same.w);
    if (kept !== null && kept.place.h <= same.h + 0.01) settled.set(block, kept);
    else if (byUser) {
      const w = Math.max(same.w, Math.min(block.w[same.flow], old.w - PAD - same.x));
      const wider = inPlace(model, block, same, w) ?? inPlace(model, block, same, block.w[same.flow]);
      if (wider === null) continue;
      settled.set(block, wider);
      grown.push(keyOf(wider.place));
    }
  }
  for (const [block, olds] of before)
    if (!settled.has(block)) settled.set(block, movedTo(model, block, olds, [...settled.values()], old, room));
  const blocks = need.blocks.flatMap((block) => settled.get(block) ?? []);
  const moved = grown.length === 0 ? blocks : pushed(model, need, blocks, old, grown);
  const bottom = Math.max(HEAD, ...moved.map(({ place }) => place.y + place.h));
  const right = Math.max(0, ...moved.map(({ place }) => place.x + place.w));
  return panelBox(model, need, moved, {
    w: Math.max(old.w, right + PAD),
    h: old.h,
    aloneY: Math.max(bottom + BLOCK_GAP, old.aloneY ?? 0),
  });
}

const keyOf = (place: BlockPlace): string => place.islandIds.join();

/** The places of the blocks that have one of its islands, largest first. */
function predecessors(block: BlockNeed, olds: readonly BlockPlace[]): BlockPlace[] {
  const ids = new Set(islandIdsOf(block));
  return olds.filter((one) => one.islandIds.some((id) => ids.has(id))).sort((a, b) => b.w * b.h - a.w * a.h);
}

/** The block at its old place, at a width; null: something in it would not fit. */
function inPlace(model: Model, block: BlockNeed, { x, y, flow }: BlockPlace, w: number): Settled | null {
  const box = layoutBlock(model, block, flow, w);
  const least = new Map(block.layers.flat().map((need) => [need.island.id, need.least]));
  const fits =
    box.islandBoxes.every(({ island, w: own }) => own >= (least.get(island.id) ?? 0) - 0.01) &&
    box.lanes.every((chip) => chip.x >= -0.01 && chip.x + chip.w <= w + 0.01);
  return fits ? placedAt(block, box, flow, x, y) : null;
}

function movedTo(
  model: Model,
  block: BlockNeed,
  olds: readonly BlockPlace[],
  settled: readonly Settled[],
  old: PanelBox,
  room: Room,
): Settled {
  const others = settled.map(({ place }) => place);
  const [first] = olds;
  const flows: Flow[] = (first?.flow ?? old.blocks[0]?.flow) === 'across' ? ['across', 'down'] : ['down', 'across'];
  const shapes = flows.flatMap((flow) =>
    [...new Set([...olds.map((one) => Math.max(one.w, block.w[flow])), block.w[flow]])].map((w) => ({
      flow,
      box: layoutBlock(model, block, flow, w),
    })),
  );
  const bounds = [
    inside(old.w, old.h),
    inside(Math.max(old.w, room.w), Math.max(old.h, room.h)),
    inside(Math.max(old.w, room.w), Infinity),
    inside(Infinity, Infinity),
  ];
  for (const within of bounds) {
    for (const { x, y } of olds)
      for (const { flow, box } of shapes)
        if (isFree({ x, y, w: box.w, h: box.h }, others, within, BLOCK_GAP)) return placedAt(block, box, flow, x, y);
    for (const { flow, box } of shapes) {
      const spot = freeSpot(box, others, within, BLOCK_GAP, first ?? { x: PAD, y: HEAD });
      if (spot !== null) return placedAt(block, box, flow, spot.x, spot.y);
    }
  }
  throw new Error('a panel without end has no room');
}

const inside = (w: number, h: number): Rect => ({ x: PAD, y: HEAD, w: w - 2 * PAD, h: h - HEAD - PAD });

/** The blocks after those that the user expanded have pushed the others out of their way. */
function pushed(
  model: Model,
  need: PanelNeed,
  blocks: readonly Settled[],
  old: PanelBox,
  grown: readonly string[],
): Settled[] {
  const boxes = blocks.map(({ place }) => ({ ...place, key: keyOf(place) }));
  const before = new Map<string, Rect>(old.blocks.map((place) => [keyOf(place), place]));
  return makeWay(boxes, before, grown, BLOCK_GAP).map((box, index) => {
    const [block, settled] = [need.blocks[index], blocks[index]];
    if (block === undefined || settled === undefined) throw new Error('a block is lost');
    if (box.x === settled.place.x && box.y === settled.place.y) return settled;
    return placedAt(block, layoutBlock(model, block, box.flow, box.w), box.flow, box.x, box.y);
  });
}
