/** A thing that can be found by its name; `lower` is the name as it is compared. */
export interface Entry<T> {
  readonly object: T;
  readonly lower: string;
}

/** Makes names ready to be compared, once for many searches. */
export function indexOf<T extends { readonly name: string }>(objects: Iterable<T>): Entry<T>[] {
  return Array.from(objects, (object) => ({ object, lower: object.name.toLowerCase() }));
}

export const wordsOf = (typed: string): string[] => typed.trim().toLowerCase().split(/\s+/).filter(Boolean);

/**
 * The entries whose names have all the words, at most `most`: first those whose name is the words, then those that begin with them,
 * then the others, each in their own order. Looks at every name once and sorts nothing, so that it is quick with 10,000.
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
 * What is left of the words for the name of an object when a command (`vm start`) has taken those that begin its own words, each
 * once and in order; null when it takes none, so that a bare name does not bring up every action. The noun alone is not enough.
 */
export function restFor(command: readonly [noun: string, verb: string], words: readonly string[]): string[] | null {
  const [noun, verb] = command;
  const rest = [...words];
  if (rest.length > 1 && noun.startsWith(rest[0] ?? '')) rest.shift();
  if (rest[0] === undefined || !verb.startsWith(rest[0])) return null;
  return rest.slice(1);
}
