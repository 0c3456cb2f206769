import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An X server without a monitor (Xvfb), whose screen is a file. */
export class XScreen {
  private constructor(
    readonly display: string,
    private readonly server: ChildProcess,
    private readonly folder: string,
  ) {}

  static async open(): Promise<XScreen> {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-x-'));
    const size = ['-screen', '0', '1280x800x24', '-fbdir', folder];
    const server = spawn('Xvfb', ['-displayfd', '3', ...size, '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    let number = '';
    // It writes the number of its display once it is ready.
    for await (const bytes of server.stdio[3] as AsyncIterable<Buffer>)
      if ((number += String(bytes)).endsWith('\n')) break;
    return new XScreen(`:${number.trim()}`, server, folder);
  }

  /** Whether these pixels (0xRRGGBB, row by row) are anywhere on the screen, all of them. */
  shows(picture: Uint32Array, width: number): boolean {
    const { pixels, columns, rows } = this.#read();
    const height = picture.length / width;
    const isAt = (left: number, top: number): boolean => {
      for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1)
          if (pixels[(top + y) * columns + left + x] !== picture[y * width + x]) return false;
      return true;
    };
    for (let top = 0; top + height <= rows; top += 1)
      for (let left = 0; left + width <= columns; left += 1) if (isAt(left, top)) return true;
    return false;
  }

  async close(): Promise<void> {
    const ended = once(this.server, 'exit');
    this.server.kill();
    await ended;
    rmSync(this.folder, { recursive: true });
  }

  /** The file has the form of xwd: a header of big-endian numbers, colors, then pixels of 32 bits. */
  #read(): { pixels: Uint32Array; columns: number; rows: number } {
    const file = readFileSync(join(this.folder, 'Xvfb_screen0'));
    const header = (at: number): number => file.readUInt32BE(at * 4);
    const [columns, rows, rowBytes] = [header(4), header(5), header(12)];
    const from = header(0) + header(19) * 12;
    const pixels = new Uint32Array(columns * rows);
    for (let y = 0; y < rows; y += 1)
      for (let x = 0; x < columns; x += 1)
        pixels[y * columns + x] = file.readUInt32LE(from + y * rowBytes + x * 4) & 0xffffff;
    return { pixels, columns, rows };
  }
}
