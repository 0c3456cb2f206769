import { expect, test } from 'vitest';
import { type BufferLike, bufferText, findInBuffer } from './find-matches';

const WIDE = /[漢字]/;
/** A buffer of rows that are `width` cells wide; a leading `>` marks a wrapped row. */
function buffer(width: number, ...rows: string[]): BufferLike {
  const made = rows.map((row) => {
    const cells: Array<{ chars: string; width: number }> = [];
    for (const chars of row.replace(/^>/, '')) {
      cells.push({ chars, width: WIDE.test(chars) ? 2 : 1 });
      if (WIDE.test(chars)) cells.push({ chars: '', width: 0 });
    }
    while (cells.length < width) cells.push({ chars: '', width: 1 });
    const getCell = (x: number) =>
      cells[x] && { getChars: () => cells[x]?.chars ?? '', getWidth: () => cells[x]?.width ?? 1 };
    return { isWrapped: row.startsWith('>'), length: width, getCell };
  });
  return { length: made.length, getLine: (y) => made[y] };
}

test('finds every match in any case', () => {
  expect(findInBuffer(buffer(20, 'Ping ok, ping lost', 'none'), 'PING')).toEqual([
    { row: 0, column: 0, length: 4 },
    { row: 0, column: 9, length: 4 },
  ]);
  expect(findInBuffer(buffer(20, 'a'), '')).toEqual([]);
});

test('treats a wrapped line as one line', () => {
  expect(findInBuffer(buffer(6, 'say he', '>llo', 'hello'), 'hello')).toEqual([
    { row: 0, column: 4, length: 5 },
    { row: 2, column: 0, length: 5 },
  ]);
  expect(findInBuffer(buffer(6, 'abcdef', '>ghi'), 'hi')).toEqual([{ row: 1, column: 1, length: 2 }]);
});

test('counts wide characters as two cells', () => {
  expect(findInBuffer(buffer(20, '漢字 ok'), 'ok')).toEqual([{ row: 0, column: 5, length: 2 }]);
});

test('returns the text by lines, not by rows', () => {
  expect(bufferText(buffer(6, 'one  ', 'abcdef', '>ghi', '', ''))).toBe('one\nabcdefghi\n');
});
