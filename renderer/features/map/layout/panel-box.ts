import type { Model } from '../model';
import { BLOCK_GAP, type BlockBox, type BlockNeed, layoutBlock, blockNeed } from './block-box';
import { blocksOf } from './blocks';
import type { BlockPlace, ChipBox, Flow, Group, IslandBox, LayoutOptions, PanelBox } from './boxes';
import { chipWidth, flow as inLines, packed, type Rect } from './geometry';
import { movedIsland } from './island-box';
import { edgesOf } from './edges';

export const HEAD = 38;
export const PAD = 16;
const MIN_W = 230;
const ALONE_HEAD = 22;
const EMPTY_H = 40;
/** An island is stretched by at most this share where only a sliver would remain on its right. */
const MOST_STRETCH = 1.25;

/** A panel before its width is known. */
export interface PanelNeed {
  readonly key: string;
  readonly group: Group;
  readonly blocks: readonly BlockNeed[];
  /** VMs without a network, at their chips' width. */
  readonly alone: readonly { readonly vmId: string; readonly w: number }[];
  /** For each flow: the minimum width, and the area at about that width. */
  readonly least: Readonly<Record<Flow, number>>;
  readonly area: Readonly<Record<Flow, number>>;
}

export function panelNeed(model: Model, group: Group, options: LayoutOptions): PanelNeed {
  const blocks = blocksOf(model, group.islands, options).map((block) => blockNeed(model, block, options));
  const alone = group.alone.map((vmId) => ({ vmId, w: chipWidth(model.vms.get(vmId)?.name ?? '', 0) }));
  const least = (flow: Flow): number => Math.max(MIN_W, ...blocks.map((block) => block.w[flow])) + 2 * PAD;
  const area = (flow: Flow): number =>
    blocks.reduce((sum, block) => sum + areaOf(block, flow), 0) + alone.length * 4000;
  return {
    key: group.key,
    group,
    blocks,
    alone,
    least: { down: least('down'), across: least('across') },
    area: { down: area('down'), across: area('across') },
  };
}

const areaOf = ({ w, h }: BlockNeed, flow: Flow): number => (w[flow] + BLOCK_GAP) * (h[flow] + BLOCK_GAP);

/** The panel's height at a width, and the width it would use: the input of a plan. */
export function panelSize(need: PanelNeed, flow: Flow, width: number): { readonly used: number; readonly h: number } {
  const inner = width - 2 * PAD;
  const places = placesOf(need, flow, inner);
  const bottom = bottomOf(need, places);
  const alone = inLines(need.alone, inner, 0, 0);
  return { used: usedBy(places, alone.boxes), h: bottom + aloneHeight(need, alone.height) + PAD };
}

const placesOf = (need: PanelNeed, flow: Flow, inner: number) =>
  packed(
    need.blocks.map((block) => ({ block, w: block.w[flow], h: block.h[flow] })),
    inner,
    BLOCK_GAP,
  );
type Place = ReturnType<typeof placesOf>[number];

function bottomOf({ alone }: PanelNeed, places: readonly Place[]): number {
  let bottom = HEAD + (alone.length === 0 ? EMPTY_H : -BLOCK_GAP);
  for (const { y, h } of places) bottom = Math.max(bottom, HEAD + y + h);
  return bottom;
}

function usedBy(places: readonly Place[], alone: readonly Rect[]): number {
  let used = MIN_W;
  for (const { x, w } of [...places, ...alone]) used = Math.max(used, x + w);
  return used + 2 * PAD;
}

const aloneHeight = ({ alone }: PanelNeed, h: number): number => (alone.length === 0 ? 0 : BLOCK_GAP + ALONE_HEAD + h);

/** Lays out the panel at a width of at least its minimum. */
export function layoutPanel(model: Model, need: PanelNeed, flow: Flow, width: number): PanelBox {
  const inner = width - 2 * PAD;
  const places = placesOf(need, flow, inner);
  const blocks = settled(model, places, flow, inner);
  const bottom = bottomOf(need, places);
  return panelBox(model, need, blocks, { w: width, h: 0, aloneY: bottom + BLOCK_GAP });
}

/** The panel with its blocks where they are, at least as high as `size`. */
export function panelBox(
  model: Model,
  need: PanelNeed,
  blocks: readonly Settled[],
  size: { readonly w: number; readonly h: number; readonly aloneY: number },
): PanelBox {
  const alone = inLines(need.alone, size.w - 2 * PAD, PAD, size.aloneY + ALONE_HEAD);
  const bottom = size.aloneY - BLOCK_GAP;
  return {
    key: need.key,
    of: need.group.of,
    x: 0,
    y: 0,
    w: size.w,
    h: Math.max(size.h, bottom + aloneHeight(need, alone.height) + PAD),
    islandBoxes: blocks.flatMap((one) => one.islandBoxes),
    lanes: blocks.flatMap((one) => one.lanes),
    edges: blocks.flatMap((one) => edgesOf(model, one.place.flow, one.lanes, one.islandBoxes)),
    blocks: blocks.map((one) => one.place),
    alone: alone.boxes,
    aloneY: need.alone.length === 0 ? null : size.aloneY,
  };
}

/** A block in its place. */
export interface Settled {
  readonly place: BlockPlace;
  readonly islandBoxes: readonly IslandBox[];
  readonly lanes: readonly ChipBox[];
}

/** Positions are searched in bands of this height. */
const BAND = 200;

/** Positions each block; one that ends close to the panel's edge, or to the next block, is stretched to it. */
function settled(model: Model, places: readonly Place[], flow: Flow, inner: number): Settled[] {
  const bands = new Map<number, Place[]>();
  for (const place of places)
    for (const band of bandsOf(place)) {
      const there = bands.get(band);
      if (there === undefined) bands.set(band, [place]);
      else there.push(place);
    }
  return places.map((place) => {
    let right = inner;
    for (const band of bandsOf(place))
      for (const { x, y, h } of bands.get(band) ?? [])
        if (x >= place.x + place.w && y < place.y + place.h && place.y < y + h) right = Math.min(right, x - BLOCK_GAP);
    const room = right - place.x;
    const wider = room > place.w && room <= place.w * MOST_STRETCH;
    const box = layoutBlock(model, place.block, flow, wider ? room : place.w);
    return placedAt(place.block, box, flow, PAD + place.x, HEAD + place.y);
  });
}

function bandsOf({ y, h }: Place): number[] {
  const first = Math.floor(y / BAND);
  return Array.from({ length: Math.floor((y + h) / BAND) - first + 1 }, (_, i) => first + i);
}

/** The block with its upper left corner at (`x`, `y`) of the panel. */
export const placedAt = (need: BlockNeed, block: BlockBox, flow: Flow, x: number, y: number): Settled => ({
  place: { islandIds: islandIdsOf(need), flow, x, y, w: block.w, h: block.h },
  islandBoxes: block.islandBoxes.map((islandBox) => movedIsland(islandBox, x, y)),
  lanes: block.lanes.map((chip) => ({ ...chip, x: chip.x + x, y: chip.y + y })),
});

export const islandIdsOf = ({ block }: BlockNeed): string[] => block.layers.flat().map((island) => island.id);
