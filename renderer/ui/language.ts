import { pseudo, PSEUDO_LOCALE } from './pseudo';

/**
 * The one place where the language of the screens is chosen, and where numbers, dates and plurals are put into words. What is said is in
 * the `text.ts` of each folder, as a catalogue by language; what the engine says (messages, hints, events) comes as it is.
 */
const LANGUAGES = ['en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The first of the person's languages that there is a catalogue for. */
export function chooseLanguage(wanted: readonly string[]): { language: Language; locale: string } {
  for (const locale of wanted) {
    const language = LANGUAGES.find((one) => locale.toLowerCase().split('-')[0] === one);
    if (language !== undefined) return { language, locale };
  }
  return { language: 'en', locale: 'en' };
}

const chosen = chooseLanguage(globalThis.navigator?.languages ?? []);
export const { language, locale } = chosen;

/** A catalogue's shape without its wording: a translation has the same keys, and functions of the same parameters. */
export type Wording<T> = T extends string
  ? string
  : T extends (...given: infer A) => unknown
    ? (...given: A) => string
    : { readonly [K in keyof T]: Wording<T[K]> };

/** The words of one folder in the chosen language; a missing translation does not compile. */
export const catalogue = <const T>(by: { readonly en: T } & Readonly<Record<Language, Wording<T>>>): Wording<T> =>
  locale === PSEUDO_LOCALE ? pseudo<Wording<T>>(by[language]) : by[language];

const numbers = new Intl.NumberFormat(locale);
const plurals = new Intl.PluralRules(locale);
const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });

/** "10,000". */
export const number = (n: number): string => numbers.format(n);
/** "1 VM", "10,000 VMs": `forms` by the plural rules of the language. */
export const counted = (n: number, forms: { readonly one: string; readonly other: string }): string =>
  `${number(n)} ${plurals.select(n) === 'one' ? forms.one : forms.other}`;
/** "26 Nov 2026". */
export const dayWords = (at: string | Date): string => days.format(new Date(at));
/** "26 Nov 2026, 09:22:15". */
export const momentWords = (at: string | Date): string => moments.format(new Date(at));
