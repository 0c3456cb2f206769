/**
 * What must not reach a terminal as it is: control characters (an escape sequence in a comment could rewrite the screen or
 * type for the user), line and paragraph separators, marks that reverse the order of what follows, lone surrogates, and letters
 * without a width, by which two names look alike. Not the joiners and selectors that scripts and emoji need.
 */
const UNSAFE =
  /(?![\u200c\u200d\ufe00-\ufe0f])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\ufff9-\ufffb\u2800]/gu;

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

/** The text on one line, with everything unsafe escaped. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => SHORT[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same for a multi-line text: its own line breaks stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

const unitOf = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON that is safe on a terminal too: JSON.stringify does not escape DEL, the C1 controls and bidirectional marks. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE, (char) =>
    char === '\n' ? char : char.split('').map(unitOf).join(''),
  );
}
