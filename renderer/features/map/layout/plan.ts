import type { Flow } from './boxes';
import { type PanelNeed, panelSize } from './panel-box';

/**
 * Which panels share a row, the width of each, and its flow, so that the map fits the window well. `need` is how large a window of
 * the right shape must be to show it.
 */
export interface Plan {
  readonly rows: readonly (readonly Place[])[];
  readonly width: number;
  readonly need: number;
}

/** A panel's width, and the gap on its left unless it is the first of its row. */
export interface Place {
  readonly key: string;
  readonly w: number;
  readonly gap: number;
  readonly flow: Flow;
}

/** The gap between the panels `left` and the next one in a row. */
export type GapBetween = (left: readonly string[], next: string) => number;

/** The gap between panels without a label. */
export const GAP = 20;

/** The minimum width of the outside strip's text. */
const LEAST_W = 330;

const ASPECTS = [0.45, 0.8, 1.3, 2.2];
const LIMITS = [1, 0.8, 1.25, 0.65, 1.6, 0.5, 2.1];
/** One flow for all panels, or the smaller one for each. */
const FLOWS = ['down', 'least', 'across'] as const;
/** The approximate number of blocks to lay out while searching for a plan: small maps try all variants, large ones few. */
const BUDGET = 12_000;
/** A row is stretched at most this much: empty panel space is better than an empty island. */
const MOST_STRETCH = 1.35;
const FEW_ROWS = 3;
/** The approximate size of a panel beyond its islands. */
const HEAD = 60;

interface Trial {
  readonly limit: number;
  readonly shape: number;
  readonly flow: (typeof FLOWS)[number];
}

const TRIALS: readonly Trial[] = LIMITS.flatMap((limit) =>
  ASPECTS.flatMap((shape) => FLOWS.map((flow) => ({ limit, shape, flow }))),
).sort((a, b) => cost(a) - cost(b));

/** What is tried first if not all variants can be: common limits and flows. */
function cost({ limit, shape, flow }: Trial): number {
  return LIMITS.indexOf(limit) + Math.abs(Math.log(shape / 1.1)) + FLOWS.indexOf(flow) * 0.4;
}

/** The plan with the largest scale in a window of `aspect` (width to height), among those tried. */
export function planOf(needs: readonly PanelNeed[], aspect: number, gapBetween: GapBetween): Plan {
  const blocks = needs.reduce((sum, need) => sum + need.blocks.length, needs.length);
  const tries = Math.max(2, Math.floor(BUDGET / (2 * Math.max(1, blocks))));
  const sheet = new Sheet(needs);
  const evaluated = TRIALS.slice(0, tries).map((trial) => {
    const plan = planAt(sheet, needs, aspect, gapBetween, trial);
    return { ...plan, need: Math.max(plan.width / aspect, heightOf(sheet, plan)) };
  });
  return evaluated.reduce((best, one) => (one.need < best.need - 1 ? one : best));
}

/** Candidate panels, each laid out once per flow and width. */
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
): Omit<Plan, 'need'> {
  const sized = needs.map(({ key, least, area }) => {
    const way = flow === 'least' ? (area.across < area.down ? 'across' : 'down') : flow;
    return { key, flow: way, area: area[way], w: Math.max(least[way], Math.sqrt(area[way] * shape)) };
  });
  const whole = sized.reduce((sum, { area, w }) => sum + (w + GAP) * (area / w + GAP + HEAD), 0);
  const most = Math.sqrt(whole * aspect) * limit;
  const rows: Place[][] = [];
  for (const one of sized) {
    // No wider than its content.
    const place = { key: one.key, flow: one.flow, w: Math.min(one.w, sheet.at(one).used) };
    const row = rows.at(-1);
    const next = row === undefined ? null : placeAfter(row, place, gapBetween);
    if (row === undefined || next === null || widthOf([...row, next]) > most) rows.push([{ ...place, gap: 0 }]);
    else row.push(next);
  }
  const width = Math.max(LEAST_W, ...rows.map(widthOf));
  return { rows: rows.map((row) => stretched(sheet, row, width, rows.length)), width };
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
 * Stretches a row to the widest row if the difference is small; a single row always gets the width of the outside strip's text.
 * Otherwise its panels use what they need of the width.
 */
function stretched(sheet: Sheet, row: readonly Place[], width: number, rows: number): readonly Place[] {
  const gaps = row.reduce((sum, one) => sum + one.gap, 0);
  const by = (width - gaps) / (widthOf(row) - gaps);
  // Among many rows, the last one has cells like the others.
  if (by > MOST_STRETCH && rows > FEW_ROWS) return row;
  const wider = row.map((one) => ({ ...one, w: one.w * by }));
  return by > MOST_STRETCH && rows > 1 ? wider.map((one) => ({ ...one, w: sheet.at(one).used })) : wider;
}

const heightOf = (sheet: Sheet, plan: Pick<Plan, 'rows'>): number =>
  plan.rows.reduce((sum, row) => sum + Math.max(...row.map((place) => sheet.at(place).h)) + GAP, 0);
