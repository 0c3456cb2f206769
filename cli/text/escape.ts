/**
 * What must not reach a terminal as it is: control characters (an escape sequence in a comment could rewrite the screen or
 * type for the user), line and paragraph separators, marks that reverse the order of what follows, lone surrogates, and letters
 * without a width, by which two names look alike.
 */
const UNSAFE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

/** The text on one line, with everything unsafe shown as an escape. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => SHORT[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same for a text of several lines: its own line breaks stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON that is safe on a terminal too: JSON.stringify leaves DEL, the C1 controls and bidirectional marks as they are. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u00ad\u034f\u115f\u1160\u180e\u3164\ufeff\uffa0\u061c\u200b\u200e\u200f\u2060-\u2064\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
