import type { FenceLook } from '../layout/fences';

/** The signs of promises, stroked in a box of 12 by 12: pickets, the arch of a bridge, a shield. */
export const FENCE_SIGNS: Readonly<Record<FenceLook, string>> = {
  fence: 'M3 2.5V9.5M6 2.5V9.5M9 2.5V9.5M1.5 4.6H10.5M1.5 7.4H10.5',
  bridge: 'M1 5H11M1.5 9C3 5.4 9 5.4 10.5 9M4 5V6.8M8 5V6.8',
  mark: 'M6 1.5L10 3V6C10 8.4 8.3 9.9 6 10.7C3.7 9.9 2 8.4 2 6V3Z',
};

/** The width of their strokes. */
export const SIGN_LINE = 1.1;
