import type { Rect } from '../layout/geometry';
import type { MarkPart } from '../../../ui/marks';

export interface ShapeStyle {
  readonly fill?: string;
  readonly stroke?: string;
  /** The stroke width, in drawing units. */
  readonly line?: number;
  readonly dash?: readonly number[];
  readonly alpha?: number;
}

export interface TextStyle {
  readonly size: number;
  readonly fill: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly align?: 'left' | 'center' | 'right';
  /** Longer text is shortened with an ellipsis. */
  readonly most?: number;
  readonly alpha?: number;
}

/** An abstract drawing surface for the map: a canvas when zoomed out, a vector file when exported. */
export interface Painter {
  box(box: Rect, radius: number, ink: ShapeStyle): void;
  /** An SVG path. */
  path(d: string, ink: ShapeStyle, at?: { readonly x: number; readonly y: number }): void;
  /** The width of a text. */
  width(words: string, how: Pick<TextStyle, 'size' | 'bold'>): number;
  /** One line of text; `y` is its middle. */
  words(words: string, x: number, y: number, how: TextStyle): void;
  /** A state icon in a square of `size`. */
  mark(parts: readonly MarkPart[], x: number, y: number, size: number, color: string, alpha?: number): void;
}
