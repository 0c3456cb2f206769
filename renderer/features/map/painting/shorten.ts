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

/** Shortens a name in the middle: what tells it from others is often at its end. */
export function cutMiddle(words: string, most: number, width: (words: string) => number): string {
  if (width(words) <= most) return words;
  const letters = [...words];
  for (let kept = letters.length - 1; kept > 0; kept--) {
    const head = Math.ceil(kept / 2);
    const short = `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (kept - head)).join('')}`;
    if (width(short) <= most) return short;
  }
  return '';
}
