/*
 * Widths of words without asking a browser, so that the layout is pure: estimates a little wider than the screens' fonts draw
 * them, in pixels at scale 1. What is wider all the same is cut with dots, and whole in the drawer and on hover.
 */
const LETTER = 8;
const WIDE_LETTER = 14;

const SMALL_LETTER = 6.4;

/** Longer names are cut. */
export const MOST_NAME = 130;

/** Han, Kana, Hangul and emoji take about twice the room of a letter. */
export function nameWidth(name: string): number {
  let width = 0;
  for (const char of name) width += (char.codePointAt(0) ?? 0) >= 0x1100 ? WIDE_LETTER : LETTER;
  return width;
}

/** Of small words, such as stand beside names. */
export const smallWidth = (words: string): number => (nameWidth(words) / LETTER) * SMALL_LETTER;
