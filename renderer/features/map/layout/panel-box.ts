import type { Model } from '../model';
import { BLOCK_GAP, type BlockBox, type BlockNeed, blockAt, blockNeed } from './block-box';
import { blocksOf } from './blocks';
import type { ChipBox, Flow, Group, IsleBox, LayoutOptions, PanelBox } from './boxes';
import { chipWidth, flow as inLines, packed } from './geometry';
import { movedIsle } from './isle-box';
import { wiresOf } from './wires';

const HEAD = 38;
const PAD = 16;
const MIN_W = 230;
const ALONE_HEAD = 22;
const EMPTY_H = 40;
/** Land is made wider by at most this share, where the water on its right would be a sliver. */
const MOST_STRETCH = 1.25;

/** A panel before it is known how wide it may be. */
export interface PanelNeed {
  readonly key: string;
  readonly group: Group;
  readonly blocks: readonly BlockNeed[];
  /** VMs on no network, as wide as their chips. */
  readonly alone: readonly { readonly vmId: string; readonly w: number }[];
  /** For each way in which layers may follow: the least width, and the area that it takes at about that width. */
  readonly least: Readonly<Record<Flow, number>>;
  readonly area: Readonly<Record<Flow, number>>;
}

export function panelNeed(model: Model, group: Group, options: LayoutOptions): PanelNeed {
  const blocks = blocksOf(model, group.islands, options.rank).map((block) => blockNeed(model, block, options));
  const alone = group.alone.map((vmId) => ({ vmId, w: chipWidth(model.vms.get(vmId)?.name ?? '', 0) }));
  const least = (flow: Flow): number => Math.max(MIN_W, ...blocks.map((block) => block.w[flow])) + 2 * PAD;
  const area = (flow: Flow): number =>
    blocks.reduce((sum, block) => sum + areaOf(model, block, flow), 0) + alone.length * 4000;
  return {
    key: group.key,
    group,
    blocks,
    alone,
    least: { down: least('down'), across: least('across') },
    area: { down: area('down'), across: area('across') },
  };
}

function areaOf(model: Model, block: BlockNeed, flow: Flow): number {
  const box = blockAt(model, block, flow, block.w[flow]);
  return (box.w + BLOCK_GAP) * (box.h + BLOCK_GAP);
}

/** The panel at a width of at least its least. */
export function panelAt(model: Model, need: PanelNeed, flow: Flow, width: number): PanelBox {
  const inner = width - 2 * PAD;
  const blocks = settled(model, need.blocks, flow, inner);
  const bottom = Math.max(
    HEAD + (need.alone.length === 0 ? EMPTY_H : -BLOCK_GAP),
    ...blocks.map((one) => one.y + one.h),
  );
  const aloneY = need.alone.length === 0 ? null : bottom + BLOCK_GAP;
  const alone = inLines(need.alone, inner, PAD, (aloneY ?? 0) + ALONE_HEAD);
  return {
    key: need.key,
    of: need.group.of,
    x: 0,
    y: 0,
    w: width,
    h: (aloneY === null ? bottom : aloneY + ALONE_HEAD + alone.height) + PAD,
    used: Math.max(MIN_W, ...blocks.map((one) => one.x - PAD + one.natural), ...ends(alone.boxes)) + 2 * PAD,
    isles: blocks.flatMap((one) => one.isles),
    straits: blocks.flatMap((one) => one.straits),
    wires: blocks.flatMap((one) => wiresOf(model, flow, one.straits, one.isles)),
    alone: alone.boxes,
    aloneY,
  };
}

const ends = (chips: readonly ChipBox[]): number[] => chips.map((chip) => chip.x + chip.w - PAD);

interface Settled {
  readonly x: number;
  readonly y: number;
  readonly h: number;
  /** How wide it would be if it were not made wider. */
  readonly natural: number;
  readonly isles: readonly IsleBox[];
  readonly straits: readonly ChipBox[];
}

/** Blocks in their order, each where it finds room; one that ends close to the edge of the water ends there. */
function settled(model: Model, needs: readonly BlockNeed[], flow: Flow, inner: number): Settled[] {
  const natural = needs.map((need) => blockAt(model, need, flow, need.w[flow]));
  const places = packed(
    natural.map((box, index) => ({ index, w: box.w, h: box.h })),
    inner,
    BLOCK_GAP,
  );
  return places.map((place) => {
    const need = needs[place.index];
    const box = natural[place.index];
    if (need === undefined || box === undefined) throw new Error('a block was lost');
    const right = Math.min(
      inner,
      ...places
        .filter((other) => other.x >= place.x + place.w && other.y < place.y + place.h && place.y < other.y + other.h)
        .map((other) => other.x - BLOCK_GAP),
    );
    const room = right - place.x;
    const wider = room > box.w && room <= box.w * MOST_STRETCH ? blockAt(model, need, flow, room) : box;
    return { ...moved(wider, PAD + place.x, HEAD + place.y), natural: place.w };
  });
}

const moved = (block: BlockBox, x: number, y: number) => ({
  x,
  y,
  h: block.h,
  isles: block.isles.map((isle) => movedIsle(isle, x, y)),
  straits: block.straits.map((chip) => ({ ...chip, x: chip.x + x, y: chip.y + y })),
});
