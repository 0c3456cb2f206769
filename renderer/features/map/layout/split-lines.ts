import type { SplitLine, IslandBox, PanelBox } from './boxes';

/** The approximate size of the label: two lines between panels side by side, one line between rows. */
const LABEL_H = 40;
const LABEL_W = 178;
const GUTTER = 8;
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

/**
 * Lines between the largest island of a network and its others: dotted, or those of the tunnels of a stretched network. They run below the islands, and their labels are between
 * panels, where there are no chips.
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
  const placed = all.filter(({ islandBox }) => islandBox.island.hostId !== null);
  const mains = new Map<string, PlacedIsland>();
  for (const one of placed) {
    const { networkId, another } = one.islandBox.island;
    if (!another && !mains.has(networkId)) mains.set(networkId, one);
  }
  const others = placed.filter((one) => {
    const { island } = one.islandBox;
    return mains.get(island.networkId) !== one && (island.another || island.joints !== undefined);
  });
  const gaps = others.flatMap((other) => {
    const main = mains.get(other.islandBox.island.networkId);
    return main === undefined ? [] : [lineBetween(main, other)];
  });
  return spread(gaps);
}

function lineBetween(main: PlacedIsland, other: PlacedIsland): SplitLine {
  const { id, networkId } = other.islandBox.island;
  const islandIds = [main.islandBox.island.id, id] as const;
  return {
    key: id,
    networkId,
    islandIds,
    ...(main.panel.y === other.panel.y ? across(main, other) : along(main, other)),
  };
}

/** Side by side: a slightly curved line from edge to edge; the label is beside the right panel. */
function across(one: PlacedIsland, other: PlacedIsland): Pick<SplitLine, 'path' | 'x' | 'y'> {
  const [a, b] = one.x <= other.x ? [one, other] : [other, one];
  const [x1, x2] = [a.x + a.islandBox.w, b.x];
  const [y1, y2] = [a.y + a.islandBox.h / 2, b.y + b.islandBox.h / 2];
  const reach = Math.min(60, (x2 - x1) / 2);
  const path = `M${x1} ${y1}C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`;
  const left = Math.max(a.panel.x + a.panel.w, b.panel.x - 200);
  return { path, x: (left + b.panel.x) / 2, y: (y1 + y2) / 2 };
}

/**
 * One above the other. If both are at the left edge, along that edge; else from below the upper one through the space between the
 * panels, where the label is.
 */
function along(one: PlacedIsland, other: PlacedIsland): Pick<SplitLine, 'path' | 'x' | 'y'> {
  const [a, b] = one.y <= other.y ? [one, other] : [other, one];
  const between = b.panel.y - 10;
  if ([a, b].every(({ panel, x }) => x - panel.x <= EDGE)) {
    const [y1, y2] = [a.y + a.islandBox.h / 2, b.y + b.islandBox.h / 2];
    const out = Math.min(a.panel.x, b.panel.x) + GUTTER;
    return { path: `M${a.x} ${y1}H${out}V${y2}H${b.x}`, x: out + LABEL_W / 2, y: between };
  }
  const [x1, x2] = [a.x + a.islandBox.w - INSET, b.x + b.islandBox.w - INSET];
  return { path: `M${x1} ${a.y + a.islandBox.h}V${between}H${x2}V${b.y}`, x: (x1 + x2) / 2, y: between };
}

/** Labels that would overlap move down. */
function spread(gaps: readonly SplitLine[]): SplitLine[] {
  const placed: SplitLine[] = [];
  for (const gap of [...gaps].sort((a, b) => a.y - b.y)) {
    const above = placed.filter((one) => Math.abs(one.x - gap.x) < 60).at(-1);
    placed.push(above === undefined ? gap : { ...gap, y: Math.max(gap.y, above.y + LABEL_H) });
  }
  return placed;
}
