import type { Island } from '../../../contract';
import { type Block, blocksOf } from './blocks';
import { bestShelves, CHIP_H, chipWidth, flow, GAP, type Rect, spread } from './geometry';
import { groupBy } from '../../ui/group';
import { islandsOfVm, type MapHost, type Model, vmsOn } from './model';

/** Above this many VMs an island is folded, unless it was opened. */
export const FOLD_ABOVE = 10;
const SHOWN_FOLDED = 8;

const ISLE_HEAD = 36;
const ISLE_PAD = 13;
const ISLE_MIN_W = 280;
/** Its head also says that it is another island. */
const ANOTHER_MIN_W = 340;
const ISLE_MIN_H = ISLE_HEAD + 2 * CHIP_H + GAP + ISLE_PAD;
/** Height of the water through which passages run, above and below the VMs that stand in it. */
const BAR = 20;
const STRAIT_H = 34;
const HOST_HEAD = 38;
const HOST_PAD = 18;
const HOST_GAP = 20;
const BLOCK_GAP = 18;
const OUTSIDE_H = 50;
const MORE_W = 172;
const PANEL_MIN_W = 400;
const EMPTY_HEAD = 24;
const GAP_WORDS_W = 178;
/** Widths to heights that panels are tried with; the one that lets the whole be shown largest is taken. */
const PANEL_ASPECTS = [0.45, 0.8, 1.3, 2.2];

export interface ChipBox extends Rect {
  readonly vmId: string;
}

export interface IsleBox extends Rect {
  readonly island: Island;
  readonly chips: readonly ChipBox[];
  /** VMs that are on the island and stand in a strait. */
  readonly passing: number;
  /** VMs that folding hides, and where the words about them stand; null when none. */
  readonly more: (Rect & { readonly vmIds: readonly string[] }) | null;
  readonly foldable: boolean;
}

/** A passage: from a VM in a strait to one of its islands. */
export interface Wire {
  readonly key: string;
  readonly vmId: string;
  readonly networkId: string;
  readonly path: string;
}

export interface HostBox extends Rect {
  /** Null: VMs that have no host yet. */
  readonly host: MapHost | null;
  readonly isles: readonly IsleBox[];
  readonly straits: readonly ChipBox[];
  readonly wires: readonly Wire[];
  /** VMs on no network. */
  readonly alone: readonly ChipBox[];
  readonly aloneY: number | null;
}

/** "Same network, not connected": from one island of a network to another one. */
export interface Gap {
  readonly key: string;
  readonly networkId: string;
  readonly path: string;
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly outside: Rect;
  readonly hosts: readonly HostBox[];
  readonly gaps: readonly Gap[];
  /** Networks without VMs, beneath the hosts. */
  readonly empty: readonly (Rect & { readonly networkId: string })[];
  readonly emptyY: number | null;
}

export interface LayoutOptions {
  /** The place of each network, host and VM among its kin; smaller comes first. */
  readonly rank: (id: string) => number;
  /** Islands that a person has opened. */
  readonly opened: ReadonlySet<string>;
  /** Width to height of the window, so that the whole fits it well. */
  readonly aspect: number;
}

/**
 * Where everything stands, in pixels at scale 1. Pure, and the same for the same input: an event that changes a state moves
 * nothing. Hosts are panels; on them islands are areas with their VMs inside, and a VM on several islands stands in the
 * strait between them with a short bar to each.
 */
export function layoutOf(model: Model, options: LayoutOptions): Layout {
  const { rank, aspect } = options;
  const hosts = [...model.map.hosts].sort((a, b) => rank(a.id) - rank(b.id));
  const tried = PANEL_ASPECTS.map((panelAspect) => {
    const panels = [...hosts, null].map((host) => panelOf(model, host, options, panelAspect));
    return bestShelves(
      panels.filter((panel) => panel.host !== null || panel.isles.length + panel.alone.length > 0),
      aspect,
      HOST_GAP,
    );
  });
  const { items, width, height } = tried.reduce((best, one) => (one.need < best.need ? one : best));
  const tops = groupBy(items, (panel) => panel.y);
  const placed = items.map((panel) => ({
    ...panel,
    y: panel.y + OUTSIDE_H + HOST_GAP,
    h: Math.max(...(tops.get(panel.y) ?? []).map((one) => one.h)),
  }));
  const bottom = height + OUTSIDE_H + HOST_GAP;
  const empty = emptyOf(model, rank, width, bottom + HOST_GAP + EMPTY_HEAD);
  return {
    width,
    height: empty.boxes.length === 0 ? bottom : bottom + HOST_GAP + EMPTY_HEAD + empty.height,
    outside: { x: 0, y: 0, w: width, h: OUTSIDE_H },
    hosts: placed,
    gaps: gapsOf(placed),
    empty: empty.boxes,
    emptyY: empty.boxes.length === 0 ? null : bottom + HOST_GAP,
  };
}

