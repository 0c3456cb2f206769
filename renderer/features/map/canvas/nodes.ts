import type { Layout, PanelBox } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import type { Selection } from '../selection';
import type { Level } from './viewport';

/** A focusable object on the map. `selects` is its selection; null for the summary of collapsed VMs. */
export interface Node {
  readonly key: string;
  readonly kind: 'panel' | 'island' | 'chip' | 'more' | 'empty';
  readonly selects: Selection | null;
  /** Its island; null: none. */
  readonly islandId: string | null;
  /** In layout coordinates. */
  readonly box: Rect;
}

export const panelKey = (panel: string): string => `panel/${panel}`;
export const islandNodeKey = (islandId: string): string => `island/${islandId}`;
export const moreKey = (islandId: string): string => `more/${islandId}`;
export const emptyKey = (networkId: string): string => `empty/${networkId}`;
/** When grouped by network, a VM is in several panels. */
export const chipKey = (panel: string, vmId: string): string => `chip/${panel}/${vmId}`;

const PANEL_HEAD_H = 34;
const HEAD_W = 120;

/** The selection of a panel: its host or network; none for all islands. */
export function panelSelection(panel: PanelBox): Selection | null {
  switch (panel.of.kind) {
    case 'host':
      return panel.of.host === null ? null : { kind: 'host', id: panel.of.host.id };
    case 'network':
      return { kind: 'network', id: panel.of.network.id };
    case 'islands':
      return null;
  }
}

/** The nodes at a level of detail, from left to right and top to bottom. Zoomed out there are no chips, farther out only panels. */
export function nodesOf(layout: Layout, level: Level): Node[] {
  const empty = layout.empty.map((box): Node => ({
    key: emptyKey(box.networkId),
    kind: 'empty',
    selects: { kind: 'network', id: box.networkId },
    islandId: null,
    box,
  }));
  return [...layout.panels.flatMap((panel) => nodesOfPanel(panel, level)), ...empty];
}

function nodesOfPanel(panel: PanelBox, level: Level): Node[] {
  const at = (box: Rect): Rect => ({ x: panel.x + box.x, y: panel.y + box.y, w: box.w, h: box.h });
  const selects = panelSelection(panel);
  const head = level === 'farther' ? panel : { x: panel.x, y: panel.y, w: panel.w, h: PANEL_HEAD_H };
  const nodes: Node[] =
    selects === null ? [] : [{ key: panelKey(panel.key), kind: 'panel', selects, islandId: null, box: head }];
  if (level === 'farther') return nodes;
  const chip = (box: Rect & { readonly vmId: string }): Node => ({
    key: chipKey(panel.key, box.vmId),
    kind: 'chip',
    selects: { kind: 'vm', id: box.vmId },
    islandId: null,
    box: at(box),
  });
  for (const islandBox of panel.islandBoxes) {
    const { id, networkId } = islandBox.island;
    const box = level === 'near' ? { ...at(islandBox), h: PANEL_HEAD_H } : at(islandBox);
    nodes.push({
      key: islandNodeKey(id),
      kind: 'island',
      selects: { kind: 'network', id: networkId },
      islandId: id,
      box,
    });
    if (level !== 'near') continue;
    nodes.push(...islandBox.chips.map(chip));
    if (islandBox.more !== null)
      nodes.push({ key: moreKey(id), kind: 'more', selects: null, islandId: id, box: at(islandBox.more) });
  }
  if (level === 'near') nodes.push(...panel.lanes.map(chip), ...panel.alone.map(chip));
  return nodes;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The nearest node in a direction; nodes straight ahead are preferred. Null: none. */
export function nextNode(nodes: readonly Node[], from: Rect, direction: Direction): Node | null {
  let best: Node | null = null;
  let least = Infinity;
  for (const node of nodes) {
    const { ahead, aside } = away(from, node.box, direction);
    if (ahead <= 0) continue;
    const distance = ahead + 2.5 * aside;
    if (distance < least) [best, least] = [node, distance];
  }
  return best;
}

/** How far ahead and aside the center of a box is (aside is 0 if they overlap). For a large box its header counts. */
function away(from: Rect, to: Rect, direction: Direction): { ahead: number; aside: number } {
  const [x, y] = [middleX(to) - middleX(from), middleY(to) - middleY(from)];
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  const sideways = direction === 'left' || direction === 'right';
  const inTheWay = sideways
    ? to.y < from.y + from.h && from.y < to.y + to.h
    : to.x < from.x + from.w && from.x < to.x + to.w;
  return { ahead: sign * (sideways ? x : y), aside: inTheWay ? 0 : Math.abs(sideways ? y : x) };
}

const middleX = (box: Rect): number => box.x + Math.min(box.w, HEAD_W) / 2;
const middleY = (box: Rect): number => box.y + Math.min(box.h, PANEL_HEAD_H) / 2;
