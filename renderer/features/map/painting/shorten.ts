/** Shortens text with an ellipsis to at most `most`; `width` measures it. */
export function cut(words: string, most: number | undefined, width: (words: string) => number): string {
  if (most === undefined || width(words) <= most) return words;
  const letters = [...words];
  // Starts with a proportional estimate, so that a long name is not measured letter by letter.
  letters.length = Math.max(
    0,
    Math.min(letters.length, Math.ceil((letters.length * most) / Math.max(1, width(words))) + 1),
  );
  while (letters.length > 0 && width(`${letters.join('')}…`) > most) letters.pop();
  return letters.length === 0 ? '' : `${letters.join('')}…`;
}
