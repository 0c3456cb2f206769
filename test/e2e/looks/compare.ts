/** A picture as the mean colors of its blocks, row by row: red, green, blue, each 0 to 255. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly colors: Uint8Array;
}

/** Side of a block, in pixels: wider than a letter, so that another browser's way of drawing letters hardly changes its mean. */
export const BLOCK = 16;

/** How far a channel of a block's mean color may lie off before the block counts as different, of 255. */
export const DISTANCE = 16;

/** The share of blocks that may be different: 12 of the 4,000 blocks of a window of 1280 by 800. */
export const SHARE = 0.003;

export interface Comparison {
  /** Numbers of the blocks that differ, row by row from 0. */
  readonly different: readonly number[];
  /** 0 to 1; 1 when the pictures are not of the same size. */
  readonly share: number;
  readonly same: boolean;
}

export function compare(old: Grid, now: Grid): Comparison {
  if (old.columns !== now.columns || old.rows !== now.rows) return { different: [], share: 1, same: false };
  const blocks = old.columns * old.rows;
  const different = Array.from({ length: blocks }, (_, block) => block).filter(
    (block) => distance(old.colors, now.colors, 3 * block) > DISTANCE,
  );
  const share = different.length / blocks;
  return { different, share, same: share <= SHARE };
}

/** Of the channel that differs most. */
const distance = (a: Uint8Array, b: Uint8Array, at: number): number =>
  Math.max(...[at, at + 1, at + 2].map((i) => Math.abs((a[i] ?? 0) - (b[i] ?? 0))));

/** The new grid paled, with red where it differs from the old one. */
export function differenceOf(now: Grid, { different }: Comparison): Grid {
  const colors = now.colors.map((value) => 255 - Math.round((255 - value) / 4));
  for (const block of different) colors.set([220, 0, 0], 3 * block);
  return { ...now, colors };
}
