import type { Browser, Page } from 'playwright';
import { BLOCK, type Grid } from './compare';

/** Converts images to grids and grids to images, in a separate page: the browser decodes PNG. */
export class Darkroom {
  private constructor(private readonly page: Page) {}

  static async open(browser: Browser): Promise<Darkroom> {
    return new Darkroom(await browser.newPage());
  }

  /** The mean colors of an image's blocks; `block` 1 reads a stored grid, whose pixels are the means. */
  async gridOf(png: Buffer, block = BLOCK): Promise<Grid> {
    const { columns, rows, colors } = await this.page.evaluate(meansOf, { base64: png.toString('base64'), block });
    return { columns, rows, colors: Uint8Array.from(colors) };
  }

  /** A PNG with `scale` pixels a block. */
  async pngOf({ columns, rows, colors }: Grid, scale = 1): Promise<Buffer> {
    const base64 = await this.page.evaluate(painted, { columns, rows, colors: [...colors], scale });
    return Buffer.from(base64, 'base64');
  }
}

/** Runs in the page. */
async function meansOf({ base64, block }: { base64: string; block: number }) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const pen = new OffscreenCanvas(picture.width, picture.height).getContext('2d', { willReadFrequently: true })!;
  pen.drawImage(picture, 0, 0);
  const [columns, rows] = [Math.floor(picture.width / block), Math.floor(picture.height / block)];
  const { data } = pen.getImageData(0, 0, picture.width, picture.height);
  const sums = new Array<number>(3 * columns * rows).fill(0);
  for (let y = 0; y < rows * block; y++) {
    for (let x = 0; x < columns * block; x++) {
      const from = 4 * (y * picture.width + x);
      const to = 3 * (Math.floor(y / block) * columns + Math.floor(x / block));
      for (let channel = 0; channel < 3; channel++) sums[to + channel]! += data[from + channel]!;
    }
  }
  return { columns, rows, colors: sums.map((sum) => Math.round(sum / (block * block))) };
}

/** Runs in the page. */
function painted({ columns, rows, colors, scale }: { columns: number; rows: number; colors: number[]; scale: number }) {
  const canvas = document.createElement('canvas');
  canvas.width = columns * scale;
  canvas.height = rows * scale;
  const pen = canvas.getContext('2d')!;
  for (let block = 0; block < columns * rows; block++) {
    pen.fillStyle = `rgb(${colors.slice(3 * block, 3 * block + 3).join(' ')})`;
    pen.fillRect((block % columns) * scale, Math.floor(block / columns) * scale, scale, scale);
  }
  return canvas.toDataURL('image/png').split(',')[1] ?? '';
}
