/** A searchable object; `lower` is the name in lower case. */
export interface Entry<T> {
  readonly object: T;
  readonly lower: string;
}

/** Prepares names for comparison, once for many searches. */
export function indexOf<T extends { readonly name: string }>(objects: Iterable<T>): Entry<T>[] {
  return Array.from(objects, (object) => ({ object, lower: object.name.toLowerCase() }));
}

export const wordsOf = (typed: string): string[] => typed.trim().toLowerCase().split(/\s+/).filter(Boolean);

/**
 * Returns at most `most` entries whose names contain all words: exact matches first, then prefixes, then the others, each in their
 * own order. It is a single pass without sorting, so that it is fast with 10,000 names.
 */
export function byName<T>(index: readonly Entry<T>[], words: readonly string[], most: number): T[] {
  const phrase = words.join(' ');
  const ranks: [T[], T[], T[]] = [[], [], []];
  for (const { object, lower } of index) {
    if (!words.every((word) => lower.includes(word))) continue;
    const rank = lower === phrase ? 0 : lower.startsWith(phrase) ? 1 : 2;
    if (ranks[rank].length < most) ranks[rank].push(object);
  }
  return ranks.flat().slice(0, most);
}

/**
 * Removes the words of a command (`vm start`) from the query and returns the rest, the object's name. Each query word can match one
 * command word by prefix, in order. Null: no word matches, so that a bare name does not list every action. The noun alone is not
 * enough.
 */
export function restFor(command: readonly [noun: string, verb: string], words: readonly string[]): string[] | null {
  const [noun, verb] = command;
  const rest = [...words];
  if (rest.length > 1 && noun.startsWith(rest[0] ?? '')) rest.shift();
  if (rest[0] === undefined || !verb.startsWith(rest[0])) return null;
  return rest.slice(1);
}
