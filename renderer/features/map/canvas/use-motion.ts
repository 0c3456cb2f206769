import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { Layout } from '../layout/boxes';
import type { Level } from './viewport';
import { type Move, movesBetween, type Place, placesOf } from './moves';

const MOTION: KeyframeAnimationOptions = { duration: 180, easing: 'ease-out' };

/** Shows what moved on its way from the old place to the new one, unless the user prefers reduced motion. */
export function useMotion(layout: Layout, level: Level, world: RefObject<HTMLElement | null>): void {
  const before = useRef<{ readonly layout: Layout; readonly places: ReadonlyMap<string, Place> } | null>(null);
  useLayoutEffect(() => {
    const old = before.current;
    if (old?.layout === layout) return;
    const places = level === 'near' ? placesOf(layout) : new Map<string, Place>();
    before.current = { layout, places };
    if (old === null || world.current === null || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    // Everything was laid out again: there is no way from one place to the other that could be followed.
    if (old.layout.round !== layout.round) return;
    animate(world.current, movesBetween(old.places, places));
  }, [layout, level, world]);
}

function animate(world: HTMLElement, moves: readonly Move[]): void {
  for (const { key, dx, dy } of moves) {
    const element = world.querySelector(`[data-node="${CSS.escape(key)}"]`)?.closest('.chip, .island, .host');
    element?.animate([{ transform: `translate(${dx}px, ${dy}px)` }, { transform: 'none' }], MOTION);
  }
}
