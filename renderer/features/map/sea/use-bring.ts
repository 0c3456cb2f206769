import { useEffect, useRef } from 'react';
import type { Layout } from '../layout/boxes';
import type { Rect } from '../layout/geometry';
import { addressOf, type Picked } from '../picked';
import { nodesOf } from './nodes';
import type { Viewport } from './viewport';

/** An object to scroll into view; a new `round` repeats the request. */
export interface Bring {
  readonly of: Picked;
  readonly round: number;
}

/** Moves the viewport to the requested object, zoomed in enough to read names. */
export function useBring(bring: Bring | null, layout: Layout, viewport: Viewport): void {
  const done = useRef(bring?.round ?? 0);
  useEffect(() => {
    if (bring === null || done.current === bring.round) return;
    done.current = bring.round;
    const box = boxOf(layout, bring.of);
    if (box !== null) viewport.goTo(box);
  }, [bring, layout, viewport]);
}

/** The position of an object; for a collapsed VM that of its summary. */
function boxOf(layout: Layout, of: Picked): Rect | null {
  const wanted = addressOf(of);
  const node = nodesOf(layout, 'near').find((one) => one.picks !== null && addressOf(one.picks) === wanted);
  if (node !== undefined || of.kind !== 'vm') return node?.box ?? null;
  for (const panel of layout.panels) {
    const more = panel.isles.find((isle) => isle.more?.vmIds.includes(of.id) === true)?.more;
    if (more !== null && more !== undefined) return { ...more, x: panel.x + more.x, y: panel.y + more.y };
  }
  return null;
}
