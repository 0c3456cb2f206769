import type { Flow } from './boxes';
import { type PanelNeed, panelSize } from './panel-box';

/**
 * Which panels share a row, how wide each is, and which way its islands follow each other. It is made once, so that the whole
 * shows well in the window, and kept from then on: whatever comes later grows downwards or finds a place at the end, and
 * nothing jumps.
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
  readonly flow: Flow;
}

/** How wide the gap is between the panels `left` and the one that follows them in a row. */
export type GapBetween = (left: readonly string[], next: string) => number;

/** Between panels, in both directions, when nothing is to stand there. */
export const GAP = 20;

/** The words on the mainland want this much. */
const LEAST_W = 330;

const ASPECTS = [0.45, 0.8, 1.3, 2.2];
const LIMITS = [1, 0.8, 1.25, 0.65, 1.6, 0.5, 2.1];
/** Each way for all panels, or for each the one that takes less. */
const FLOWS = ['down', 'least', 'across'] as const;
/** About so many blocks are set to find a good plan: small maps are tried in all ways, large ones in few. */
const BUDGET = 12_000;
/** A row that would have to be stretched more than this stays ragged: water is better than land on which nobody stands. */
const MOST_STRETCH = 1.35;
/** About what a panel takes beyond its islands. */
const HEAD = 60;

interface Trial {
  readonly limit: number;
  readonly shape: number;
  readonly flow: (typeof FLOWS)[number];
}

const TRIALS: readonly Trial[] = LIMITS.flatMap((limit) =>
  ASPECTS.flatMap((shape) => FLOWS.map((flow) => ({ limit, shape, flow }))),
).sort((a, b) => cost(a) - cost(b));

/** What is tried first when not all can be: ordinary limits and shapes. */
function cost({ limit, shape, flow }: Trial): number {
  return LIMITS.indexOf(limit) + Math.abs(Math.log(shape / 1.1)) + FLOWS.indexOf(flow) * 0.4;
}

/** The plan by which the whole is shown largest in a window of `aspect` (width to height), among those tried. */
export function planOf(needs: readonly PanelNeed[], aspect: number, gapBetween: GapBetween): Plan {
  const blocks = needs.reduce((sum, need) => sum + need.blocks.length, needs.length);
  const tries = Math.max(2, Math.floor(BUDGET / (2 * Math.max(1, blocks))));
  const sheet = new Sheet(needs);
  const judged = TRIALS.slice(0, tries).map((trial) => {
    const plan = planAt(sheet, needs, aspect, gapBetween, trial);
    return { plan, need: Math.max(plan.width / aspect, heightOf(sheet, plan)) };
  });
  return judged.reduce((best, one) => (one.need < best.need - 1 ? one : best)).plan;
}

/** Panels as they would be, each laid out once for a way and a width. */
class Sheet {
  private readonly byKey: ReadonlyMap<string, PanelNeed>;
  private readonly known = new Map<string, { readonly used: number; readonly h: number }>();

  constructor(needs: readonly PanelNeed[]) {
    this.byKey = new Map(needs.map((need) => [need.key, need]));
  }

  at({ key, w, flow }: Pick<Place, 'key' | 'w' | 'flow'>): { readonly used: number; readonly h: number } {
    const id = `${key} ${flow} ${Math.round(w)}`;
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const need = this.byKey.get(key);
    const size = need === undefined ? { used: 0, h: 0 } : panelSize(need, flow, w);
    this.known.set(id, size);
    return size;
  }
}

function planAt(
  sheet: Sheet,
  needs: readonly PanelNeed[],
  aspect: number,
  gapBetween: GapBetween,
  { limit, shape, flow }: Trial,
): Plan {
  const sized = needs.map(({ key, least, area }) => {
    const way = flow === 'least' ? (area.across < area.down ? 'across' : 'down') : flow;
    return { key, flow: way, area: area[way], w: Math.max(least[way], Math.sqrt(area[way] * shape)) };
  });
  const whole = sized.reduce((sum, { area, w }) => sum + (w + GAP) * (area / w + GAP + HEAD), 0);
  const most = Math.sqrt(whole * aspect) * limit;
  const rows: Place[][] = [];
  for (const one of sized) {
    // No wider than what stands on it.
    const place = { key: one.key, flow: one.flow, w: Math.min(one.w, sheet.at(one).used) };
    const row = rows.at(-1);
    const next = row === undefined ? null : placeAfter(row, place, gapBetween);
    if (row === undefined || next === null || widthOf([...row, next]) > most) rows.push([{ ...place, gap: 0 }]);
    else row.push(next);
  }
  const width = Math.max(LEAST_W, ...rows.map(widthOf));
  return { rows: rows.map((row) => stretched(sheet, row, width, rows.length === 1)), width };
}

const placeAfter = (row: readonly Place[], place: Omit<Place, 'gap'>, gapBetween: GapBetween): Place => ({
  ...place,
  gap: gapBetween(
    row.map((one) => one.key),
    place.key,
  ),
});

const widthOf = (row: readonly Place[]): number => row.reduce((sum, one) => sum + one.w + one.gap, 0);

/**
 * A row made as wide as the widest, if that is not much wider; the only one in any case, for the mainland's words. Else its panels
 * have that room, and take of it what they use.
 */
function stretched(sheet: Sheet, row: readonly Place[], width: number, isOnly: boolean): readonly Place[] {
  const gaps = row.reduce((sum, one) => sum + one.gap, 0);
  const by = (width - gaps) / (widthOf(row) - gaps);
  const wider = row.map((one) => ({ ...one, w: one.w * by }));
  return by > MOST_STRETCH && !isOnly ? wider.map((one) => ({ ...one, w: sheet.at(one).used })) : wider;
}

const heightOf = (sheet: Sheet, plan: Plan): number =>
  plan.rows.reduce((sum, row) => sum + Math.max(...row.map((place) => sheet.at(place).h)) + GAP, 0);

/** The plan with what is new at its end and without what is gone; the same object when nothing came or went. */
export function keptPlan(plan: Plan, needs: readonly PanelNeed[], gapBetween: GapBetween): Plan {
  const present = new Set(needs.map((need) => need.key));
  const known = new Set(plan.rows.flat().map((one) => one.key));
  const fresh = needs.filter((need) => !known.has(need.key));
  if (fresh.length === 0 && known.size === present.size) return plan;
  const flow = plan.rows.flat().at(-1)?.flow ?? 'down';
  const rows = plan.rows
    .map((row) => row.filter((one) => present.has(one.key)))
    .filter((row) => row.length > 0)
    .map(([first, ...others]) => (first === undefined ? [] : [{ ...first, gap: 0 }, ...others]));
  for (const { key, least, area } of fresh) {
    const place = { key, flow, w: Math.max(least[flow], Math.min(plan.width, Math.sqrt(area[flow]))) };
    const last = rows.at(-1);
    const next = last === undefined ? null : placeAfter(last, place, gapBetween);
    if (last !== undefined && next !== null && widthOf([...last, next]) <= plan.width + 1) last.push(next);
    else rows.push([{ ...place, gap: 0 }]);
  }
  return { ...plan, rows };
}
