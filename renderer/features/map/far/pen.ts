import type { Rect } from '../layout/geometry';
import type { MarkPart } from '../../../ui/marks';

export interface Ink {
  readonly fill?: string;
  readonly stroke?: string;
  /** Width of the stroke, in the drawing's units. */
  readonly line?: number;
  readonly dash?: readonly number[];
  readonly alpha?: number;
}

export interface Words {
  readonly size: number;
  readonly fill: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly align?: 'left' | 'center' | 'right';
  /** Longer words are cut with dots. */
  readonly most?: number;
  readonly alpha?: number;
}

/** What the map is drawn with where it is no elements of the page: a canvas while far out, a vector file when exported. */
export interface Pen {
  box(box: Rect, radius: number, ink: Ink): void;
  /** An SVG path. */
  path(d: string, ink: Ink, at?: { readonly x: number; readonly y: number }): void;
  /** How wide words would be. */
  width(words: string, how: Pick<Words, 'size' | 'bold'>): number;
  /** One line of words; `y` is their middle. */
  words(words: string, x: number, y: number, how: Words): void;
  /** A state's mark in a square of `size`. */
  mark(parts: readonly MarkPart[], x: number, y: number, size: number, colour: string, alpha?: number): void;
}
