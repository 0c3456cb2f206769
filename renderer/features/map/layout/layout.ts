import type { Model } from '../model';
import type { Grouping, Layout, LayoutOptions, PanelBox } from './boxes';
import { chipWidth, flow, type Rect } from './geometry';
import { MAX_SPLIT_LINES, splitLinesOf } from './split-lines';
import { groupsOf, hostKey } from './groups';
import { uplinkEdgesOf } from './uplink-edges';
import type { Room } from './kept-panel';
import type { PanelNeed } from './panel-box';
import { MOST_PAST, PanelMaker } from './panel-maker';
import { emptyPanels, placesOfPanels, type SavedPlaces } from './saved-places';
import { GAP, type GapBetween, type Plan, planOf } from './plan';
import { freeSpot, isFree, makeWay } from './room';

const OUTSIDE_H = 50;
/** The gap between side-by-side panels that has a dotted line's label. */
const GAP_FOR_LABEL = 66;
const EMPTY_HEAD = 30;
/** An untouched map is laid out again when that shows it so much larger. */
const WORTH_A_NEW_PLAN = 1.35;
/** Searching for a plan of more islands than this takes too long for each change: it is done when the map has grown by a factor. */
const MANY_ISLANDS = 400;
const GROWN = 1.1;
/** A new panel is as wide as the one before it unless their sizes differ by more than this factor. */
const ALIKE = 1.6;

/** What a grouping of the map looked like. */
interface Kept {
  readonly maker: PanelMaker;
  readonly round: number;
  readonly panels: readonly PanelBox[];
  readonly width: number;
  /** How large a window had to be when a plan was last searched for. */
  readonly searchedAt: number;
  /** Where panels were before the last changes, the newest last: what is undone or collapsed brings them back there. */
  readonly past: readonly Past[];
}

/** Where all panels were, with what in them. */
interface Past {
  readonly signature: string;
  readonly places: ReadonlyMap<string, Rect>;
}

interface Placed extends Pick<Kept, 'panels' | 'width' | 'round'> {
  readonly bottom: number;
}

/**
 * Computes all positions, in pixels at scale 1. What did not change keeps its place: a state change moves nothing, a change in one
 * block moves no other, and a panel that grows moves only those in its way. One maker serves one open map.
 */
export class LayoutMaker {
  private readonly kept = new Map<Grouping, Kept>();
  private rounds = 0;

  /** `saved`: the places of a map that was open before. */
  constructor(saved: SavedPlaces = []) {
    for (const one of saved) {
      const panels = emptyPanels(one);
      this.rounds += 1;
      this.kept.set(one.grouping, {
        maker: new PanelMaker(panels),
        round: this.rounds,
        panels,
        width: one.width,
        searchedAt: 0,
        past: [],
      });
    }
  }

  /** Where everything is, for a maker that continues after a reload. */
  places(): SavedPlaces {
    return [...this.kept].map(([grouping, { width, panels }]) => placesOfPanels(grouping, width, panels));
  }

