import { z } from 'zod';
import type { FileUse } from '../shell';

/**
 * What a path is for, and whether the file is read or created. `folder`: sets the folders that the screens may use. `labfile`: the
 * folder of a lab file, which is only used for comparison.
 */
export interface PathMark {
  readonly use: FileUse | 'folder' | 'labfile';
  readonly access: 'read' | 'write';
}

/**
 * Marks every path in an input, so that one check can find it wherever it is (`pathsIn`): calls from the screens may only name
 * files in allowed folders. A test searches the whole contract for unmarked paths.
 */
export const PATHS = z.registry<PathMark>();

/** An absolute path of a file. */
export function filePath(use: FileUse, access: PathMark['access'] = 'read') {
  const path = z
    .string()
    .min(1)
    .max(4096)
    .startsWith('/', 'must be an absolute path')
    .refine((s) => !/\p{Cc}/u.test(s), 'must have no control characters');
  PATHS.add(path, { use, access });
  return path;
}

/** The same on all systems of the engine, including Windows. */
export function ownPath(use: PathMark['use'], access: PathMark['access'] = 'read') {
  const path = z
    .string()
    .regex(/^(\/|[A-Za-z]:[\\/])/, 'must be an absolute path')
    .max(4096)
    .refine((s) => !/\p{Cc}/u.test(s), 'must have no control characters');
  PATHS.add(path, { use, access });
  return path;
}

export interface FoundPath {
  readonly mark: PathMark;
  readonly path: string;
  /** Its position in the input: `['boot', 'path']`. */
  readonly at: readonly PropertyKey[];
}

/** The parts of a schema that `pathsIn` follows; no other schema contains a path. */
interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly valueType?: z.core.$ZodType;
  readonly items?: readonly z.core.$ZodType[];
  readonly in?: z.core.$ZodType;
  readonly left?: z.core.$ZodType;
  readonly right?: z.core.$ZodType;
  readonly getter?: () => z.core.$ZodType;
}

/** The direct child schemas, each with the key of its value; null: the same value. */
export function within(schema: z.core.$ZodType): Array<readonly [key: string | number | '*' | null, z.core.$ZodType]> {
  const def = schema._zod.def as unknown as Def;
  const same = [def.innerType, def.in, def.left, def.right, def.getter?.(), ...(def.options ?? [])];
  return [
    ...same.flatMap((inner) => (inner === undefined ? [] : [[null, inner] as const])),
    ...Object.entries(def.shape ?? {}),
    ...(def.items ?? []).map((item, i) => [i, item] as const),
    ...[def.element, def.valueType].flatMap((inner) => (inner === undefined ? [] : [['*', inner] as const])),
  ];
}

/** All paths in an input, before or after validation. */
export function pathsIn(schema: z.core.$ZodType, value: unknown, at: readonly PropertyKey[] = []): FoundPath[] {
  if (typeof value === 'string') {
    const mark = PATHS.get(schema);
    if (mark !== undefined) return [{ mark, path: value, at }];
  }
  if (!isMeant(schema, value)) return [];
  return within(schema).flatMap(([key, inner]) => {
    if (key === null) return pathsIn(inner, value, at);
    if (typeof value !== 'object' || value === null) return [];
    const keys = key === '*' ? Object.keys(value) : Object.hasOwn(value, key) ? [key] : [];
    return keys.flatMap((each) => {
      const index = Array.isArray(value) ? Number(each) : each;
      return pathsIn(inner, (value as Record<PropertyKey, unknown>)[each], [...at, index]);
    });
  });
}

/** The variant of a union whose literal (`kind: 'disk'`) matches the value. */
function isMeant(schema: z.core.$ZodType, value: unknown): boolean {
  const { shape } = schema._zod.def as unknown as Def;
  if (shape === undefined || typeof value !== 'object' || value === null) return true;
  return Object.entries(shape).every(([key, field]) => {
    const { type, values } = field._zod.def as unknown as Def & { values?: readonly unknown[] };
    return type !== 'literal' || values?.includes((value as Record<string, unknown>)[key]) === true;
  });
}
