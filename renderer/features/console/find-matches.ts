/** The part of xterm's buffer API that is used here. */
export interface BufferLike {
  readonly length: number;
  getLine(
    y: number,
  ): { readonly isWrapped: boolean; readonly length: number; getCell(x: number): CellLike | undefined } | undefined;
}
interface CellLike {
  getChars(): string;
  getWidth(): number;
}

/** A match: its first cell, and its length in cells (it can cross the end of a row). */
export interface Found {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** The maximum number of matches; users refine the text instead. */
const MOST = 1_000;

/** All case-insensitive matches in a buffer, oldest first. A wrapped line is one line. */
export function findInBuffer(buffer: BufferLike, words: string): Found[] {
  if (words === '') return [];
  const wanted = words.toLowerCase();
  const found: Found[] = [];
  for (let row = 0; row < buffer.length && found.length < MOST;) {
    const line = logicalLine(buffer, row);
    for (let at = line.text.indexOf(wanted); at >= 0; at = line.text.indexOf(wanted, at + wanted.length)) {
      const [first, last] = [line.cells[at] ?? 0, line.cells[at + wanted.length - 1] ?? 0];
      found.push({
        row: row + Math.floor(first / line.width),
        column: first % line.width,
        length: last - first + 1,
      });
    }
    row += line.rows;
  }
  return found.slice(0, MOST);
}

/** The complete output, one entry per line, without trailing spaces. */
export function bufferText(buffer: BufferLike): string {
  const lines: string[] = [];
  for (let row = 0; row < buffer.length;) {
    const line = logicalLine(buffer, row, false);
    lines.push(line.text.trimEnd());
    row += line.rows;
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** A line with the rows it wraps onto; `cells` has the cell index of each character, from the line's start. */
function logicalLine(buffer: BufferLike, from: number, lower = true) {
  let text = '';
  const cells: number[] = [];
  let rows = 0;
  const width = buffer.getLine(from)?.length ?? 1;
  for (let line = buffer.getLine(from); line !== undefined; line = buffer.getLine(from + rows)) {
    if (rows > 0 && !line.isWrapped) break;
    for (let x = 0; x < line.length; x++) {
      const cell = line.getCell(x);
      // The second cell of a wide character is empty.
      if (cell === undefined || cell.getWidth() === 0) continue;
      const chars = cell.getChars() || ' ';
      const said = lower ? chars.toLowerCase() : chars;
      for (let i = 0; i < said.length; i++) cells.push(rows * width + x);
      text += said;
    }
    rows++;
  }
  return { text, cells, rows: Math.max(rows, 1), width };
}
