/** A text of a foreign file for a screen: one line, without control, format or private characters, at most so long. */
export function plain(text: string, max: number): string {
  const shown = text.replace(/\s+/gu, ' ').replace(/\p{C}/gu, '').trim();
  return [...shown].slice(0, max).join('').trim();
}
