import { type RefObject, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Layout } from '../layout/boxes';
import { Viewport } from './viewport';

/** After the last move: then letters are drawn sharp again instead of being stretched. */
const STILL_MS = 180;

/**
 * The window onto the map, tied to its elements. The transform is written to `world` directly, so that moving the map draws nothing
 * anew. `shape` says what decides whether the view still fits: it changes when panels come and go.
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
      world.current.style.willChange = 'transform';
      clearTimeout(timer);
      timer = setTimeout(() => world.current?.style.removeProperty('will-change'), STILL_MS);
    };
    apply();
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

  // The first drawing is fitted. Later changes move nothing, but for panels that come or go: they would be out of sight. A view
  // that a person has moved stays where it is.
  useLayoutEffect(() => {
    const isFirst = fittedShape.current === null;
    const sameShape = fittedShape.current === shape;
    fittedShape.current = shape;
    if (isFirst || (!sameShape && !viewport.moved)) viewport.fit(layout.width, layout.height);
  }, [viewport, shape, layout.width, layout.height]);

  return { viewport, level, tiles };
}
