import type { Model } from '../model';
import type { Layout, LayoutOptions, PanelBox } from './boxes';
import { chipWidth, flow } from './geometry';
import { splitLinesOf } from './split-lines';
import { groupsOf, hostKey } from './groups';
import { uplinkEdgesOf } from './uplink-edges';
import { PanelMaker } from './panel-maker';
import { GAP, type GapBetween, keptPlan, type Plan, planOf } from './plan';

const OUTSIDE_H = 50;
/** The gap between side-by-side panels that has a dotted line's label. */
const GAP_FOR_LABEL = 66;
const EMPTY_HEAD = 24;
/** Above this number dotted lines are only drawn for the selection. */
export const MAX_SPLIT_LINES = 4;

/**
 * Computes all positions, in pixels at scale 1. It is deterministic, and existing objects keep their position: a state change moves
 * nothing, and a new object is added at the end of its siblings. One maker serves one open map and caches its results, so that a
 * change lays out only its panel.
 */
export class LayoutMaker {
  private readonly panels = new PanelMaker();
  private plan: { readonly grouping: string; readonly plan: Plan } | null = null;

  /** `aspect` (width to height of the window) only matters for the first plan. */
  make(model: Model, options: LayoutOptions, aspect: number): Layout {
    const needs = this.panels.needs(model, groupsOf(model, options.grouping, options.rank), options);
    const gapBetween = options.grouping === 'host' ? gapForLabel(model) : () => GAP;
    const plan =
      this.plan?.grouping === options.grouping
        ? keptPlan(this.plan.plan, needs, gapBetween)
        : planOf(needs, aspect, gapBetween);
    this.plan = { grouping: options.grouping, plan };
    const { panels, width, bottom } = this.inLanes(model, plan);
    const empty = emptyOf(model, options.rank, width, bottom + GAP + EMPTY_HEAD);
    const hasEmpty = empty.boxes.length > 0;
    return {
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
  private inLanes(model: Model, plan: Plan): { panels: PanelBox[]; width: number; bottom: number } {
    let y = OUTSIDE_H + GAP;
    let width = plan.width;
    const panels = plan.rows.flatMap((row) => {
      const made = row.map((place) => ({ gap: place.gap, panel: this.panels.at(model, place) }));
      const h = Math.max(...made.map(({ panel }) => panel.h));
      let x = 0;
      const placed = made.map(({ panel, gap }) => {
        const inLanes = this.panels.inLanes(panel, x + gap, y, h);
        x += gap + panel.w;
        return inLanes;
      });
      width = Math.max(width, x);
      y += h + GAP;
      return placed;
    });
    return { panels, width: Math.max(width, 1), bottom: y - GAP };
  }
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
