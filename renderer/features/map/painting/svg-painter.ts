import type { MarkPart } from '../../../ui/marks';
import type { Rect } from '../layout/geometry';
import { nameWidth } from '../layout/name-width';
import { cut } from './shorten';
import type { ShapeStyle, Painter, TextStyle } from './painter';

/** The letter size that `nameWidth` estimates for. */
const ESTIMATED = 14.5;

/** Writes SVG. All external text (names) passes through `escaped`. */
export class SvgPainter implements Painter {
  private readonly parts: string[] = [];

  constructor(private readonly font: string) {}

  box(box: Rect, radius: number, ink: ShapeStyle): void {
    const at = attributes({
      x: box.x,
      y: box.y,
      width: box.w,
      height: box.h,
      rx: Math.min(radius, box.w / 2, box.h / 2),
    });
    this.parts.push(`<rect ${at} ${styleAttributes(ink)}/>`);
  }

  path(d: string, ink: ShapeStyle, at = { x: 0, y: 0 }): void {
    const moved = at.x === 0 && at.y === 0 ? '' : ` transform="translate(${n(at.x)} ${n(at.y)})"`;
    this.parts.push(`<path d="${escaped(d)}"${moved} ${styleAttributes(ink)}/>`);
  }

  /** An estimate: the viewer of the file can have other fonts. */
  width(words: string, { size }: Pick<TextStyle, 'size' | 'bold'>): number {
    return (nameWidth(words) * size) / ESTIMATED;
  }

  words(words: string, x: number, y: number, how: TextStyle): void {
    const anchor = { left: 'start', center: 'middle', right: 'end' }[how.align ?? 'left'];
    const look = attributes({ x, y, 'font-size': how.size, opacity: how.alpha ?? 1 });
    const weight =
      (how.bold === true ? ' font-weight="600"' : '') + (how.italic === true ? ' font-style="italic"' : '');
    this.parts.push(
      `<text ${look} fill="${escaped(how.fill)}" text-anchor="${anchor}" dominant-baseline="central"${weight}>` +
        `${escaped(cut(words, how.most, (some) => this.width(some, how)))}</text>`,
    );
  }

  mark(parts: readonly MarkPart[], x: number, y: number, size: number, color: string, alpha = 1): void {
    const ink = (line: number | null): ShapeStyle => (line === null ? { fill: color } : { stroke: color, line });
    const drawn = parts.map(({ d, line }) => `<path d="${d}" ${styleAttributes(ink(line))}/>`).join('');
    this.parts.push(
      `<g transform="translate(${n(x)} ${n(y)}) scale(${n(size / 12)})" opacity="${n(alpha)}">${drawn}</g>`,
    );
  }

  /** The whole file: `box` of the drawing on a `background`. */
  file(box: Rect, background: string, title: string): string {
    const view = [box.x, box.y, box.w, box.h].map(n).join(' ');
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${n(box.w)}" height="${n(box.h)}"`,
      ` font-family="${escaped(this.font)}">`,
      `<title>${escaped(title)}</title>`,
      `<rect ${attributes({ x: box.x, y: box.y, width: box.w, height: box.h })} fill="${escaped(background)}"/>`,
      ...this.parts,
      '</svg>\n',
    ].join('\n');
  }
}

/** Escapes text for XML content and quoted attributes; characters that XML forbids (control characters, lone surrogates) are removed. */
export function escaped(words: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return words
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (char) => named[char] ?? '');
}

const n = (value: number): string => String(Math.round(value * 100) / 100);

const attributes = (values: Record<string, number>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${n(value)}"`)
    .join(' ');

function styleAttributes(ink: ShapeStyle): string {
  const parts = [`fill="${escaped(ink.fill ?? 'none')}"`];
  if (ink.stroke !== undefined) parts.push(`stroke="${escaped(ink.stroke)}" stroke-width="${n(ink.line ?? 1)}"`);
  if (ink.dash !== undefined) parts.push(`stroke-dasharray="${ink.dash.map(n).join(' ')}"`);
  if (ink.alpha !== undefined && ink.alpha < 1) parts.push(`opacity="${n(ink.alpha)}"`);
  return parts.join(' ');
}
