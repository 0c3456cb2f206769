import { keyed } from '../keyed';
import type { z } from 'zod';

type Schema = z.ZodType<string, string>;
type Shape<K extends string> = { readonly [Key in K]: Schema };

/** The optional texts of one kind of object, such as its comment. Each is '' when nothing was given. */
export interface OptionalTexts<K extends string> {
  readonly shape: Shape<K>;
  /** Inputs of a procedure that adds an object. */
  readonly added: { readonly [Key in K]: z.ZodDefault<Schema> };
  /** Inputs of a procedure that changes it; absent: unchanged. */
  readonly changed: { readonly [Key in K]: z.ZodOptional<Schema> };
  readonly empty: { readonly [Key in K]: string };
  /** The texts among the fields of `from`; absent ones are left out. */
  given(from: { readonly [Key in K]?: string | undefined }): { readonly [Key in K]?: string };
}

/**
 * Declares the optional texts of a kind of object once. Its procedures, rows, commands, forms and table columns derive from it: a new text
 * is named in text-keys.ts, given a schema here, stored by a migration, and labelled in the screens' catalogue.
 */
export function optionalTexts<K extends string>(shape: Shape<K>): OptionalTexts<K> {
  const keys = Object.keys(shape) as K[];
  const each = <T>(value: (schema: Schema) => T) => keyed(keys, (key) => value(shape[key]));
  return {
    shape,
    added: each((schema) => schema.default('')),
    changed: each((schema) => schema.optional()),
    empty: each(() => ''),
    given: (from) =>
      Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))) as {
        [Key in K]?: string;
      },
  };
}
