import stringWidth from 'string-width';

/** The display width of a text in cells. Control characters must be escaped before. */
export const displayWidth = (text: string): number => stringWidth(text, { countAnsiEscapeCodes: true });

/** Pads a text with spaces to `width` cells. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
