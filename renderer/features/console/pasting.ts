/** Invisible characters that a terminal interprets, except tab and line breaks. */
const CONTROL_CHARACTERS =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Longer text needs confirmation even on one line. */
const LONG = 1_000;

export const linesOf = (text: string): number => text.replace(/(\r\n|\r|\n)+$/, '').split(/\r\n|\r|\n/).length;

/** Whether the user should review a text before it goes to a shell: it would be executed, or has invisible characters. */
export function needsAsking(text: string): boolean {
  return /[\r\n]/.test(text) || text.length > LONG || hasControlCharacters(text);
}

export const hasControlCharacters = (text: string): boolean => text.search(CONTROL_CHARACTERS) >= 0;
export const withoutControlCharacters = (text: string): string => text.replace(CONTROL_CHARACTERS, '');
