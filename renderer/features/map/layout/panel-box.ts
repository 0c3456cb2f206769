import { groupBy } from '../../../ui/group';
import type { Model } from '../model';
import { BLOCK_GAP, type BlockBox, type BlockNeed, blockAt, blockNeed } from './block-box';
import { blocksOf } from './blocks';
import type { Group, LayoutOptions, PanelBox } from './boxes';
import { chipWidth, flow, shelves } from './geometry';
import { movedIsle } from './isle-box';
import { wiresOf } from './wires';

const HEAD = 38;
const PAD = 18;
const MIN_W = 250;
const ALONE_HEAD = 22;
const EMPTY_H = 60;

/** A panel before it is known how wide it may be. */
export interface PanelNeed {
  readonly key: string;
  readonly group: Group;
  readonly blocks: readonly BlockNeed[];
  /** VMs on no network, as wide as their chips. */
  readonly alone: readonly { readonly vmId: string; readonly w: number }[];
  /** The least width; `area` is what it takes at about that width. */
  readonly least: number;
  readonly area: number;
}

export function panelNeed(model: Model, group: Group, options: LayoutOptions): PanelNeed {
  const blocks = blocksOf(model, group.islands, options.rank).map((block) => blockNeed(model, block, options));
  const alone = group.alone.map((vmId) => ({ vmId, w: chipWidth(model.vms.get(vmId)?.name ?? '', 0) }));
  const need = { key: group.key, group, blocks, alone };
  const least = Math.max(MIN_W, ...blocks.map((block) => block.w)) + 2 * PAD;
  const area = blocks.reduce((sum, block) => sum + areaOf(model, block), 0) + alone.length * 4000;
  return { ...need, least, area };
}

function areaOf(model: Model, block: BlockNeed): number {
  const box = blockAt(model, block, block.w);
  return (box.w + BLOCK_GAP) * (box.h + BLOCK_GAP);
}

/** The panel at a width of at least its least. */
export function panelAt(model: Model, need: PanelNeed, width: number): PanelBox {
  const inner = width - 2 * PAD;
  const blocks = widened(model, need.blocks, inner);
  const bottom = Math.max(HEAD + EMPTY_H, ...blocks.map((block) => block.y + block.h));
  const aloneY = need.alone.length === 0 ? null : bottom + BLOCK_GAP;
  const alone = flow(need.alone, inner, PAD, (aloneY ?? 0) + ALONE_HEAD);
  const isles = blocks.flatMap((block) => block.isles.map((isle) => movedIsle(isle, block.x, block.y)));
  const straits = blocks.flatMap((block) =>
    block.straits.map((chip) => ({ ...chip, x: chip.x + block.x, y: chip.y + block.y })),
  );
  return {
    key: need.key,
    of: need.group.of,
    x: 0,
    y: 0,
    w: width,
    h: (aloneY === null ? bottom : aloneY + ALONE_HEAD + alone.height) + PAD,
    isles,
    straits,
    wires: wiresOf(model, straits, isles),
    alone: alone.boxes,
    aloneY,
  };
}

/** Blocks on shelves, each made wider by the same share of what its shelf leaves: land right to the edge of the water. */
function widened(model: Model, needs: readonly BlockNeed[], inner: number): BlockBox[] {
  const rough = shelves(
    needs.map((need) => ({ need, x: 0, y: 0, w: need.w, h: 1 })),
    inner,
    BLOCK_GAP,
    0,
  );
  let y = HEAD;
  return [...groupBy(rough, (box) => box.y).values()].flatMap((shelf) => {
    const spare = inner - shelf.reduce((sum, box) => sum + box.w + BLOCK_GAP, -BLOCK_GAP);
    let x = PAD;
    const placed = shelf.map(({ need }) => {
      const box = { ...blockAt(model, need, need.w + spare / shelf.length), x, y };
      x += box.w + BLOCK_GAP;
      return box;
    });
    y += Math.max(...placed.map((box) => box.h)) + BLOCK_GAP;
    return placed;
  });
}
