import type { IslandBox, Layout, PanelBox } from './boxes';
import type { Rect } from './geometry';

/** The object at a point of the map. */
export interface Hit {
  readonly panel: PanelBox | null;
  readonly islandBox: IslandBox | null;
}

export const holds = (box: Rect, x: number, y: number): boolean =>
  x >= box.x && x < box.x + box.w && y >= box.y && y < box.y + box.h;

export const meets = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** The object at (`x`, `y`), in layout coordinates. */
export function hitAt(layout: Layout, x: number, y: number): Hit {
  const panel = layout.panels.find((one) => holds(one, x, y)) ?? null;
  const islandBox = panel?.islandBoxes.find((one) => holds(one, x - panel.x, y - panel.y)) ?? null;
  return { panel, islandBox };
}