  /**
   * `aspect` (width to height of the window) only matters for a plan. While nobody has touched the map, objects that are created may
   * make a better plan, which is then used.
   */
  make(model: Model, options: LayoutOptions, aspect: number, isUntouched = false): Layout {
    // A map that opens with islands expanded has them where they would be had the user just expanded them.
    if (!this.kept.has(options.grouping) && options.opened.size > 0)
      this.make(model, { ...options, opened: new Set() }, aspect, isUntouched);
    const kept = this.kept.get(options.grouping);
    const maker = kept?.maker ?? new PanelMaker();
    const groups = groupsOf(model, options.grouping, options.rank);
    const needs = maker.needs(model, groups, options);
    const gapBetween = options.grouping === 'host' ? gapForLabel(model) : () => GAP;
    const replan = (): Placed => this.planned(maker, model, planOf(needs, aspect, gapBetween));
    const isNew = kept === undefined || !kept.panels.some(({ key }) => needs.some((need) => need.key === key));
    let placed = isNew ? replan() : this.repaired(kept, model, needs);
    let searchedAt = isNew ? needOf(placed, aspect) : kept.searchedAt;
    const isFew = model.map.islands.length <= MANY_ISLANDS;
    if (
      !isNew &&
      isUntouched &&
      hasMore(placed.panels, kept.panels) &&
      (isFew || needOf(placed, aspect) > searchedAt * GROWN)
    ) {
      const plan = planOf(needs, aspect, gapBetween);
      if (needOf(placed, aspect) > plan.need * WORTH_A_NEW_PLAN) placed = this.planned(maker, model, plan);
      searchedAt = needOf(placed, aspect);
    }
    const { panels, width, bottom, round } = placed;
    const signature = maker.signature();
    const places = new Map(panels.map(({ key, x, y, w, h }) => [key, { x, y, w, h }]));
    const others = kept?.round === round ? kept.past.filter((one) => one.signature !== signature) : [];
    const past = [...others, { signature, places }].slice(-MOST_PAST);
    this.kept.set(options.grouping, { maker, round, panels, width, searchedAt, past });
    const empty = emptyOf(model, options.rank, width, bottom + GAP + EMPTY_HEAD);
    const hasEmpty = empty.boxes.length > 0;
    return {
      round,
      width,
      height: hasEmpty ? bottom + GAP + EMPTY_HEAD + empty.height : bottom,
      outside: { x: 0, y: 0, w: width, h: OUTSIDE_H },
      panels,
      gaps: options.grouping === 'host' ? splitLinesOf(panels) : [],
      uplinkEdges: uplinkEdgesOf(panels, OUTSIDE_H),
      empty: empty.boxes,
      emptyY: hasEmpty ? bottom + GAP : null,
    };
  }

  /** The panels row by row; panels of a row have the same height. */
  private planned(maker: PanelMaker, model: Model, plan: Plan): Placed {
    let y = OUTSIDE_H + GAP;
    let width = plan.width;
    const panels = plan.rows.flatMap((row) => {
      const made = row.map((place) => ({ gap: place.gap, panel: maker.fresh(model, place) }));
      const h = Math.max(...made.map(({ panel }) => panel.h));
      let x = 0;
      const placed = made.map(({ panel, gap }) => {
        const there = maker.place(panel, x + gap, y, panel.w, h);
        x += gap + panel.w;
        return there;
      });
      width = Math.max(width, x);
      y += h + GAP;
      return placed;
    });
    return { panels, width: Math.max(width, 1), bottom: y - GAP, round: (this.rounds += 1) };
  }

  /** The panels where they were; new ones where there is room, and those out of the way that are in the way of one that grew. */
  private repaired(kept: Kept, model: Model, needs: readonly PanelNeed[]): Placed {
    const { maker } = kept;
    const before = new Map<string, Rect>(kept.panels.map((panel) => [panel.key, panel]));
    const left = new Set(needs.map((need) => need.key));
    const olds = kept.panels.filter((panel) => left.has(panel.key));
    const boxes: PanelBox[] = [];
    for (const old of olds) {
      const box = maker.kept(model, old.key, (at) => roomAt(at, olds, kept.width));
      if (box !== null) boxes.push(box);
    }
    for (const need of needs) if (!before.has(need.key)) boxes.push(this.added(maker, model, need, boxes, kept.width));
    const grown = boxes.filter(({ key, w, h }) => (before.get(key)?.w ?? w) < w || (before.get(key)?.h ?? h) < h);
    const pushed =
      backAt(
        boxes,
        kept.past.find(({ signature }) => signature === maker.signature()),
      ) ??
      makeWay(
        boxes,
        before,
        grown.map(({ key }) => key),
        GAP,
      );
    const panels = pushed.map((panel) => maker.place(panel, panel.x, panel.y));
    return {
      panels: inOrder(panels, needs),
      width: Math.max(kept.width, ...panels.map((panel) => panel.x + panel.w)),
      bottom: Math.max(...panels.map((panel) => panel.y + panel.h)),
      round: kept.round,
    };
  }

