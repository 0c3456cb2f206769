import type { Island } from '../../../../contract';
import { islandsOfVm, type Model, vmsOn } from '../model';
import type { IslandBox, IslandNeed, LayoutOptions } from './boxes';
import { CHIP_H, chipWidth, flow, flowHeight, GAP } from './geometry';
import { headWidth, headText } from './head-text';
import { smallWidth } from './name-width';

/** Islands with more VMs than this are collapsed unless the user expanded them. */
export const FOLD_ABOVE = 10;
const SHOWN_FOLDED = 8;

const HEAD = 36;
const PAD = 13;
const MIN_W = 190;
/** A reserved row of chips, so that the next VM has room. */
const MIN_H = HEAD + CHIP_H + PAD;
const MORE_W = 150;
/** The preferred aspect ratio of the chips in an island. */
const CHIPS_ASPECT = 3.2;
/** A one-line note; its island grows up to this width, then the note is shortened. */
const NOTE_H = 20;
const NOTE_MOST_W = 300;

/** `inLanes` are the VMs in lanes, which the island does not contain. A collapsed island does not grow with its VMs. */
export function islandNeed(
  model: Model,
  island: Island,
  inLanes: ReadonlySet<string>,
  { rank, opened, grouping, before }: LayoutOptions,
): IslandNeed {
  const inside = vmsOn(island)
    .filter((vmId) => !inLanes.has(vmId))
    .sort((a, b) => rank(a) - rank(b));
  const foldable = inside.length > FOLD_ABOVE;
  const folded = foldable && !opened.has(island.id);
  const shown = (folded ? inside.slice(0, SHOWN_FOLDED) : inside).map((vmId) => ({
    vmId,
    w: chipWidth(model.vms.get(vmId)?.name ?? '', islandsOfVm(model, vmId).length),
  }));
  const total = shown.reduce((sum, chip) => sum + chip.w + GAP, 0) + (folded ? MORE_W : 0);
  const words = headText(model, island, folded, grouping === 'host');
  const least = Math.max(MIN_W, ...shown.map((chip) => chip.w + 2 * PAD));
  const need: IslandNeed = {
    island,
    name: model.networks.get(island.networkId)?.name ?? '',
    chips: folded ? [...shown, { vmId: '', w: MORE_W }] : shown,
    hidden: folded ? inside.slice(SHOWN_FOLDED) : [],
    foldable,
    hasNote: island.note !== null,
    least,
    w: Math.max(
      least,
      headWidth(model, island, words),
      island.note === null ? 0 : Math.min(NOTE_MOST_W, smallWidth(island.note) + NOTE_H) + 2 * PAD,
      Math.sqrt(total * (CHIP_H + GAP) * CHIPS_ASPECT) + 2 * PAD,
    ),
  };
  // What only its title says more or less of, such as that there is another island now, changes no width.
  const old = before?.get(island.id);
  return old !== undefined && hasSameVms(old, need) ? { ...need, w: old.w } : need;
}

const hasSameVms = (a: IslandNeed, b: IslandNeed): boolean =>
  a.name === b.name &&
  a.hasNote === b.hasNote &&
  a.chips.length === b.chips.length &&
  a.chips.every(({ vmId, w }, index) => vmId === b.chips[index]?.vmId && w === b.chips[index].w);

const topOf = (need: IslandNeed): number => HEAD + (need.hasNote ? NOTE_H : 0);
const heightOf = (need: IslandNeed, chips: number): number => Math.max(MIN_H, topOf(need) + chips + PAD);

/** The height of the island at a width of at least its minimum. */
export const islandHeight = (need: IslandNeed, width: number): number =>
  heightOf(need, flowHeight(need.chips, width - 2 * PAD));

/** Lays out the island at a width of at least its minimum, with chips relative to it. */
export function layoutIsland(need: IslandNeed, width: number): IslandBox {
  const placed = flow(need.chips, width - 2 * PAD, PAD, topOf(need));
  const more = need.hidden.length === 0 ? undefined : placed.boxes.at(-1);
  return {
    island: need.island,
    x: 0,
    y: 0,
    w: width,
    h: heightOf(need, placed.height),
    chips: more === undefined ? placed.boxes : placed.boxes.slice(0, -1),
    more: more === undefined ? null : { ...more, vmIds: need.hidden },
    foldable: need.foldable,
    note: need.hasNote ? { x: PAD, y: HEAD - 6, w: width - 2 * PAD, h: NOTE_H } : null,
  };
}

export const movedIsland = (islandBox: IslandBox, dx: number, dy: number): IslandBox => ({
  ...islandBox,
  x: islandBox.x + dx,
  y: islandBox.y + dy,
  chips: islandBox.chips.map((chip) => ({ ...chip, x: chip.x + dx, y: chip.y + dy })),
  more: islandBox.more && { ...islandBox.more, x: islandBox.more.x + dx, y: islandBox.more.y + dy },
  note: islandBox.note && { ...islandBox.note, x: islandBox.note.x + dx, y: islandBox.note.y + dy },
});
