import stringWidth from 'string-width';

/** How many cells a text takes on a terminal. Control characters are to be escaped before. */
export const displayWidth = (text: string): number => stringWidth(text, { countAnsiEscapeCodes: true });

/** Fills a text with blanks up to `width` cells. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
