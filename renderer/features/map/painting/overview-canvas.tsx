import { useEffect, useRef } from 'react';
import type { Viewport } from '../canvas/viewport';
import { CanvasPainter } from './canvas-painter';
import type { HealthBook } from './health';
import { paintMap } from './paint-map';
import type { Scene } from './scene';

/** The zoomed-out map: one canvas over the window, repainted as it moves, because DOM elements would be too many. */
export function OverviewCanvas({
  scene,
  health,
  viewport,
}: {
  scene: Omit<Scene, 'level' | 'px' | 'part' | 'now'>;
  health: HealthBook;
  viewport: Viewport;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const ctx = element?.getContext('2d');
    if (element === null || ctx === null || ctx === undefined) return;
    const painter = new CanvasPainter(ctx, getComputedStyle(element).fontFamily);
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      const { w, h } = viewport.window;
      const dpr = window.devicePixelRatio;
      const [width, height] = [Math.round(w * dpr), Math.round(h * dpr)];
      if (element.width !== width || element.height !== height) Object.assign(element, { width, height });
      const { x, y, scale } = viewport.view;
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, width, height);
      ctx.setTransform(scale * dpr, 0, 0, scale * dpr, x * dpr, y * dpr);
      const part = { x: -x / scale, y: -y / scale, w: w / scale, h: h / scale };
      paintMap(painter, { ...scene, level: viewport.level(), px: 1 / scale, part, now: Date.now() }, health);
    };
    const later = (): void => {
      frame ||= requestAnimationFrame(draw);
    };
    draw();
    const stop = viewport.subscribe(later);
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [scene, viewport, health]);
  return <canvas ref={canvas} className="overview-canvas" aria-hidden="true" />;
}
