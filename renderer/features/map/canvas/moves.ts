import type { Layout } from '../layout/boxes';
import { chipKey, islandNodeKey, panelKey } from './nodes';

/** Where an object is on the map, and in which panel. */
export interface Place {
  readonly panel: string;
  readonly x: number;
  readonly y: number;
}

/** How far an object comes from: relative to its panel, which moves on its own. */
export interface Move {
  readonly key: string;
  readonly dx: number;
  readonly dy: number;
}

/** The places of panels, islands and VMs, by their node. */
export function placesOf(layout: Layout): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const panel of layout.panels) {
    const put = (key: string, x: number, y: number): void =>
      void places.set(key, { panel: panelKey(panel.key), x: panel.x + x, y: panel.y + y });
    put(panelKey(panel.key), 0, 0);
    for (const islandBox of panel.islandBoxes) {
      put(islandNodeKey(islandBox.island.id), islandBox.x, islandBox.y);
      for (const { vmId, x, y } of islandBox.chips) put(chipKey(panel.key, vmId), x, y);
    }
    for (const { vmId, x, y } of [...panel.lanes, ...panel.alone]) put(chipKey(panel.key, vmId), x, y);
  }
  return places;
}

/** What moved between two layouts. */
export function movesBetween(before: ReadonlyMap<string, Place>, after: ReadonlyMap<string, Place>): Move[] {
  const shift = (key: string): { dx: number; dy: number } => {
    const [old, now] = [before.get(key), after.get(key)];
    return old === undefined || now === undefined ? { dx: 0, dy: 0 } : { dx: old.x - now.x, dy: old.y - now.y };
  };
  const moves: Move[] = [];
  for (const [key, { panel }] of after) {
    const own = shift(key);
    const whole = key === panel || !before.has(key) ? { dx: 0, dy: 0 } : shift(panel);
    const [dx, dy] = [own.dx - whole.dx, own.dy - whole.dy];
    if (Math.abs(dx) > 0.5 || Math.abs(dy) > 0.5) moves.push({ key, dx, dy });
  }
  return moves;
}
