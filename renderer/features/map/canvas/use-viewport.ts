import { type RefObject, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Layout } from '../layout/boxes';
import { whenStill } from './stillness';
import { LEAST_AT_REST, leastText, levelOf, NAME_AT_REST, Viewport } from './viewport';

/** A panel of which less is in view counts as out of view. */
const LEAST_SHARE = 0.5;

/**
 * Binds the viewport to its elements. It writes the transform to `world` directly, so that panning does not re-render. `shape`
 * decides whether the view still fits: it changes when everything is laid out again.
 */
export function useViewport(
  layout: Layout,
  shape: string,
  frame: RefObject<HTMLElement | null>,
  world: RefObject<HTMLElement | null>,
) {
  const [viewport] = useState(() => new Viewport(layout.width, layout.height, window.innerWidth, window.innerHeight));
  const level = useSyncExternalStore(viewport.subscribe, viewport.level);
  const tiles = useSyncExternalStore(viewport.subscribe, viewport.tiles);
  const fittedShape = useRef<string | null>(null);
  const latest = useRef(layout);
  useLayoutEffect(() => {
    latest.current = layout;
  }, [layout]);

  useLayoutEffect(() => {
    // Text is then rendered sharply instead of scaled.
    const still = whenStill(() => {
      world.current?.style.removeProperty('will-change');
      settleAt(world.current, viewport.view.scale);
    });
    let shown = viewport.level();
    const apply = (): void => {
      const { x, y, scale } = viewport.view;
      if (world.current === null) return;
      world.current.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
      world.current.style.willChange = 'transform';
      // Before its elements are rendered this costs nothing.
      if (shown !== viewport.level()) settleAt(world.current, scale);
      shown = viewport.level();
      still.moved();
    };
    apply();
    settleAt(world.current, viewport.view.scale);
    const stop = viewport.subscribe(apply);
    return () => {
      stop();
      still.stop();
    };
  }, [viewport, world]);

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const sizeOfWindow = (): string => `${window.innerWidth} ${window.innerHeight}`;
    let fittedWindow = sizeOfWindow();
    const observer = new ResizeObserver(() => {
      viewport.resize(element.clientWidth, element.clientHeight);
      // A window of another size shows the whole map again; a part of the page that opens moves nothing.
      if (fittedWindow === sizeOfWindow()) return;
      fittedWindow = sizeOfWindow();
      if (!viewport.moved) viewport.fit(latest.current.width, latest.current.height);
    });
    viewport.resize(element.clientWidth, element.clientHeight);
    observer.observe(element);
    return () => observer.disconnect();
  }, [viewport, frame]);

  // The first render fits the map, and so does a new arrangement. Later changes move nothing, unless most of a panel would be out
  // of view. A view that the user has moved stays.
  useLayoutEffect(() => {
    const isFirst = fittedShape.current === null;
    const sameShape = fittedShape.current === shape;
    fittedShape.current = shape;
    const fits = sameShape && layout.panels.every((panel) => viewport.shareOf(panel) > LEAST_SHARE);
    if (isFirst || (!viewport.moved && !fits)) viewport.fit(layout.width, layout.height);
  }, [viewport, shape, layout]);

  return { viewport, level, tiles };
}

/**
 * What depends on the scale once the map is still: each of these values is inherited, so that a change costs the styles of the whole map.
 * Close in, text is not smaller than 11 pixels on the screen: where the map is small it is drawn larger, and details give way (islands.css).
 * Far out, the only element is the one that has the focus, and its ring is as wide at every scale.
 */
function settleAt(world: HTMLElement | null, scale: number): void {
  if (levelOf(scale) !== 'near') return world?.style.setProperty('--scale', String(scale));
  const least = leastText(scale);
  world?.style.setProperty('--least', `${least}px`);
  world?.classList.toggle('map-grown', least > LEAST_AT_REST);
  world?.classList.toggle('map-small', least > NAME_AT_REST);
}
