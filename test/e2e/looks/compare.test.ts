import { describe, expect, it } from 'vitest';
import { compare, differenceOf, DISTANCE, type Grid, SHARE } from './compare';

const [COLUMNS, ROWS] = [80, 50];
const ALLOWED = Math.floor(SHARE * COLUMNS * ROWS);

/** A gray grid, of which the first `blocks` blocks differ by `off` in one channel. */
function grid({ blocks = 0, off = 0, rows = ROWS } = {}): Grid {
  const colors = new Uint8Array(3 * COLUMNS * rows).fill(100);
  for (let block = 0; block < blocks; block++) colors[3 * block + 1] = 100 + off;
  return { columns: COLUMNS, rows, colors };
}

describe('comparing looks', () => {
  it('tolerates small differences in all blocks, as from font rendering', () => {
    expect(compare(grid(), grid({ blocks: COLUMNS * ROWS, off: DISTANCE })).same).toBe(true);
  });

  it('tolerates exactly the allowed number of different blocks', () => {
    expect(compare(grid(), grid({ blocks: ALLOWED, off: DISTANCE + 1 })).same).toBe(true);
    expect(compare(grid(), grid({ blocks: ALLOWED + 1, off: DISTANCE + 1 })).same).toBe(false);
  });

  it('treats images of different sizes as different', () => {
    expect(compare(grid(), grid({ rows: ROWS - 1 })).same).toBe(false);
  });

  it('marks differences in red, and fades the rest', () => {
    const now = grid({ blocks: 2, off: 50 });
    const { colors } = differenceOf(now, compare(grid(), now));
    expect([...colors.slice(0, 9)]).toEqual([220, 0, 0, 220, 0, 0, 216, 216, 216]);
  });
});
