import { nameWidth } from '../layout/name-width';

/** The size of letters that `nameWidth` tells the widths of. */
const SIZE = 13;

/** Words cut with dots so that they take at most `most` at a size of letters. */
export function cut(words: string, size: number, most: number | undefined): string {
  const limit = most === undefined ? Infinity : (most * SIZE) / size;
  if (nameWidth(words) <= limit) return words;
  const letters = [...words];
  while (letters.length > 0 && nameWidth(`${letters.join('')}…`) > limit) letters.pop();
  return letters.length === 0 ? '' : `${letters.join('')}…`;
}
