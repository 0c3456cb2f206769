/**
 * The CLDR pseudo-language en-XA: English with accented letters, slightly longer, in brackets. It is for developers: text outside a
 * catalogue stands out, as does text without room to grow.
 */
export const PSEUDO_LOCALE = 'en-XA';

const PLAIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const OTHER = [...'ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļṁñöþǫŕšţûṽŵẋýž'];

const letters = (words: string): string =>
  words.replace(/[A-Za-z]/g, (letter) => OTHER[PLAIN.indexOf(letter)] ?? letter);

/** A text in the pseudo-language; inserted values (`given`, mostly names) stay unchanged. */
function disguised(words: string, given: readonly string[]): string {
  const names = given.filter((name) => name !== '');
  if (names.length === 0) return `[${letters(words)}]`;
  const parts = words.split(new RegExp(`(${names.map(escaped).join('|')})`));
  return `[${parts.map((part) => (names.includes(part) ? part : letters(part))).join('')}]`;
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

/** A whole catalogue in the pseudo-language: its strings, the results of its functions, and nested catalogues. */
export function pseudo<T>(words: T): T {
  if (typeof words === 'string') return disguised(words, []) as T;
  if (typeof words === 'function')
    return ((...given: unknown[]) => {
      const status: unknown = words(...given);
      return typeof status === 'string' ? disguised(status, stringsIn(given)) : pseudo(status);
    }) as T;
  if (Array.isArray(words)) return words.map(pseudo) as T;
  if (typeof words === 'object' && words !== null)
    return Object.fromEntries(Object.entries(words).map(([key, value]) => [key, pseudo(value)])) as T;
  return words;
}
