import { describe, expect, it } from 'vitest';
import { LEAST_TEXT, leastText, levelOf, tilesIn, Viewport } from './viewport';

const WINDOW = { w: 800, h: 600 };
const viewport = (): Viewport => new Viewport(4_000, 3_000, WINDOW.w, WINDOW.h);

describe('Viewport', () => {
  it('shows the whole map initially', () => {
    const { view } = viewport();
    expect(view.x + 4_000 * view.scale).toBeLessThanOrEqual(WINDOW.w);
    expect(view.y + 3_000 * view.scale).toBeLessThanOrEqual(WINDOW.h);
  });

  it('shows a hundred hosts above the tools of the map in a window of 640 by 400', () => {
    const [frame, tools] = [{ w: 592, h: 233 }, 51];
    const hundred = { w: 17_600, h: 8_240 };
    const { view } = new Viewport(hundred.w, hundred.h, frame.w, frame.h);
    expect(view.y + hundred.h * view.scale).toBeLessThan(frame.h - tools);
  });

  it('keeps the point under the pointer in place when zooming', () => {
    const one = viewport();
    const before = one.toLayout(300, 200);
    one.zoom(1.7, { x: 300, y: 200 });
    const after = one.toLayout(300, 200);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });

  it('renders nothing while it zooms in and out again', () => {
    const one = viewport();
    one.goTo({ x: 1_000, y: 1_000, w: 100, h: 30 });
    one.zoom(0.5);
    const tiles = one.tiles();
    for (const factor of [1.2, 1 / 1.2, 1.2, 1 / 1.2]) {
      one.zoom(factor);
      expect(one.tiles()).toBe(tiles);
    }
  });

  it('renders what is in view, and little more, wherever it moves', () => {
    const one = viewport();
    for (let i = 0; i < 200; i += 1) {
      one.zoom(1 + 0.3 * Math.sin(i));
      one.pan(90 * Math.sin(i / 3), 70 * Math.cos(i / 5));
      const { x, y, w, h } = one.tiles();
      const [from, to] = [one.toLayout(0, 0), one.toLayout(WINDOW.w, WINDOW.h)];
      expect([x <= from.x, y <= from.y, x + w >= to.x, y + h >= to.y]).toEqual([true, true, true, true]);
      const needed = tilesIn(one.view, WINDOW.w, WINDOW.h);
      expect(w * h).toBeLessThanOrEqual(2 * needed.w * needed.h);
    }
  });

  it('keeps its tiles while it moves within them, so that nothing re-renders', () => {
    const one = viewport();
    one.goTo({ x: 1_000, y: 1_000, w: 100, h: 30 });
    const tiles = one.tiles();
    one.pan(2, 2);
    expect(one.tiles()).toBe(tiles);
    one.pan(900, 0);
    expect(one.tiles()).not.toBe(tiles);
  });

  it('brings an object into view, zoomed in enough to read it', () => {
    const one = viewport();
    const box = { x: 3_800, y: 2_900, w: 90, h: 30 };
    one.zoom(8);
    expect(one.sees(box)).toBe(false);
    one.goTo(box);
    expect(one.sees(box)).toBe(true);
    expect(levelOf(one.view.scale)).toBe('near');
  });

  it('moves as little as needed to reveal an object just out of view', () => {
    const one = viewport();
    one.goTo({ x: 0, y: 0, w: 100, h: 30 });
    const { view } = one;
    one.reveal({ x: 10, y: 10, w: 50, h: 20 });
    expect(one.view).toBe(view);
  });
});

describe('shareOf', () => {
  it('says how much of a box is in view', () => {
    const one = viewport();
    one.goTo({ x: 0, y: 0, w: 100, h: 100 });
    const { x, y } = one.toLayout(0, 0);
    expect(one.shareOf({ x: x + 10, y: y + 10, w: 20, h: 20 })).toBeCloseTo(1);
    expect(one.shareOf({ x: x - 10, y: y + 10, w: 20, h: 20 })).toBeCloseTo(0.5);
    expect(one.shareOf({ x: x - 50, y: y + 10, w: 20, h: 20 })).toBe(0);
  });
});

describe('leastText', () => {
  it('keeps all text at 11 pixels on the screen where there are elements', () => {
    for (let scale = 0.3; scale < 2.5; scale += 0.01)
      if (levelOf(scale) === 'near') expect(scale * leastText(scale)).toBeGreaterThanOrEqual(LEAST_TEXT);
  });

  it('changes nothing at scale 1 and above', () => {
    expect([1, 1.35, 2.5].map(leastText)).toEqual([11, 11, 11]);
  });
});
