import type { Model } from '../model';
import { BLOCK_GAP, type BlockBox, type BlockNeed, layoutBlock, blockNeed } from './block-box';
import { blocksOf } from './blocks';
import type { ChipBox, Flow, Group, IslandBox, LayoutOptions, PanelBox } from './boxes';
import { chipWidth, flow as inLines, packed, type Rect } from './geometry';
import { movedIsland } from './island-box';
import { edgesOf } from './edges';

const HEAD = 38;
const PAD = 16;
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
  const blocks = blocksOf(model, group.islands, options.rank).map((block) => blockNeed(model, block, options));
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
  const aloneY = need.alone.length === 0 ? null : bottom + BLOCK_GAP;
  const alone = inLines(need.alone, inner, PAD, (aloneY ?? 0) + ALONE_HEAD);
  return {
    key: need.key,
    of: need.group.of,
    x: 0,
    y: 0,
    w: width,
    h: bottom + aloneHeight(need, alone.height) + PAD,
    islandBoxes: blocks.flatMap((one) => one.islandBoxes),
    lanes: blocks.flatMap((one) => one.lanes),
    edges: blocks.flatMap((one) => edgesOf(model, flow, one.lanes, one.islandBoxes)),
    alone: alone.boxes,
    aloneY,
  };
}

interface Settled {
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
    return moved(box, PAD + place.x, HEAD + place.y);
  });
}

function bandsOf({ y, h }: Place): number[] {
  const first = Math.floor(y / BAND);
  return Array.from({ length: Math.floor((y + h) / BAND) - first + 1 }, (_, i) => first + i);
}

const moved = (block: BlockBox, x: number, y: number): Settled => ({
  islandBoxes: block.islandBoxes.map((islandBox) => movedIsland(islandBox, x, y)),
  lanes: block.lanes.map((chip) => ({ ...chip, x: chip.x + x, y: chip.y + y })),
});
