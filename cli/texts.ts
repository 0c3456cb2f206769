import type { Input } from './input';
import type { OptionSpec } from './option-spec';

/** `assetTag` becomes `asset-tag`. */
const optionOf = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const wordsOf = (key: string): string => optionOf(key).replaceAll('-', ' ');

/** One option for each optional text of an object (contract/model/text-keys.ts). */
export const textOptions = (keys: readonly string[]): OptionSpec[] =>
  keys.map((key) => ({ name: optionOf(key), type: 'text', value: 'TEXT', about: wordsOf(key) }));

/** What those options were given; undefined: not given. */
export const textsFrom = <K extends string>(keys: readonly K[], input: Input) =>
  Object.fromEntries(keys.map((key) => [key, input.text(optionOf(key))])) as { [Key in K]: string | undefined };

/** The texts of an object as lines of its description; empty ones are left out. */
export const shownTexts = <K extends string>(keys: readonly K[], object: { readonly [Key in K]: string }) =>
  keys.map((key): [label: string, text: string | undefined] => [wordsOf(key), object[key] || undefined]);