/** Networks on which nobody stands yet: they are there, and want to be seen. */
function emptyOf(model: Model, rank: (id: string) => number, width: number, top: number) {
  const inhabited = new Set(model.map.islands.map((island) => island.networkId));
  const empty = model.map.networks
    .filter((network) => !inhabited.has(network.id))
    .sort((a, b) => rank(a.id) - rank(b.id));
  return flow(
    empty.map((network) => ({ networkId: network.id, w: chipWidth(network.name, 1) })),
    width,
    0,
    top,
  );
}

function panelOf(model: Model, host: MapHost | null, options: LayoutOptions, aspect: number): HostBox {
  const id = host?.id ?? null;
  const islands = model.map.islands.filter((island) => island.hostId === id);
  const blocks = blocksOf(model, islands, options.rank).map((block) => {
    const make = (least: number): BlockBox => boxOfBlock(model, block, options, least);
    return { ...make(0), make };
  });
  const shelved = bestShelves(blocks, aspect, BLOCK_GAP, PANEL_MIN_W);
  const inner = shelved.width;
  const placed = widened(shelved.items, inner);
  const right = HOST_PAD + inner;
  const bottom = Math.max(HOST_HEAD + 60, ...placed.map((block) => block.y + block.h));
  const ids = model.map.alone
    .filter((vmId) => (model.vms.get(vmId)?.hostId ?? null) === id)
    .sort((a, b) => options.rank(a) - options.rank(b));
  const aloneY = ids.length === 0 ? null : bottom + BLOCK_GAP;
  const alone =
    aloneY === null
      ? { boxes: [], height: 0 }
      : flow(
          ids.map((vmId) => ({ vmId, w: chipWidth(nameOf(model, vmId), 0) })),
          right - HOST_PAD,
          HOST_PAD,
          aloneY + 22,
        );
  return {
    host,
    x: 0,
    y: 0,
    w: right + HOST_PAD,
    h: (aloneY === null ? bottom : aloneY + 22 + alone.height) + HOST_PAD,
    isles: placed.flatMap((block) => block.isles.map((isle) => moved(isle, block.x, block.y))),
    straits: placed.flatMap((block) =>
      block.straits.map((chip) => ({ ...chip, x: chip.x + block.x, y: chip.y + block.y })),
    ),
    wires: placed.flatMap((block) => wiresOf(model, block.straits, block.isles, block.x, block.y)),
    alone: alone.boxes,
    aloneY,
  };
}

/** Blocks made as wide as their shelf allows, each by the same share: land right to the edge of the water. */
function widened(
  blocks: readonly (BlockBox & { readonly make: (width: number) => BlockBox })[],
  inner: number,
): BlockBox[] {
  return [...groupBy(blocks, (block) => block.y).values()].flatMap((shelf) => {
    const spare = inner - shelf.reduce((sum, block) => sum + block.w + BLOCK_GAP, -BLOCK_GAP);
    let x = HOST_PAD;
    return shelf.map((block) => {
      const wide = { ...block.make(block.w + spare / shelf.length), x, y: block.y + HOST_HEAD };
      x += wide.w + BLOCK_GAP;
      return wide;
    });
  });
}

interface BlockBox extends Rect {
  readonly isles: readonly IsleBox[];
  readonly straits: readonly ChipBox[];
}

