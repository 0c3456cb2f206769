/** Words cut with dots so that they take at most `most`; `width` measures them. */
export function cut(words: string, most: number | undefined, width: (words: string) => number): string {
  if (most === undefined || width(words) <= most) return words;
  const letters = [...words];
  // The first guess is by the share of the room, so that a long name is not measured letter by letter.
  letters.length = Math.max(
    0,
    Math.min(letters.length, Math.ceil((letters.length * most) / Math.max(1, width(words))) + 1),
  );
  while (letters.length > 0 && width(`${letters.join('')}…`) > most) letters.pop();
  return letters.length === 0 ? '' : `${letters.join('')}…`;
}
