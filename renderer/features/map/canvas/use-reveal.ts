import { useEffect, useRef } from 'react';
import type { Layout } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import { formatSelection, type Selection } from '../selection';
import { type Node, nodesOf } from './nodes';
import type { Viewport } from './viewport';

/** An object to scroll into view; a new `round` repeats the request. */
export interface RevealRequest {
  readonly of: Selection;
  /** Zooms to it and gives it the focus, or moves the map only as far as needed, once it is there. */
  readonly how: 'focus' | 'nudge';
  readonly round: number;
}

/** Moves the viewport to the requested object. One that was just created appears a moment later. */
export function useReveal(
  revealRequest: RevealRequest | null,
  layout: Layout,
  viewport: Viewport,
  focus: (node: Node) => void,
): void {
  const done = useRef(revealRequest?.round ?? 0);
  useEffect(() => {
    if (revealRequest === null || done.current === revealRequest.round) return;
    const { of, how, round } = revealRequest;
    const box = boxOf(layout, of);
    if (box === null && how === 'nudge') return;
    done.current = round;
    if (box === null) return;
    if (how === 'nudge') return viewport.reveal(box);
    viewport.goTo(box);
    const node = nodeOf(layout, of);
    if (node !== undefined) focus(node);
  }, [revealRequest, layout, viewport, focus]);
}

/** Keeps the selected object in view when a change of the map moves it; a selection out of view stays where it is. */
export function useKeptInView(selected: Selection | null, layout: Layout, viewport: Viewport): void {
  const before = useRef<{ readonly layout: Layout; readonly key: string; readonly seen: boolean } | null>(null);
  useEffect(() => {
    const key = selected === null ? '' : formatSelection(selected);
    const box = selected === null ? null : boxOf(layout, selected);
    const old = before.current;
    if (old !== null && old.layout !== layout && old.key === key && old.seen && box !== null) viewport.reveal(box);
    const note = (): void => {
      before.current = { layout, key, seen: box !== null && viewport.sees(box) };
    };
    note();
    return viewport.subscribe(note);
  }, [selected, layout, viewport]);
}

function nodeOf(layout: Layout, of: Selection): Node | undefined {
  const wanted = formatSelection(of);
  return nodesOf(layout, 'near').find((one) => one.selects !== null && formatSelection(one.selects) === wanted);
}

/** The position of an object; for a collapsed VM that of its summary. */
function boxOf(layout: Layout, of: Selection): Rect | null {
  const node = nodeOf(layout, of);
  if (node !== undefined || of.kind !== 'vm') return node?.box ?? null;
  for (const panel of layout.panels) {
    const more = panel.islandBoxes.find((islandBox) => islandBox.more?.vmIds.includes(of.id) === true)?.more;
    if (more !== null && more !== undefined) return { ...more, x: panel.x + more.x, y: panel.y + more.y };
  }
  return null;
}