function boxOfBlock(model: Model, block: Block, options: LayoutOptions, least: number): BlockBox {
  const standing = new Set(block.straits.flat());
  const sizes = block.layers.map((layer) => layer.map((island) => isleBox(model, island, standing, options)));
  const straitWidths = block.straits.map((strait) =>
    strait.reduce((sum, vmId) => sum + straitWidth(model, vmId) + GAP * 2, 0),
  );
  const width = Math.max(
    least,
    ...sizes.map((layer) => layer.reduce((sum, isle) => sum + isle.w + BLOCK_GAP, -BLOCK_GAP)),
    Math.min(900, Math.max(...straitWidths)),
  );
  const isles: IsleBox[] = [];
  const straits: ChipBox[] = [];
  let y = 0;
  for (const [index, layer] of sizes.entries()) {
    const natural = layer.reduce((sum, isle) => sum + isle.w, 0);
    const stretch = (width - BLOCK_GAP * (layer.length - 1)) / natural;
    const h = Math.max(...layer.map((isle) => isle.h));
    let x = 0;
    const row = layer.map((isle) => {
      const box = { ...isle, x, w: isle.w * stretch, h };
      x += box.w + BLOCK_GAP;
      return box;
    });
    isles.push(
      ...row.map((isle) => ({
        ...isle,
        y,
        chips: isle.chips.map((chip) => ({ ...chip, x: chip.x + isle.x, y: chip.y + y })),
        more: isle.more && { ...isle.more, x: isle.more.x + isle.x, y: isle.more.y + y },
      })),
    );
    y += h;
    const chips = block.straits[index] ?? [];
    if (chips.length > 0) {
      const below = sizes[index + 1] ?? [];
      const lines = placeStrait(model, chips, [...row, ...below], width, y + BAR);
      straits.push(...lines.boxes);
      y = lines.bottom + BAR;
    } else if (index + 1 < sizes.length) y += BLOCK_GAP;
  }
  return { x: 0, y: 0, w: width, h: y, isles, straits };
}

/** Stands each VM of a strait as near as may be to the middle of its islands, without overlap, in as many lines as it takes. */
function placeStrait(
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
    const fits = rest.findIndex((chip) => (used += chip.w + GAP * 2) > width);
    const line = fits < 1 ? (fits === 0 ? rest.slice(0, 1) : rest) : rest.slice(0, fits);
    rest = rest.slice(line.length);
    boxes.push(...spread(line, width, GAP * 2).map(({ vmId, w, x }) => ({ vmId, w, x, y, h: STRAIT_H })));
  }
  return { boxes, bottom: y - GAP };
}

/** An island at its natural size, with its chips relative to it. A folded one keeps its size however many VMs there are. */
function isleBox(
  model: Model,
  island: Island,
  standing: ReadonlySet<string>,
  { rank, opened }: LayoutOptions,
): IsleBox {
  const all = vmsOn(island);
  const inside = all.filter((vmId) => !standing.has(vmId)).sort((a, b) => rank(a) - rank(b));
  const foldable = inside.length > FOLD_ABOVE;
  const folded = foldable && !opened.has(island.id);
  const shown = folded ? inside.slice(0, SHOWN_FOLDED) : inside;
  const hidden = folded ? inside.slice(SHOWN_FOLDED) : [];
  const chips = shown.map((vmId) => ({ vmId, w: chipWidth(nameOf(model, vmId), 1) }));
  const total = chips.reduce((sum, chip) => sum + chip.w + GAP, 0) + (hidden.length > 0 ? MORE_W : 0);
  const least = island.another ? ANOTHER_MIN_W : ISLE_MIN_W;
  const columns = Math.max(least - 2 * ISLE_PAD, Math.sqrt(total * (CHIP_H + GAP) * 3.2));
  const placed = flow(
    [...chips, ...(hidden.length > 0 ? [{ vmId: '', w: MORE_W }] : [])],
    columns,
    ISLE_PAD,
    ISLE_HEAD,
  );
  const w = Math.max(least, ...placed.boxes.map((box) => box.x + box.w + ISLE_PAD));
  const more = hidden.length > 0 ? placed.boxes.at(-1) : undefined;
  return {
    island,
    x: 0,
    y: 0,
    w,
    h: Math.max(ISLE_MIN_H, ISLE_HEAD + placed.height + ISLE_PAD),
    chips: hidden.length > 0 ? placed.boxes.slice(0, -1) : placed.boxes,
    passing: all.length - inside.length,
    more: more === undefined ? null : { ...more, vmIds: hidden },
    foldable,
  };
}