  /** A new panel at the end of the last row, else where there is room between others, else in a row of its own. */
  private added(maker: PanelMaker, model: Model, need: PanelNeed, boxes: readonly PanelBox[], width: number): PanelBox {
    const flowOf = maker.flowOf(need.key);
    const last = boxes.at(-1);
    const square = Math.min(width, Math.sqrt(need.area[flowOf]));
    // Like the one before it where that suits: cells of a row are equal.
    const isLike = last !== undefined && Math.max(last.w / square, square / last.w) < ALIKE;
    const w = Math.max(need.least[flowOf], isLike ? last.w : square);
    const panel = maker.fresh(model, { key: need.key, w, flow: flowOf });
    const top = OUTSIDE_H + GAP;
    const bottom = Math.max(top - GAP, ...boxes.map((box) => box.y + box.h));
    const within = { x: 0, y: top, w: Math.max(width, panel.w), h: Infinity };
    const end = last === undefined ? { x: 0, y: top } : { x: last.x + last.w + GAP, y: last.y };
    const spot = isFree({ ...end, w: panel.w, h: panel.h }, boxes, within, GAP)
      ? end
      : freeSpot(panel, boxes, { ...within, h: bottom - top }, GAP, end);
    return maker.place(panel, spot?.x ?? 0, spot?.y ?? bottom + GAP);
  }
}

/** How large a window of this aspect ratio must be to show it. */
const needOf = ({ width, bottom }: Placed, aspect: number): number => Math.max(width / aspect, bottom);

const inOrder = (panels: readonly PanelBox[], needs: readonly PanelNeed[]): PanelBox[] => {
  const byKey = new Map(panels.map((panel) => [panel.key, panel]));
  return needs.flatMap((need) => byKey.get(need.key) ?? []);
};

/** Whether there are panels or islands that were not there before. */
function hasMore(panels: readonly PanelBox[], before: readonly PanelBox[]): boolean {
  const idsOf = (list: readonly PanelBox[]): string[] => [
    ...list.map((panel) => panel.key),
    ...list.flatMap((panel) => panel.islandBoxes.map(({ island }) => island.id)),
  ];
  const known = new Set(idsOf(before));
  return idsOf(panels).some((id) => !known.has(id));
}

/** The panels where they were with the same content; null: there was no such time, or they have other sizes now. */
function backAt(panels: readonly PanelBox[], past: Past | undefined): PanelBox[] | null {
  const back = panels.flatMap((panel) => {
    const place = past?.places.get(panel.key);
    const isSame = place !== undefined && Math.abs(place.w - panel.w) < 0.5 && Math.abs(place.h - panel.h) < 0.5;
    return isSame ? [{ ...panel, x: place.x, y: place.y }] : [];
  });
  return back.length === panels.length ? back : null;
}

/** How far a panel can grow until it meets another one, or the right end of the map. */
function roomAt(at: Rect, panels: readonly PanelBox[], width: number): Room {
  let [w, h] = [Math.max(at.w, width - at.x), Infinity];
  for (const other of panels) {
    const isBeside = other.y < at.y + at.h && at.y < other.y + other.h;
    if (isBeside && other.x >= at.x + at.w) w = Math.min(w, other.x - GAP - at.x);
    if (other.y >= at.y + at.h && other.x < at.x + w && at.x < other.x + other.w) h = Math.min(h, other.y - GAP - at.y);
  }
  return { w, h };
}

/** A wider gap where a dotted line's label fits: between hosts that share a network across it. */
function gapForLabel(model: Model): GapBetween {
  const others = model.map.islands.filter((island) => island.another && island.hostId !== null);
  if (others.length === 0 || others.length > MAX_SPLIT_LINES) return () => GAP;
  const hosts = others.map(({ networkId }) =>
    model.map.islands.filter((one) => one.networkId === networkId).map((one) => hostKey(one.hostId)),
  );
  return (left, next) =>
    hosts.some((keys) => keys.includes(next) && left.some((key) => keys.includes(key))) ? GAP_FOR_LABEL : GAP;
}

/** Networks without VMs: they exist and are shown. */
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
