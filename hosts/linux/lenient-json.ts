import { AppError, note } from '../../contract';

/**
 * JSON as programs of a host really write it. ip prints names and aliases as the kernel has them, and the kernel lets root put
 * control characters and quotes there, which JSON forbids: one such interface must not hide all the others.
 */

/** Characters of a text that are taken; an answer that is larger was refused by the shell. */
const ESCAPES = new Set('"\\/bfnrt');
const HEX4 = /^[0-9a-fA-F]{4}$/;

/**
 * The same text with what JSON forbids within strings escaped: control characters, and backslashes that begin no escape. One pass,
 * each character is looked at once. Text that is JSON already stays as it is.
 */
export function mendJson(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) inString = !inString;
    else if (!inString) continue;
    else if (code === 0x5c) {
      const next = text[at + 1] ?? '';
      if (ESCAPES.has(next) || (next === 'u' && HEX4.test(text.slice(at + 2, at + 6)))) at += 1;
      else {
        parts.push(text.slice(from, at), '\\\\');
        from = at + 1;
      }
    } else if (code < 0x20) {
      parts.push(text.slice(from, at), `\\u${code.toString(16).padStart(4, '0')}`);
      from = at + 1;
    }
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(from);
}

/** What could not be read is kept for a person, to this length. */
const SHOWN_CHARS = 200;

/**
 * The elements of a JSON list, those that can be read; the text of each other one goes to `onOdd`. An empty text is an empty list.
 * @throws AppError HOST_COMMAND_FAILED for what is no list at all
 */
export function readList(text: string, what: string, onOdd: (text: string) => void = () => undefined): unknown[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const whole = parsed(trimmed);
  if (whole.ok) {
    if (Array.isArray(whole.value)) return whole.value as unknown[];
    throw unreadable(what, 'it is no list');
  }
  const mended = mendJson(trimmed);
  const second = parsed(mended);
  if (second.ok && Array.isArray(second.value)) return second.value as unknown[];
  if (!mended.startsWith('[')) throw unreadable(what, whole.why);
  return elementsOf(mended).flatMap((element): unknown[] => {
    const one = parsed(element);
    if (one.ok) return [one.value];
    onOdd(element.slice(0, SHOWN_CHARS));
    return [];
  });
}

/**
 * A JSON object, by the same rules.
 * @throws AppError HOST_COMMAND_FAILED for what is none
 */
export function readObject(text: string, what: string): Readonly<Record<string, unknown>> {
  const first = parsed(text);
  const value = first.ok ? first : parsed(mendJson(text));
  if (!value.ok) throw unreadable(what, value.why);
  if (!isObject(value.value)) throw unreadable(what, 'it is no object');
  return value.value;
}

/** The items of `nft -j`, without what is no object. */
export function readNft(text: string): ReadonlyArray<Readonly<Record<string, unknown>>> {
  const { nftables } = readObject(text, 'nft');
  if (!Array.isArray(nftables)) throw unreadable('nft', 'it has no list "nftables"');
  return (nftables as unknown[]).filter(isObject);
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of each element of a list, by quotes and brackets alone. What is cut off at the end is left out. */
function elementsOf(list: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let begin = 1;
  let inString = false;
  for (let at = 0; at < list.length; at += 1) {
    const sign = list[at];
    if (inString) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') {
      depth -= 1;
      if (depth === 0) {
        found.push(list.slice(begin, at));
        return found.filter((text) => text.trim() !== '');
      }
    } else if (sign === ',' && depth === 1) {
      found.push(list.slice(begin, at));
      begin = at + 1;
    }
  }
  return found;
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

function parsed(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, why: error.message };
  }
}

const unreadable = (what: string, why: string): AppError =>
  new AppError('HOST_COMMAND_FAILED', `The answer of ${what} can't be read: ${why.slice(0, SHOWN_CHARS)}`, {
    remedy: note('Run the same command on the host and look at its output.'),
  });
