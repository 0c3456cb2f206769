import { type RefObject, useEffect } from 'react';
import type { Viewport } from './viewport';

/** A press that moves less than this is a click. */
const CLICK_PX = 4;

/** What a drag does instead of panning. Points are in window pixels. */
export interface DragHandler {
  readonly move: (x: number, y: number) => void;
  readonly drop: (x: number, y: number) => void;
  readonly cancel: () => void;
}

/**
 * Dragging pans the map, or does what `startDrag` returns for its origin; the wheel zooms at the pointer. A drag suppresses the
 * click that ends it; Escape cancels it.
 */
export function useGestures(
  frame: RefObject<HTMLElement | null>,
  viewport: Viewport,
  startDrag: (target: Element, x: number, y: number) => DragHandler | null,
): void {
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    let from: { x: number; y: number; target: Element; moved: boolean; handler: DragHandler | null } | null = null;
    const down = (event: PointerEvent): void => {
      if (event.button === 0 && event.target instanceof Element)
        from = { x: event.clientX, y: event.clientY, target: event.target, moved: false, handler: null };
    };
    const move = (event: PointerEvent): void => {
      if (from === null) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.moved && Math.hypot(dx, dy) < CLICK_PX) return;
      if (!from.moved) {
        element.setPointerCapture(event.pointerId);
        from = { ...from, moved: true, handler: startDrag(from.target, from.x, from.y) };
      }
      if (from.handler === null) viewport.pan(dx, dy);
      else from.handler.move(event.clientX, event.clientY);
      from = { ...from, x: event.clientX, y: event.clientY };
    };
    const end = (event: PointerEvent): void => {
      const last = from;
      from = null;
      if (last?.moved !== true) return;
      element.addEventListener('click', (click) => click.stopPropagation(), { capture: true, once: true });
      if (event.type === 'pointerup') last.handler?.drop(event.clientX, event.clientY);
      else last.handler?.cancel();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || from?.handler === null || from?.handler === undefined) return;
      event.stopPropagation();
      from.handler.cancel();
      from = null;
    };
    // Not passive: the page would scroll as well.
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      viewport.zoom(Math.exp(-event.deltaY * 0.0015), { x: event.clientX - box.left, y: event.clientY - box.top });
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', end);
    element.addEventListener('pointercancel', end);
    element.addEventListener('wheel', wheel, { passive: false });
    window.addEventListener('keydown', key, { capture: true });
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', end);
      element.removeEventListener('pointercancel', end);
      element.removeEventListener('wheel', wheel);
      window.removeEventListener('keydown', key, { capture: true });
    };
  }, [frame, viewport, startDrag]);
}
