import type { z } from 'zod';
import { contract } from '../../contract/contract';

/** A procedure of the contract, as `vms.add`, with its input. */
export interface Procedure {
  readonly name: string;
  readonly input: z.ZodType | null;
}

/** All procedures there are, so that a new one is in every test that uses this. */
export function procedures(): Procedure[] {
  const found: Procedure[] = [];
  const walk = (node: object, path: readonly string[]): void => {
    const meta = (node as { '~orpc'?: { inputSchema?: z.ZodType } })['~orpc'];
    if (meta) found.push({ name: path.join('.'), input: meta.inputSchema ?? null });
    else for (const [key, inner] of Object.entries(node)) walk(inner as object, [...path, key]);
  };
  walk(contract, []);
  return found;
}

/** The way to a value in an input: a key of an object, an element of a list, a choice among several. */
export type Step = string | { readonly option: number } | 'element' | 'key';
export type Path = readonly Step[];

interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly valueType?: z.ZodType;
  readonly keyType?: z.ZodType;
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly format?: string;
}
const defOf = (schema: z.ZodType): Def => (schema as unknown as { _zod: { def: Def } })._zod.def;
const shapeOf = (schema: z.ZodType): Record<string, z.ZodType> =>
  (schema as z.ZodObject).shape as Record<string, z.ZodType>;
const WRAPPERS = new Set(['optional', 'default', 'nullable', 'readonly', 'prefault', 'nonoptional', 'catch']);

/** The ways to all texts of an input; numbers, truths and the names of choices are none. */
export function textPaths(schema: z.ZodType, path: Path = []): Path[] {
  const def = defOf(schema);
  if (WRAPPERS.has(def.type) && def.innerType) return textPaths(def.innerType, path);
  if (def.type === 'pipe' && def.in) return textPaths(def.in, path);
  if (def.type === 'string' || def.type === 'enum') return [path];
  if (def.type === 'object')
    return Object.entries(shapeOf(schema)).flatMap(([key, inner]) => textPaths(inner, [...path, key]));
  if (def.type === 'array' && def.element) return textPaths(def.element, [...path, 'element']);
  if (def.type === 'union')
    return (def.options ?? []).flatMap((inner, option) => textPaths(inner, [...path, { option }]));
  if (def.type === 'record' && def.valueType)
    return [[...path, 'key'], ...textPaths(def.valueType, [...path, 'element'])];
  return [];
}

/**
 * An input with `text` at the end of `path`; what else it must have is from `known` by its key, or as plain as it can be. What it need
 * not have is left out.
 */
export function inputWith(
  schema: z.ZodType,
  path: Path,
  text: string,
  known: Readonly<Record<string, unknown>>,
  key = '',
): unknown {
  const def = defOf(schema);
  const [step, ...rest] = path;
  if (WRAPPERS.has(def.type) && def.innerType) return inputWith(def.innerType, path, text, known, key);
  if (def.type === 'pipe' && def.in) return inputWith(def.in, path, text, known, key);
  if (step === undefined) return text;
  if (def.type === 'object')
    return Object.fromEntries(
      Object.entries(shapeOf(schema)).flatMap(([name, inner]): Array<[string, unknown]> => {
        if (name === step) return [[name, inputWith(inner, rest, text, known, name)]];
        return isNeeded(inner) ? [[name, plain(inner, known, name)]] : [];
      }),
    );
  if (def.type === 'array' && def.element) return [inputWith(def.element, rest, text, known, key)];
  if (def.type === 'union' && typeof step === 'object') {
    const option = def.options?.[step.option];
    return option && inputWith(option, rest, text, known, key);
  }
  if (def.type === 'record' && def.valueType)
    return step === 'key'
      ? Object.fromEntries([[text, plain(def.valueType, known, key)]])
      : { plain: inputWith(def.valueType, rest, text, known, key) };
  throw new Error(`no way through a ${def.type}`);
}

const isNeeded = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success;

function plain(schema: z.ZodType, known: Readonly<Record<string, unknown>>, key: string): unknown {
  const def = defOf(schema);
  if (key in known && schema.safeParse(known[key]).success) return known[key];
  if (schema.safeParse(null).success) return null;
  if (WRAPPERS.has(def.type) && def.innerType) return plain(def.innerType, known, key);
  if (def.type === 'pipe' && def.in) return plain(def.in, known, key);
  switch (def.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(shapeOf(schema)).flatMap(([name, inner]) =>
          isNeeded(inner) ? [[name, plain(inner, known, name)]] : [],
        ),
      );
    case 'array':
      return def.element ? [plain(def.element, known, key)] : [];
    case 'union':
      return def.options?.[0] ? plain(def.options[0], known, key) : null;
    case 'literal':
      return def.values?.[0];
    case 'enum':
      return Object.values(def.entries ?? {})[0];
    case 'boolean':
      return false;
    case 'number':
      return [1, 100, 1500, 2 ** 21].find((number) => schema.safeParse(number).success) ?? 1;
    case 'record':
      return {};
    default:
      return ['plain', 'AAAA', '/nowhere/plain', '10.0.0.1/24', '2026-01-01T00:00:00.000Z', known['id']].find(
        (text) => schema.safeParse(text).success,
      );
  }
}
