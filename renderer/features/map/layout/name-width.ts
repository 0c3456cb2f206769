/*
 * Text widths without a browser, so that the layout is a pure function: estimates slightly wider than the UI's fonts, in pixels at
 * scale 1. Text that is wider all the same is shortened; the drawer and tooltips show it in full.
 */
const LETTER = 8;
const WIDE_LETTER = 14;

const SMALL_LETTER = 6.4;

/** Longer names are shortened. */
export const MOST_NAME = 130;

/** Han, Kana, Hangul and emoji are about twice as wide as a letter. */
export function nameWidth(name: string): number {
  let width = 0;
  for (const char of name) width += (char.codePointAt(0) ?? 0) >= 0x1100 ? WIDE_LETTER : LETTER;
  return width;
}

/** Small text, such as labels beside names. */
export const smallWidth = (words: string): number => (nameWidth(words) / LETTER) * SMALL_LETTER;
