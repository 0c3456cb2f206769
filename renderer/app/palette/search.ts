/** A searchable object; `lower` is the name in lower case, `also` what else finds it: its addresses. */
export interface Entry<T> {
  readonly object: T;
  readonly lower: string;
  readonly also: string;
}

/** Prepares names for comparison, once for many searches. */
export function indexOf<T extends { readonly name: string }>(
  objects: Iterable<T>,
  also: (object: T) => readonly string[] = () => [],
): Entry<T>[] {
  return Array.from(objects, (object) => ({
    object,
    lower: object.name.toLowerCase(),
    also: also(object).join(' ').toLowerCase(),
  }));
}

export const wordsOf = (typed: string): string[] => typed.trim().toLowerCase().split(/\s+/).filter(Boolean);

/** Addresses match from this many characters on: "10" is rather a part of a name. */
const LEAST_OF_ADDRESS = 3;

/**
 * Returns at most `most` entries whose names or addresses contain all words: exact names first, then prefixes, then other names, then
 * addresses, each in their own order. It is a single pass without sorting, so that it is fast with 10,000 names.
 */
export function byName<T>(index: readonly Entry<T>[], words: readonly string[], most: number): T[] {
  const phrase = words.join(' ');
  const ranks: [T[], T[], T[], T[]] = [[], [], [], []];
  for (const { object, lower, also } of index) {
    const isNamed = words.every((word) => lower.includes(word));
    if (!isNamed && !words.every((word) => word.length >= LEAST_OF_ADDRESS && also.includes(word))) continue;
    const rank = !isNamed ? 3 : lower === phrase ? 0 : lower.startsWith(phrase) ? 1 : 2;
    if (ranks[rank].length < most) ranks[rank].push(object);
  }
  return ranks.flat().slice(0, most);
}

/** The words that find an action: one of `own` must be typed, `weak` ones are the nouns of many. */
export interface Terms {
  readonly own: readonly string[];
  readonly weak: readonly string[];
}

/** Words between the others: "console of web". */
const GLUE: ReadonlySet<string> = new Set(['of', 'on', 'to', 'the', 'a', 'an', 'from', 'for', 'in']);

const startsOne = (terms: readonly string[], word: string): boolean => terms.some((term) => term.startsWith(word));

/**
 * Removes the words of an action from the query, wherever they stand, and returns the rest, the object's name. Null: no word is the
 * action's own, so that a bare name or noun does not list every action.
 */
export function restFor({ own, weak }: Terms, words: readonly string[]): string[] | null {
  const isOwn = words.map((word) => startsOne(own, word));
  if (!isOwn.includes(true)) return null;
  return words.filter((word, at) => !isOwn[at] && !weak.includes(word) && !GLUE.has(word));
}

/** Whether the words find an action without an object: each is one of its terms. */
export const findsAll = ({ own, weak }: Terms, words: readonly string[]): boolean =>
  words.every((word) => startsOne(own, word) || startsOne(weak, word) || GLUE.has(word));

/** The most typing errors that a suggestion may correct. */
const MOST_ERRORS = 2;

/** Names that are nearly what was typed, nearest first. */
export function nearest<T extends { readonly lower: string }>(entries: Iterable<T>, typed: string, most: number): T[] {
  const found: { readonly entry: T; readonly errors: number }[] = [];
  for (const entry of entries) {
    if (Math.abs(entry.lower.length - typed.length) > MOST_ERRORS) continue;
    const errors = distance(entry.lower, typed);
    if (errors <= Math.min(MOST_ERRORS, Math.floor(typed.length / 2))) found.push({ entry, errors });
  }
  return found
    .sort((a, b) => a.errors - b.errors)
    .slice(0, most)
    .map(({ entry }) => entry);
}

/** Insertions, deletions, replacements and swaps of neighbors between two short words. */
function distance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced, swapped));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
