import type { SplitLine, IslandBox, PanelBox } from './boxes';
import type { Rect } from './geometry';
import { meets } from './hit';

/** Above this number dotted lines are only drawn for the selection. */
export const MAX_SPLIT_LINES = 4;

/** The size of a label: in two lines between panels side by side, in one between rows. */
const BESIDE = { w: 96, h: 36 };
const BETWEEN = { w: 180, h: 20 };
/** The height of a panel's or an island's title. */
const TITLE_H = 38;
const GUTTER = 8;
/** The steps in which room for a label is searched along its line. */
const STEP = 12;
const STEPS = 60;
/** An island this close to its panel's left edge counts as at the edge. */
const EDGE = 20;
/** The distance from an island's right end to the start of a line: clear of the names below. */
const INSET = 40;

interface PlacedIsland {
  readonly panel: PanelBox;
  readonly islandBox: IslandBox;
  readonly x: number;
  readonly y: number;
}

/** A line, the middle of its label, and the direction in which the label can move. */
interface Line {
  readonly path: string;
  readonly x: number;
  readonly y: number;
  readonly along: 'x' | 'y';
}

/**
 * Dotted lines between the largest island of a network and its others. They run below the islands, and their labels are between
 * panels, where there are neither titles nor VMs; where there is no room for a label, the line has none.
 */
export function splitLinesOf(panels: readonly PanelBox[]): SplitLine[] {
  const all = panels.flatMap((panel) =>
    panel.islandBoxes.map((islandBox): PlacedIsland => ({
      panel,
      islandBox,
      x: panel.x + islandBox.x,
      y: panel.y + islandBox.y,
    })),
  );
  const mains = new Map(
    all
      .filter(({ islandBox }) => !islandBox.island.another && islandBox.island.hostId !== null)
      .map((one) => [one.islandBox.island.networkId, one]),
  );
  const lines = all
    .filter(({ islandBox }) => islandBox.island.another && islandBox.island.hostId !== null)
    .flatMap((other) => {
      const { id, networkId } = other.islandBox.island;
      const main = mains.get(networkId);
      if (main === undefined) return [];
      return [{ key: id, networkId, ...(areBeside(main, other) ? across(main, other) : along(main, other)) }];
    });
  // Many lines are drawn only for the selection, whose islands say it themselves.
  if (lines.length > MAX_SPLIT_LINES)
    return lines.map(({ key, networkId, path }) => ({ key, networkId, path, label: null }));
  const taken = takenBy(panels);
  return lines.map(({ key, networkId, ...line }) => {
    const label = labelOf(line, taken);
    if (label !== null) taken.push(label);
    return { key, networkId, path: line.path, label };
  });
}

const areBeside = ({ panel: a }: PlacedIsland, { panel: b }: PlacedIsland): boolean =>
  (a.x + a.w <= b.x || b.x + b.w <= a.x) && a.y < b.y + b.h && b.y < a.y + a.h;

/** Where no label can be: titles and islands, and the VMs outside of them. */
const takenBy = (panels: readonly PanelBox[]): Rect[] =>
  panels.flatMap((panel) => [
    { x: panel.x + 14, y: panel.y, w: panel.w - 14, h: TITLE_H },
    ...[...panel.islandBoxes, ...panel.lanes, ...panel.alone].map(({ x, y, w, h }) => ({
      x: panel.x + x,
      y: panel.y + y,
      w,
      h,
    })),
  ]);

/** The free place for a label that is nearest to the middle of its line. */
function labelOf({ x, y, along: axis }: Line, taken: readonly Rect[]): SplitLine['label'] {
  const { w, h } = axis === 'y' ? BESIDE : BETWEEN;
  for (let step = 0; step <= STEPS; step++)
    for (const sign of step === 0 ? [0] : [1, -1]) {
      const by = sign * step * STEP;
      const box = { x: x - w / 2 + (axis === 'x' ? by : 0), y: y - h / 2 + (axis === 'y' ? by : 0), w, h };
      if (box.x >= 0 && !taken.some((other) => meets(box, other))) return { ...box, inTwoLines: axis === 'y' };
    }
  return null;
}

/** Side by side: a slightly curved line from edge to edge; the label is beside the right panel. */
function across(one: PlacedIsland, other: PlacedIsland): Line {
  const [a, b] = one.x <= other.x ? [one, other] : [other, one];
  const [x1, x2] = [a.x + a.islandBox.w, b.x];
  const [y1, y2] = [a.y + a.islandBox.h / 2, b.y + b.islandBox.h / 2];
  const reach = Math.min(60, (x2 - x1) / 2);
  const path = `M${x1} ${y1}C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`;
  const left = Math.max(a.panel.x + a.panel.w, b.panel.x - 200);
  return { path, x: (left + b.panel.x) / 2, y: (y1 + y2) / 2, along: 'y' };
}

/**
 * One above the other. If both are at the left edge, along that edge; else from below the upper one through the space between the
 * panels, where the label is.
 */
function along(one: PlacedIsland, other: PlacedIsland): Line {
  const [a, b] = one.y <= other.y ? [one, other] : [other, one];
  const between = b.panel.y - 10;
  if ([a, b].every(({ panel, x }) => x - panel.x <= EDGE)) {
    const [y1, y2] = [a.y + a.islandBox.h / 2, b.y + b.islandBox.h / 2];
    const out = Math.min(a.panel.x, b.panel.x) + GUTTER;
    return { path: `M${a.x} ${y1}H${out}V${y2}H${b.x}`, x: out + BETWEEN.w / 2, y: between, along: 'x' };
  }
  const [x1, x2] = [a.x + a.islandBox.w - INSET, b.x + b.islandBox.w - INSET];
  return {
    path: `M${x1} ${a.y + a.islandBox.h}V${between}H${x2}V${b.y}`,
    x: (x1 + x2) / 2,
    y: between,
    along: 'x',
  };
}
