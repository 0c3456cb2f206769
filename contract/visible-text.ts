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
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return mapList(value, change);
  return Object.getPrototypeOf(value) === Object.prototype ? mapFields(value, change) : value;
}

function mapList(list: readonly unknown[], change: (text: string) => string): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let at = 0; at < list.length; at += 1) {
    const each = mapTexts(list[at], change);
    if (each !== list[at]) (copy ??= [...list])[at] = each;
  }
  return copy ?? list;
}

function mapFields(value: object, change: (text: string) => string): object {
  let changed: Map<string, unknown> | null = null;
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key];
    const each = mapTexts(field, change);
    if (each !== field) (changed ??= new Map()).set(key, each);
  }
  // Entries, so that a field called __proto__ stays a field.
  return changed === null
    ? value
    : Object.fromEntries(Object.entries(value).map(([key, field]) => [key, changed.get(key) ?? field]));
}
