import { pseudo, PSEUDO_LOCALE } from './pseudo';

/**
 * Chooses the language of the UI, and formats numbers, dates and plurals. Texts are in the `text.ts` of each folder, as a catalogue
 * by language; texts of the engine (messages, hints, events) are shown unchanged.
 */
const LANGUAGES = ['en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The first of the user's languages that has a catalogue. */
export function chooseLanguage(wanted: readonly string[]): { language: Language; locale: string } {
  for (const locale of wanted) {
    const language = LANGUAGES.find((one) => locale.toLowerCase().split('-')[0] === one);
    if (language !== undefined) return { language, locale };
  }
  return { language: 'en', locale: 'en' };
}

const chosen = chooseLanguage(globalThis.navigator?.languages ?? []);
export const { language, locale } = chosen;

/** The type of a catalogue without its texts: a translation has the same keys, and functions with the same parameters. */
export type Wording<T> = T extends string
  ? string
  : T extends (...given: infer A) => unknown
    ? (...given: A) => string
    : { readonly [K in keyof T]: Wording<T[K]> };

/** The texts of one folder in the chosen language; a missing translation is a type error. */
export const catalogue = <const T>(by: { readonly en: T } & Readonly<Record<Language, Wording<T>>>): Wording<T> =>
  locale === PSEUDO_LOCALE ? pseudo<Wording<T>>(by[language]) : by[language];

const numbers = new Intl.NumberFormat(locale);
const plurals = new Intl.PluralRules(locale);
const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const times = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });

/** "10,000". */
export const number = (n: number): string => numbers.format(n);
/** "1 VM", "10,000 VMs": `forms` by the plural rules of the language. */
export const counted = (n: number, forms: { readonly one: string; readonly other: string }): string =>
  `${number(n)} ${plurals.select(n) === 'one' ? forms.one : forms.other}`;
/** "3h": an amount of time in few letters. */
export const shortUnit = (n: number, unit: 'day' | 'hour' | 'minute' | 'second'): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(n);
/** "26 Nov 2026". */
export const dayWords = (at: string | Date): string => days.format(new Date(at));
const weekdays = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const DAY_MS = 86_400_000;
/** "Today", "Yesterday", "Thursday 26 November", "26 Nov 2025": the day of an instant, in local time, as a heading. */
export function dayHeading(at: string, now: Date): string {
  const day = new Date(at);
  const start = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  const ago = Math.round((start(now) - start(day)) / DAY_MS);
  if (ago === 0 || ago === 1) {
    const word = relative.format(-ago, 'day');
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
  }
  return day.getFullYear() === now.getFullYear() ? weekdays.format(day) : days.format(day);
}
/** "09:22:15". */
export const timeWords = (at: string | Date): string => times.format(new Date(at));
/** "26 Nov 2026, 09:22:15". */
export const momentWords = (at: string | Date): string => moments.format(new Date(at));
/** The time alone for today, else with its day: what follows "since". */
export const sinceWords = (at: string, now: Date): string =>
  new Date(at).toDateString() === now.toDateString() ? timeWords(at) : momentWords(at);
