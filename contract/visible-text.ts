/**
 * Characters that must not be shown unescaped: control characters, and bidirectional marks, which make a text read as another one.
 * Hosts are untrusted: names of their VMs, definitions, messages.
 */
const HIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const ALL_HIDDEN = new RegExp(HIDDEN, 'g');
const ESCAPED = /\\u\{([0-9a-f]{1,4})\}/g;

/** The text with each of them as an escape such as `\u{202e}`. */
export const visibleText = (text: string): string =>
  HIDDEN.test(text) ? text.replace(ALL_HIDDEN, (char) => `\\u{${char.charCodeAt(0).toString(16)}}`) : text;

/** The inverse, for input derived from shown text: a reference, an edited comment. */
export const hiddenText = (text: string): string =>
  text.replace(ESCAPED, (escape, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return HIDDEN.test(char) ? char : escape;
  });

/** The value with this applied to each text in it; plain objects and lists only. Nothing without such a text is copied. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) {
    const list = value.map((each: unknown) => mapTexts(each, change));
    return list.some((each, at) => each !== value[at]) ? list : value;
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, mapTexts(each, change)] as const);
  return entries.some(([key, each]) => each !== (value as Record<string, unknown>)[key])
    ? Object.fromEntries(entries)
    : value;
}