function wiresOf(model: Model, straits: readonly ChipBox[], isles: readonly IsleBox[], dx: number, dy: number): Wire[] {
  const boxes = new Map(isles.map((isle) => [isle.island.id, isle]));
  return straits.flatMap((chip) => {
    const own = islandsOfVm(model, chip.vmId).flatMap((island) => boxes.get(island.id) ?? []);
    return own.map((isle, index) => {
      const from = chip.x + (chip.w * (index + 1)) / (own.length + 1) + dx;
      const above = isle.y < chip.y;
      const y1 = (above ? chip.y : chip.y + chip.h) + dy;
      const y2 = (above ? isle.y + isle.h : isle.y) + dy;
      const to = Math.min(Math.max(from, isle.x + dx + 26), isle.x + isle.w + dx - 26);
      const mid = (y1 + y2) / 2;
      const path =
        Math.abs(from - to) < 1 ? `M${from} ${y1}V${y2}` : `M${from} ${y1}C${from} ${mid} ${to} ${mid} ${to} ${y2}`;
      return { key: `${chip.vmId}/${isle.island.id}`, vmId: chip.vmId, networkId: isle.island.networkId, path };
    });
  });
}

/** Dotted lines between the largest island of a network and its others. */
function gapsOf(hosts: readonly HostBox[]): Gap[] {
  const all = hosts.flatMap((host) =>
    host.isles.map((isle): Standing => ({ host, isle, x: host.x + isle.x, y: host.y + isle.y })),
  );
  return all
    .filter(({ isle }) => isle.island.another && isle.island.hostId !== null)
    .flatMap((other) => {
      const { id, networkId } = other.isle.island;
      const main = all.find(({ isle }) => isle.island.networkId === networkId && !isle.island.another);
      if (main === undefined) return [];
      const sameShelf = main.host.y === other.host.y;
      return [{ key: id, networkId, ...(sameShelf ? dip(main, other) : gutter(main, other)) }];
    });
}

interface Standing {
  readonly host: HostBox;
  readonly isle: IsleBox;
  readonly x: number;
  readonly y: number;
}

/** Side by side: from edge to edge with a dip; the words stand between the hosts. */
function dip(one: Standing, other: Standing): Pick<Gap, 'path' | 'x' | 'y'> {
  const [a, b] = one.x <= other.x ? [one, other] : [other, one];
  const [x1, x2] = [a.x + a.isle.w, b.x];
  const [y1, y2] = [a.y + a.isle.h - 22, b.y + b.isle.h - 22];
  const low = Math.max(y1, y2) + 24;
  return {
    path: `M${x1} ${y1}C${x1 + 40} ${low} ${x2 - 40} ${low} ${x2} ${y2}`,
    x: b.host.x - HOST_GAP / 2,
    y: (y1 + y2) / 8 + low * 0.75,
  };
}

/** One above the other: down the left edge of both, through the water; the words stand in the gap between the hosts. */
function gutter(one: Standing, other: Standing): Pick<Gap, 'path' | 'x' | 'y'> {
  const [a, b] = one.y <= other.y ? [one, other] : [other, one];
  const [y1, y2] = [a.y + a.isle.h / 2, b.y + b.isle.h / 2];
  const out = Math.min(a.x, b.x) - HOST_PAD / 2;
  return { path: `M${a.x} ${y1}H${out}V${y2}H${b.x}`, x: out + GAP_WORDS_W / 2, y: b.host.y - HOST_GAP / 2 };
}

const moved = (isle: IsleBox, dx: number, dy: number): IsleBox => ({
  ...isle,
  x: isle.x + dx,
  y: isle.y + dy,
  chips: isle.chips.map((chip) => ({ ...chip, x: chip.x + dx, y: chip.y + dy })),
  more: isle.more && { ...isle.more, x: isle.more.x + dx, y: isle.more.y + dy },
});

const nameOf = (model: Model, vmId: string): string => model.vms.get(vmId)?.name ?? '';
const straitWidth = (model: Model, vmId: string): number =>
  chipWidth(nameOf(model, vmId), islandsOfVm(model, vmId).length) + 16;
