import { meets } from '../layout/hit';
import type { Rect } from '../layout/geometry';

export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** The level of detail: everything; islands with counts; hosts with counts. */
export type Level = 'near' | 'far' | 'farther';

/** A hundred hosts with a hundred VMs each fit into a window of 640 by 400, above its tools. */
const MIN = 0.01;
const MAX = 2.5;
/** The maximum scale up to a certain window width; larger windows allow more, so that a wall display is not half empty. */
const FIT_MOST = 1.35;
const COMFORTABLE_W = 1500;
const FIT_LIMIT = 2.2;
const MARGIN = 18;
/** The height of the overlay at the bottom: the buttons. */
const BELOW = 44;
const STEP = 1.25;
/** Rendering extends this far (in layout pixels) beyond the window, and updates when the view leaves what is rendered. */
const TILE = 400;
/** How many times as much as needed may be rendered, so that zooming in and out again renders nothing. */
const SPARE = 2;

/** No text is smaller on the screen, in pixels: what has no room for that is left out. */
export const LEAST_TEXT = 11;

/** VMs have room for their names down to the first scale, titles of islands and hosts down to the second. */
export const levelOf = (scale: number): Level => (scale >= 0.5 ? 'near' : scale >= 0.25 ? 'far' : 'farther');

/** The size of the smallest text on the map at scale 1, and of names. */
export const LEAST_AT_REST = 11;
export const NAME_AT_REST = 13;

/** How large text is drawn at least at a scale, in tenths, so that it changes rarely. */
export const leastText = (scale: number): number => Math.max(LEAST_AT_REST, Math.ceil((LEAST_TEXT * 10) / scale) / 10);

const clamp = (scale: number): number => Math.min(MAX, Math.max(MIN, scale));

/** The view of a whole `width` by `height` layout in a window of `w` by `h`, at a comfortable scale at most. */
export function fitted(width: number, height: number, w: number, h: number): View {
  const most = Math.min(FIT_LIMIT, FIT_MOST * Math.max(1, w / COMFORTABLE_W));
  const scale = Math.min(most, clamp(Math.min((w - 2 * MARGIN) / width, (h - 2 * MARGIN - BELOW) / height)));
  // Free space is distributed so that a small map is slightly above the center.
  const spare = Math.max(0, h - 2 * MARGIN - BELOW - height * scale);
  return { scale, x: Math.max(MARGIN, (w - width * scale) / 2), y: MARGIN + spare * 0.3 };
}

const isWithin = (inner: Rect, outer: Rect): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.w <= outer.x + outer.w &&
  inner.y + inner.h <= outer.y + outer.h;

/** The visible part of the layout in whole tiles, plus one tile on each side. */
export function tilesIn(view: View, w: number, h: number): Rect {
  const left = Math.floor(-view.x / view.scale / TILE) - 1;
  const top = Math.floor(-view.y / view.scale / TILE) - 1;
  const right = Math.ceil((w - view.x) / view.scale / TILE) + 1;
  const bottom = Math.ceil((h - view.y) / view.scale / TILE) + 1;
  return { x: left * TILE, y: top * TILE, w: (right - left) * TILE, h: (bottom - top) * TILE };
}

/**
 * The viewport onto the map: position and scale. Kept outside React state so that panning does not re-render; `level` and `tiles`
 * keep their identity until they change.
 */
export class Viewport {
  private listeners = new Set<() => void>();
  private now: View;
  private size = { w: 0, h: 0 };
  private tilesNow: Rect;
  /** Whether the user has moved it since it was fitted. */
  moved = false;

  /**
   * Before the window is measured, `w` and `h` are assumed: rendering 10,000 VMs zoomed in, only to zoom out immediately, takes a
   * second.
   */
  constructor(width: number, height: number, w: number, h: number) {
    this.size = { w, h };
    this.now = fitted(width, height, w, h);
    this.tilesNow = tilesIn(this.now, w, h);
  }

  get window(): { readonly w: number; readonly h: number } {
    return this.size;
  }

  get view(): View {
    return this.now;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly level = (): Level => levelOf(this.now.scale);
  readonly tiles = (): Rect => this.tilesNow;

  resize(w: number, h: number): void {
    this.size = { w, h };
    this.show(this.now);
  }

  fit(width: number, height: number): void {
    this.moved = false;
    this.show(fitted(width, height, this.size.w, this.size.h));
  }

  pan(dx: number, dy: number): void {
    this.moved = true;
    this.show({ ...this.now, x: this.now.x + dx, y: this.now.y + dy });
  }

  /** Zooms around a point of the window, by default its center. */
  zoom(factor: number, at = { x: this.size.w / 2, y: this.size.h / 2 }): void {
    this.moved = true;
    const scale = clamp(this.now.scale * factor);
    const k = scale / this.now.scale;
    this.show({ scale, x: at.x - (at.x - this.now.x) * k, y: at.y - (at.y - this.now.y) * k });
  }

  readonly zoomIn = (): void => this.zoom(STEP);
  readonly zoomOut = (): void => this.zoom(1 / STEP);

  /** Converts a window point to layout coordinates. */
  toLayout(x: number, y: number): { x: number; y: number } {
    return { x: (x - this.now.x) / this.now.scale, y: (y - this.now.y) / this.now.scale };
  }

  /** Moves as little as needed until the box is in view. */
  reveal(box: Rect): void {
    const { scale, x, y } = this.now;
    const push = (from: number, to: number, most: number): number =>
      to - from > most - 2 * MARGIN || from < MARGIN ? MARGIN - from : Math.min(0, most - MARGIN - to);
    const dx = push(box.x * scale + x, (box.x + box.w) * scale + x, this.size.w);
    const dy = push(box.y * scale + y, (box.y + box.h) * scale + y, this.size.h);
    if (dx !== 0 || dy !== 0) this.pan(dx, dy);
  }

  /** Centers the box, scaled so that names are readable and it fits the window. */
  goTo(box: Rect): void {
    this.moved = true;
    const most = Math.min((this.size.w - 2 * MARGIN) / box.w, (this.size.h - 2 * MARGIN) / box.h);
    const scale = clamp(Math.min(Math.max(this.now.scale, 1), most, FIT_MOST));
    this.show({
      scale,
      x: this.size.w / 2 - (box.x + box.w / 2) * scale,
      y: this.size.h / 2 - (box.y + box.h / 2) * scale,
    });
  }

  /** Whether the box is in view. */
  sees(box: Rect): boolean {
    return meets(box, this.part());
  }

  /** How much of the box is in view, from 0 to 1. */
  shareOf(box: Rect): number {
    const { scale, x, y } = this.now;
    const seen = (from: number, size: number, most: number): number =>
      Math.max(0, Math.min(most, from + size) - Math.max(0, from));
    const [w, h] = [box.w * scale, box.h * scale];
    return (seen(box.x * scale + x, w, this.size.w) * seen(box.y * scale + y, h, this.size.h)) / (w * h);
  }

  /** The part of the layout that is in view. */
  private part(): Rect {
    return { ...this.toLayout(0, 0), w: this.size.w / this.now.scale, h: this.size.h / this.now.scale };
  }

  private show(next: View): void {
    this.now = next;
    const tiles = tilesIn(next, this.size.w, this.size.h);
    const old = this.tilesNow;
    if (!isWithin(this.part(), old) || old.w * old.h > SPARE * tiles.w * tiles.h) this.tilesNow = tiles;
    for (const listener of this.listeners) listener();
  }
}
