import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** How much is drawn: everything; islands with counts; hosts with counts. */
export type Level = 'near' | 'far' | 'farther';

/** A hundred hosts of a hundred VMs fit into a small window. */
const MIN = 0.02;
const MAX = 2.5;
const FIT_MOST = 1.3;
const MARGIN = 18;
const STEP = 1.25;
const KEY_PX = 80;
/** A press that moves less than this is a click. */
const CLICK_PX = 4;

export const levelOf = (scale: number): Level => (scale >= 0.52 ? 'near' : scale >= 0.2 ? 'far' : 'farther');

const clamp = (scale: number): number => Math.min(MAX, Math.max(MIN, scale));

/** The view that shows all of a `width` by `height` canvas in a window of `w` by `h`, at no more than a comfortable size. */
export function fitted(width: number, height: number, w: number, h: number): View {
  const scale = Math.min(FIT_MOST, clamp(Math.min((w - 2 * MARGIN) / width, (h - 2 * MARGIN) / height)));
  return { scale, x: Math.max(MARGIN, (w - width * scale) / 2), y: MARGIN };
}

/**
 * Pan and zoom of the canvas. The transform is written to the element directly, so that moving the map draws nothing anew;
 * React hears only when the level of detail changes.
 */
export function useView(
  size: { width: number; height: number },
  /** What decides whether the view still fits: changes when hosts come and go. */
  shape: string,
  frame: RefObject<HTMLDivElement | null>,
  canvas: RefObject<HTMLDivElement | null>,
) {
  const view = useRef<View | null>(null);
  const fittedShape = useRef<string | null>(null);
  const moved = useRef(false);
  // Before the frame can be measured the window stands for it: drawing 10,000 VMs near, to fold them at once, takes a second.
  const [level, setLevel] = useState<Level>(() =>
    levelOf(fitted(size.width, size.height, window.innerWidth, window.innerHeight).scale),
  );

  const show = useCallback(
    (next: View) => {
      view.current = next;
      if (canvas.current !== null) {
        canvas.current.style.transform = `translate(${next.x}px, ${next.y}px) scale(${next.scale})`;
        canvas.current.style.setProperty('--scale', String(next.scale));
      }
      setLevel(levelOf(next.scale));
    },
    [canvas],
  );
  const fit = useCallback(() => {
    const box = frame.current?.getBoundingClientRect();
    moved.current = false;
    if (box !== undefined) show(fitted(size.width, size.height, box.width, box.height));
  }, [frame, show, size.width, size.height]);
  const zoom = useCallback(
    (factor: number, at?: { x: number; y: number }) => {
      const now = view.current;
      const box = frame.current?.getBoundingClientRect();
      if (now === null || box === undefined) return;
      moved.current = true;
      const point = at ?? { x: box.width / 2, y: box.height / 2 };
      const scale = clamp(now.scale * factor);
      const k = scale / now.scale;
      show({ scale, x: point.x - (point.x - now.x) * k, y: point.y - (point.y - now.y) * k });
    },
    [frame, show],
  );
  const pan = useCallback(
    (dx: number, dy: number) => {
      if (view.current === null) return;
      moved.current = true;
      show({ ...view.current, x: view.current.x + dx, y: view.current.y + dy });
    },
    [show],
  );

  // The first drawing is fitted. Later changes move nothing, but for hosts that come or go: they would be out of sight. A view
  // that a person has moved stays where it is.
  useLayoutEffect(() => {
    const sameHosts = fittedShape.current === shape;
    fittedShape.current = shape;
    if (view.current === null || (!sameHosts && !moved.current)) fit();
    else show(view.current);
  }, [fit, show, shape]);
  usePointer(frame, pan, zoom);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => pan(KEY_PX, 0),
      ArrowRight: () => pan(-KEY_PX, 0),
      ArrowUp: () => pan(0, KEY_PX),
      ArrowDown: () => pan(0, -KEY_PX),
      '+': () => zoom(STEP),
      '=': () => zoom(STEP),
      '-': () => zoom(1 / STEP),
      '0': fit,
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };
  return { level, fit, zoomIn: () => zoom(STEP), zoomOut: () => zoom(1 / STEP), onKeyDown };
}

/** Dragging moves, the wheel zooms at the pointer. A drag swallows the click that ends it. */
function usePointer(
  frame: RefObject<HTMLDivElement | null>,
  pan: (dx: number, dy: number) => void,
  zoom: (factor: number, at: { x: number; y: number }) => void,
): void {
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    let from: { x: number; y: number; moved: boolean } | null = null;
    const down = (event: PointerEvent): void => {
      if (event.button === 0) from = { x: event.clientX, y: event.clientY, moved: false };
    };
    const move = (event: PointerEvent): void => {
      if (from === null) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.moved && Math.hypot(dx, dy) < CLICK_PX) return;
      if (!from.moved) element.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, moved: true };
      pan(dx, dy);
    };
    const up = (): void => {
      if (from?.moved === true)
        element.addEventListener('click', (event) => event.stopPropagation(), { capture: true, once: true });
      from = null;
    };
    // Not passive: the page would scroll as well.
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * 0.0015), { x: event.clientX - box.left, y: event.clientY - box.top });
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      element.removeEventListener('wheel', wheel);
    };
  }, [frame, pan, zoom]);
}
