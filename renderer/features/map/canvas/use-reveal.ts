import { useEffect, useRef } from 'react';
import type { Layout } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import { formatSelection, type Selection } from '../selection';
import { nodesOf } from './nodes';
import type { Viewport } from './viewport';

/** An object to scroll into view; a new `round` repeats the request. */
export interface RevealRequest {
  readonly of: Selection;
  readonly round: number;
}

/** Moves the viewport to the requested object, zoomed in enough to read names. */
export function useReveal(revealRequest: RevealRequest | null, layout: Layout, viewport: Viewport): void {
  const done = useRef(revealRequest?.round ?? 0);
  useEffect(() => {
    if (revealRequest === null || done.current === revealRequest.round) return;
    done.current = revealRequest.round;
    const box = boxOf(layout, revealRequest.of);
    if (box !== null) viewport.goTo(box);
  }, [revealRequest, layout, viewport]);
}

/** The position of an object; for a collapsed VM that of its summary. */
function boxOf(layout: Layout, of: Selection): Rect | null {
  const wanted = formatSelection(of);
  const node = nodesOf(layout, 'near').find((one) => one.selects !== null && formatSelection(one.selects) === wanted);
  if (node !== undefined || of.kind !== 'vm') return node?.box ?? null;
  for (const panel of layout.panels) {
    const more = panel.islandBoxes.find((islandBox) => islandBox.more?.vmIds.includes(of.id) === true)?.more;
    if (more !== null && more !== undefined) return { ...more, x: panel.x + more.x, y: panel.y + more.y };
  }
  return null;
}
