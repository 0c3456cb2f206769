import { type RefObject, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Layout } from '../layout/boxes';
import { textGrowth, Viewport } from './viewport';

/** The delay after the last move until text is rendered sharply instead of scaled. */
const STILL_MS = 180;

/**
 * Binds the viewport to its elements. It writes the transform to `world` directly, so that panning does not re-render. `shape`
 * decides whether the view still fits: it changes when panels are added or removed.
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

  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const apply = (): void => {
      const { x, y, scale } = viewport.view;
      if (world.current === null) return;
      world.current.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
      world.current.style.setProperty('--scale', String(scale));
      world.current.style.willChange = 'transform';
      clearTimeout(timer);
      timer = setTimeout(() => {
        world.current?.style.removeProperty('will-change');
        growText(world.current, scale);
      }, STILL_MS);
    };
    apply();
    growText(world.current, viewport.view.scale);
    const stop = viewport.subscribe(apply);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [viewport, world]);

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => viewport.resize(element.clientWidth, element.clientHeight));
    viewport.resize(element.clientWidth, element.clientHeight);
    observer.observe(element);
    return () => observer.disconnect();
  }, [viewport, frame]);

  // The first render fits the map. Later changes move nothing, unless panels are added or removed, which could be out of view. A
  // view that the user has
  // moved stays.
  useLayoutEffect(() => {
    const isFirst = fittedShape.current === null;
    const sameShape = fittedShape.current === shape;
    fittedShape.current = shape;
    if (isFirst || (!sameShape && !viewport.moved)) viewport.fit(layout.width, layout.height);
  }, [viewport, shape, layout.width, layout.height]);

  return { viewport, level, tiles };
}

/** Text is drawn larger where the map is small, as far as the boxes have room: see islands.css. */
function growText(world: HTMLElement | null, scale: number): void {
  const grown = textGrowth(scale);
  world?.style.setProperty('--grow', String(grown));
  world?.classList.toggle('map-grown', grown > 1);
}
