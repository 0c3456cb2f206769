import type { Rect } from '../layout/geometry';
import { text } from '../text';
import { CanvasPainter } from './canvas-painter';
import { HealthBook } from './health';
import { paintMap } from './paint-map';
import type { Scene } from './scene';
import { SvgPainter } from './svg-painter';

const MARGIN = 20;
/** Browsers refuse much larger canvases; a larger map is scaled down. */
const MOST_PNG_PX = 8192;
/** Sharp on high-density screens and in print. */
const PNG_SCALE = 2;
// eslint-disable-next-line atoll/loose-words -- names of fonts
const FONT = '"Red Hat Text", "Noto Sans", "DejaVu Sans", sans-serif';

/** The whole map as currently shown, including level of detail and highlight. */
export type Whole = Omit<Scene, 'part'>;

const boxOf = ({ layout }: Whole): Rect => ({
  x: -MARGIN,
  y: -MARGIN,
  w: layout.width + 2 * MARGIN,
  h: layout.height + 2 * MARGIN,
});

/** As SVG text: vector shapes and text only. */
export function mapAsSvg(whole: Whole): string {
  const painter = new SvgPainter(FONT);
  paintMap(painter, { ...whole, part: null }, new HealthBook(whole.model));
  return painter.file(boxOf(whole), whole.colors.bg, text.exportTitle);
}

/** As a PNG file. */
export async function mapAsPng(whole: Whole): Promise<Blob> {
  const box = boxOf(whole);
  const scale = Math.min(PNG_SCALE, MOST_PNG_PX / Math.max(box.w, box.h));
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(box.w * scale);
  canvas.height = Math.ceil(box.h * scale);
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('this browser cannot draw');
  ctx.fillStyle = whole.colors.bg;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.setTransform(scale, 0, 0, scale, -box.x * scale, -box.y * scale);
  paintMap(new CanvasPainter(ctx, FONT), { ...whole, part: null }, new HealthBook(whole.model));
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (blob === null) throw new Error('the image is too large for this browser');
  return blob;
}
