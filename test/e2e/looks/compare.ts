/** An image as the mean colors of its blocks, row by row: red, green, blue, each 0 to 255. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly colors: Uint8Array;
}

/** The block size in pixels: wider than a letter, so that another browser's font rendering hardly changes its mean. */
export const BLOCK = 16;

/** How far a channel of a block's mean color can differ before the block counts as different, of 255. */
export const DISTANCE = 16;

/** The allowed share of different blocks: 12 of the 4,000 blocks of a window of 1280 by 800. */
export const SHARE = 0.003;

export interface Comparison {
  /** The numbers of the different blocks, row by row from 0. */
  readonly different: readonly number[];
  /** 0 to 1; 1 if the images have different sizes. */
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

/** The channel with the largest difference. */
const distance = (a: Uint8Array, b: Uint8Array, at: number): number =>
  Math.max(...[at, at + 1, at + 2].map((i) => Math.abs((a[i] ?? 0) - (b[i] ?? 0))));

/** The new image faded, with differences in red. */
export function differenceOf(now: Grid, { different }: Comparison): Grid {
  const colors = now.colors.map((value) => 255 - Math.round((255 - value) / 4));
  for (const block of different) colors.set([220, 0, 0], 3 * block);
  return { ...now, colors };
}
