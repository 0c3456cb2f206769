import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Layout } from '../layout/boxes';
import { formatSelection, type Selection } from '../selection';
import { type Direction, nextNode, type Node, nodesOf } from './nodes';
import type { Level, Viewport } from './viewport';

const PAN_PX = 80;
const DIRECTIONS: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const PANS: Record<Direction, readonly [number, number]> = {
  left: [PAN_PX, 0],
  right: [-PAN_PX, 0],
  up: [0, PAN_PX],
  down: [0, -PAN_PX],
};

export interface CursorOptions {
  readonly layout: Layout;
  readonly level: Level;
  readonly selected: Selection | null;
  readonly viewport: Viewport;
  readonly frame: RefObject<HTMLElement | null>;
  readonly onEscape: () => void;
  readonly onNote: (islandId: string) => void;
}

/**
 * Keyboard control of the map: it is one tab stop; arrow keys move the focus by position, Shift+arrow pans, plus, minus and 0 zoom,
 * n adds a note to an island. `node` has the focus and is rendered even if it is outside the rendered part.
 */
export function useCursor({ layout, level, selected, viewport, frame, onEscape, onNote }: CursorOptions) {
  const [key, setKey] = useState<string | null>(null);
  const wantsFocus = useRef(false);
  const nodes = useMemo(() => nodesOf(layout, level), [layout, level]);
  const node = useMemo(() => nodes.find((one) => one.key === key) ?? null, [nodes, key]);

  const focus = useCallback(
    (next: Node): void => {
      wantsFocus.current = true;
      setKey(next.key);
      viewport.reveal(next.box);
    },
    [viewport],
  );
  // The element exists only after the map has rendered around it.
  useEffect(() => {
    if (!wantsFocus.current || node === null) return;
    const element = frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(node.key)}"]`);
    if (element === null || element === undefined) return;
    wantsFocus.current = false;
    element.focus({ preventScroll: true });
  });

  const move = (direction: Direction): void => {
    const from = node ?? start(nodes, selected, viewport);
    if (from === null) return;
    if (node === null) return focus(from);
    const next = nextNode(nodes, from.box, direction);
    if (next !== null) focus(next);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const direction = DIRECTIONS[event.key];
    const islandId = node?.islandId ?? null;
    const acts: Record<string, () => void> = {
      '+': viewport.zoomIn,
      '=': viewport.zoomIn,
      '-': viewport.zoomOut,
      '0': () => viewport.fit(layout.width, layout.height),
      Escape: onEscape,
      ...(islandId === null ? {} : { n: () => onNote(islandId) }),
    };
    const act =
      direction === undefined
        ? acts[event.key]
        : event.shiftKey
          ? () => viewport.pan(...PANS[direction])
          : () => move(direction);
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  /** An object focused by mouse is where the arrow keys continue. */
  const onFocus = (event: React.FocusEvent): void => {
    const at = event.target.closest('[data-node]')?.getAttribute('data-node');
    if (at !== null && at !== undefined && at !== key) setKey(at);
  };
  return { node, focus, onKeyDown, onFocus, nodes };
}

/** The first focus: the selection, else the first object in view. */
function start(nodes: readonly Node[], selected: Selection | null, viewport: Viewport): Node | null {
  const at = selected === null ? null : formatSelection(selected);
  const found = nodes.find((node) => node.selects !== null && formatSelection(node.selects) === at);
  return found ?? nodes.find((node) => viewport.sees(node.box)) ?? nodes[0] ?? null;
}
