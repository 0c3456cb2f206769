import type { Model } from '../model';
import { type PanelNeed, panelAt } from './panel-box';

/**
 * Which panels share a row, and how wide each is. It is made once, so that the whole shows well in the window, and kept from
 * then on: whatever comes later grows downwards or finds a place at the end, and nothing jumps.
 */
export interface Plan {
  readonly rows: readonly (readonly Place[])[];
  readonly width: number;
}

/** A panel's width, and the gap on its left unless it is the first of its row. */
export interface Place {
  readonly key: string;
  readonly w: number;
  readonly gap: number;
}

/** How wide the gap is between the panels `left` and the one that follows them in a row. */
export type GapBetween = (left: readonly string[], next: string) => number;

/** Between panels, in both directions, when nothing is to stand there. */
export const GAP = 20;

const ASPECTS = [0.45, 0.8, 1.3, 2.2];
const LIMITS = [1, 0.8, 1.25, 0.65, 1.6, 0.5, 2.1];
/** More panels than this are not drawn to find a good plan. */
const BUDGET = 700;
/** A row that would have to be stretched more than this stays ragged. */
const MOST_STRETCH = 2.6;
/** About what a panel takes beyond its islands. */
const HEAD = 60;

/** The plan by which the whole is shown largest in a window of `aspect` (width to height), among those tried. */
export function planOf(model: Model, needs: readonly PanelNeed[], aspect: number, gapBetween: GapBetween): Plan {
  const tries = Math.max(1, Math.floor(BUDGET / Math.max(1, needs.length)));
  const plans = LIMITS.flatMap((limit) => ASPECTS.map((shape) => ({ limit, shape })))
    .sort((a, b) => cost(a) - cost(b))
    .slice(0, tries)
    .map(({ limit, shape }) => planAt(needs, aspect, gapBetween, limit, shape));
  const judged = plans.map((plan) => ({ plan, need: Math.max(plan.width / aspect, heightOf(model, needs, plan)) }));
  return judged.reduce((best, one) => (one.need < best.need ? one : best)).plan;
}

/** What is tried first when not all can be: ordinary limits and shapes. */
const cost = ({ limit, shape }: { limit: number; shape: number }): number =>
  LIMITS.indexOf(limit) + Math.abs(Math.log(shape / 1.1));

function planAt(
  needs: readonly PanelNeed[],
  aspect: number,
  gapBetween: GapBetween,
  limit: number,
  shape: number,
): Plan {
  const sized = needs.map(({ key, least, area }) => ({ key, area, w: Math.max(least, Math.sqrt(area * shape)) }));
  const whole = sized.reduce((sum, { area, w }) => sum + (w + GAP) * (area / w + GAP + HEAD), 0);
  const most = Math.sqrt(whole * aspect) * limit;
  const rows: Place[][] = [];
  for (const { key, w } of sized) {
    const row = rows.at(-1);
    const next = row === undefined ? null : placeAfter(row, key, w, gapBetween);
    if (row === undefined || next === null || widthOf([...row, next]) > most) rows.push([{ key, w, gap: 0 }]);
    else row.push(next);
  }
  const width = Math.max(0, ...rows.map(widthOf));
  return { rows: rows.map((row) => stretched(row, width)), width };
}

const placeAfter = (row: readonly Place[], key: string, w: number, gapBetween: GapBetween): Place => ({
  key,
  w,
  gap: gapBetween(
    row.map((one) => one.key),
    key,
  ),
});

const widthOf = (row: readonly Place[]): number => row.reduce((sum, one) => sum + one.w + one.gap, 0);

function stretched(row: readonly Place[], width: number): readonly Place[] {
  const gaps = row.reduce((sum, one) => sum + one.gap, 0);
  const by = (width - gaps) / (widthOf(row) - gaps);
  return by > MOST_STRETCH ? row : row.map((one) => ({ ...one, w: one.w * by }));
}

function heightOf(model: Model, needs: readonly PanelNeed[], plan: Plan): number {
  const byKey = new Map(needs.map((need) => [need.key, need]));
  const heightAt = ({ key, w }: Place): number => {
    const need = byKey.get(key);
    return need === undefined ? 0 : panelAt(model, need, w).h;
  };
  return plan.rows.reduce((sum, row) => sum + Math.max(...row.map(heightAt)) + GAP, 0);
}

/** The plan with what is new at its end and without what is gone; the same object when nothing came or went. */
export function keptPlan(plan: Plan, needs: readonly PanelNeed[], gapBetween: GapBetween): Plan {
  const present = new Set(needs.map((need) => need.key));
  const known = new Set(plan.rows.flat().map((one) => one.key));
  const fresh = needs.filter((need) => !known.has(need.key));
  if (fresh.length === 0 && known.size === present.size) return plan;
  const rows = plan.rows
    .map((row) => row.filter((one) => present.has(one.key)))
    .filter((row) => row.length > 0)
    .map(([first, ...others]) => (first === undefined ? [] : [{ ...first, gap: 0 }, ...others]));
  for (const { key, least, area } of fresh) {
    const w = Math.max(least, Math.min(plan.width, Math.sqrt(area)));
    const last = rows.at(-1);
    const next = last === undefined ? null : placeAfter(last, key, w, gapBetween);
    if (last !== undefined && next !== null && widthOf([...last, next]) <= plan.width + 1) last.push(next);
    else rows.push([{ key, w, gap: 0 }]);
  }
  return { ...plan, rows };
}
