import { AppError, note } from '../../contract';

/**
 * Parses JSON as programs of a host really write it. ip prints names and aliases as the kernel has them, and the kernel lets root
 * put control characters and quotes there, which JSON forbids: one such interface must not hide all the others.
 */

/** Maximum length of a text in characters; the shell has refused larger answers. */
const ESCAPES = new Set('"\\/bfnrt');
const HEX4 = /^[0-9a-fA-F]{4}$/;

/**
 * Escapes what JSON forbids within strings: control characters, and backslashes that start no escape. A single pass over the
 * characters. Valid JSON stays unchanged.
 */
export function repairJson(text: string): string {
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

/** The maximum length of an unreadable item that is kept for the user. */
const SHOWN_CHARS = 200;

/**
 * The readable elements of a JSON list; the text of each other one is passed to `onOdd`. An empty text is an empty list.
 * @throws AppError HOST_COMMAND_FAILED if it is not a list
 */
export function readList(text: string, what: string, onOdd: (text: string) => void = () => undefined): unknown[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const whole = parsed(trimmed);
  if (whole.ok) {
    if (Array.isArray(whole.value)) return whole.value as unknown[];
    throw unreadable(what, 'it is no list');
  }
  const repaired = repairJson(trimmed);
  const second = parsed(repaired);
  if (second.ok && Array.isArray(second.value)) return second.value as unknown[];
  if (!repaired.startsWith('[')) throw unreadable(what, whole.why);
  return elementsOf(repaired).flatMap((element): unknown[] => {
    const one = parsed(element);
    if (one.ok) return [one.value];
    onOdd(element.slice(0, SHOWN_CHARS));
    return [];
  });
}

/**
 * A JSON object, by the same rules.
 * @throws AppError HOST_COMMAND_FAILED if it is not an object
 */
export function readObject(text: string, what: string): Readonly<Record<string, unknown>> {
  const first = parsed(text);
  const value = first.ok ? first : parsed(repairJson(text));
  if (!value.ok) throw unreadable(what, value.why);
  if (!isObject(value.value)) throw unreadable(what, 'it is no object');
  return value.value;
}

/** The items of `nft -j`, without anything that is not an object. */
export function readNft(text: string): ReadonlyArray<Readonly<Record<string, unknown>>> {
  const { nftables } = readObject(text, 'nft');
  if (!Array.isArray(nftables)) throw unreadable('nft', 'it has no list "nftables"');
  return (nftables as unknown[]).filter(isObject);
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of each element of a list, found by quotes and brackets alone. A truncated last element is left out. */
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
    remedy: note('Run the same command on the host and check its output.'),
  });
