import { LETTER_HEIGHT, dotsOf } from './bitmap-font';

export const WIDTH = 640;
export const HEIGHT = 360;

/** A part of the image, in pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The pixel format of a viewer: bits per pixel, and the maximum and shift of red, green and blue. */
export interface DotFormat {
  readonly bits: number;
  readonly bigEndian: boolean;
  readonly max: readonly [number, number, number];
  readonly shift: readonly [number, number, number];
}

/** The area of the typed text: the part that changes. */
export const TYPED: Area = { x: 0, y: 270, width: WIDTH, height: 40 };

const MARGIN = 30;
const TYPED_KEPT = 26;
const GROUND = 0x1b1430;
const PLAIN = 0xe6e0f5;
const MARKED = 0xb39ddb;

/** The content of a simulated screen, one number 0xRRGGBB per pixel: that it is simulated, the VM's name, and the typed text. */
export function drawScreen(name: string, typed: string): Uint32Array {
  const dots = new Uint32Array(WIDTH * HEIGHT).fill(GROUND);
  write(dots, 'Simulated screen', 40, 5, MARKED);
  write(dots, name.slice(0, 32), 115, 3, PLAIN);
  write(dots, 'No program runs behind this screen.', 165, 2, PLAIN);
  write(dots, 'What you type is shown below.', 195, 2, PLAIN);
  write(dots, `${typed.slice(-TYPED_KEPT)}_`, TYPED.y + 8, 3, MARKED);
  return dots;
}

function write(dots: Uint32Array, text: string, top: number, scale: number, color: number): void {
  for (const [column, row] of dotsOf(text)) {
    const left = MARGIN + column * scale;
    if (left + scale > WIDTH || row >= LETTER_HEIGHT) continue;
    for (let y = top + row * scale; y < top + (row + 1) * scale; y += 1)
      dots.fill(color, y * WIDTH + left, y * WIDTH + left + scale);
  }
}

/** The part of an area inside the image. */
export function onPicture({ x, y, width, height }: Area): Area {
  const left = Math.min(x, WIDTH);
  const top = Math.min(y, HEIGHT);
  return { x: left, y: top, width: Math.min(width, WIDTH - left), height: Math.min(height, HEIGHT - top) };
}

/** The pixels of an area, row by row, in a viewer's format. */
export function encode(dots: Uint32Array, area: Area, format: DotFormat): Buffer {
  const size = format.bits / 8;
  const bytes = Buffer.alloc(area.width * area.height * size);
  let at = 0;
  for (let y = area.y; y < area.y + area.height; y += 1)
    for (let x = area.x; x < area.x + area.width; x += 1, at += size) {
      const value = encodeDot(dots[y * WIDTH + x] ?? 0, format);
      if (format.bigEndian) bytes.writeUIntBE(value, at, size);
      else bytes.writeUIntLE(value, at, size);
    }
  return bytes;
}

function encodeDot(rgb: number, { bits, max, shift }: DotFormat): number {
  const part = (index: 0 | 1 | 2): number =>
    Math.round((((rgb >> (16 - 8 * index)) & 255) * max[index]) / 255) << shift[index];
  const value = (part(0) | part(1) | part(2)) >>> 0;
  return bits === 32 ? value : value % 2 ** bits;
}
