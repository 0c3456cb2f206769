import type { MarkPart } from '../../../ui/marks';
import type { Rect } from '../layout/geometry';
import { cut } from './shorten';
import type { ShapeStyle, Painter, TextStyle } from './painter';

const MEASURED = 20;

/** Paints on a canvas, in the units of its current transform. */
export class CanvasPainter implements Painter {
  private readonly paths = new Map<string, Path2D>();
  private readonly widths = new Map<string, number>();

  constructor(
    private readonly ctx: CanvasRenderingContext2D,
    private readonly font: string,
  ) {}

  box(box: Rect, radius: number, ink: ShapeStyle): void {
    const { ctx } = this;
    ctx.beginPath();
    ctx.roundRect(box.x, box.y, box.w, box.h, Math.min(radius, box.w / 2, box.h / 2));
    this.lay(ink);
  }

  path(d: string, ink: ShapeStyle, at = { x: 0, y: 0 }): void {
    const { ctx } = this;
    ctx.translate(at.x, at.y);
    this.lay(ink, this.pathOf(d));
    ctx.translate(-at.x, -at.y);
  }

  width(words: string, { size, bold }: Pick<TextStyle, 'size' | 'bold'>): number {
    // Measured at a fixed size: the result scales to every zoom level.
    const key = `${bold === true ? 'b' : ''}${words}`;
    let known = this.widths.get(key);
    if (known === undefined) {
      this.ctx.font = this.fontOf(MEASURED, bold);
      known = this.ctx.measureText(words).width / MEASURED;
      this.widths.set(key, known);
    }
    return known * size;
  }

  private fontOf(size: number, bold = false, italic = false): string {
    return `${italic ? 'italic ' : ''}${bold ? 600 : 400} ${size}px ${this.font}`;
  }

  words(words: string, x: number, y: number, how: TextStyle): void {
    const { ctx } = this;
    const fitting = cut(words, how.most, (some) => this.width(some, how));
    ctx.globalAlpha = how.alpha ?? 1;
    ctx.fillStyle = how.fill;
    ctx.font = this.fontOf(how.size, how.bold, how.italic);
    ctx.textAlign = how.align ?? 'left';
    ctx.textBaseline = 'middle';
    ctx.fillText(fitting, x, y);
    ctx.globalAlpha = 1;
  }

  mark(parts: readonly MarkPart[], x: number, y: number, size: number, color: string, alpha = 1): void {
    const { ctx } = this;
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(size / 12, size / 12);
    for (const { d, line } of parts)
      this.lay(line === null ? { fill: color, alpha } : { stroke: color, line, alpha }, this.pathOf(d));
    ctx.restore();
  }

  private lay(ink: ShapeStyle, path?: Path2D): void {
    const { ctx } = this;
    ctx.globalAlpha = ink.alpha ?? 1;
    if (ink.fill !== undefined) {
      ctx.fillStyle = ink.fill;
      if (path === undefined) ctx.fill();
      else ctx.fill(path);
    }
    if (ink.stroke !== undefined) {
      ctx.strokeStyle = ink.stroke;
      ctx.lineWidth = ink.line ?? 1;
      ctx.setLineDash([...(ink.dash ?? [])]);
      if (path === undefined) ctx.stroke();
      else ctx.stroke(path);
    }
    ctx.globalAlpha = 1;
  }

  private pathOf(d: string): Path2D {
    const known = this.paths.get(d);
    if (known !== undefined) return known;
    const path = new Path2D(d);
    this.paths.set(d, path);
    return path;
  }
}
