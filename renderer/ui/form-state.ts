import { useState } from 'react';
import type { z } from 'zod';

/** The first error of a schema for each top-level field, and whether there are no errors. */
export function complaints(schema: z.ZodType, draft: unknown): Record<string, string> {
  const parsed = schema.safeParse(draft);
  if (parsed.success) return {};
  const found: Record<string, string> = {};
  for (const issue of parsed.error.issues) found[issue.path.map(String).join('.')] ??= issue.message;
  return found;
}

/** The part of an input that a field's path names: `disks.0.sizeBytes`. */
const valueAt = (input: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (part, key) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined),
      input,
    );

const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

interface Refusal {
  readonly message: string;
  readonly field: string | null;
}

/** The text fields of a draft. */
type TextKey<D> = { [K in keyof D]: D[K] extends string ? K : never }[keyof D] & string;

/** The props of a text or choice field of `ui/fields`. */
interface FieldBinding {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | null;
}

export interface FormState<D> {
  readonly draft: D;
  /** `isSent`: a change that the submit itself made, such as the id of what it created first; it is no edit. */
  readonly set: <K extends keyof D>(field: K, value: D[K], isSent?: boolean) => void;
  /** Sets several fields. */
  readonly change: (fields: Partial<D>) => void;
  /**
   * The error below a field: the schema's once the field was touched or submitted, else the engine's until the field is edited. `key`: the
   * field of the draft, if the contract's path begins otherwise.
   */
  readonly errorOf: (field: string, refusal: Refusal | null, key?: string) => string | null;
  /** The engine's error, until the field that it names is edited. */
  readonly standing: <R extends Refusal>(refusal: R | null) => R | null;
  /** Binds a text field by spreading its props; `path` is the contract's name if it differs. */
  readonly field: (key: TextKey<D>, refusal: Refusal | null, path?: string) => FieldBinding;
  /** Validates everything; true: the draft can be sent. */
  readonly check: () => boolean;
}

/** The draft of a form, validated by the same schema as in the engine. */
export function useFormState<D extends object>(
  initial: D,
  schema: z.ZodType,
  toInput: (draft: D) => unknown = (draft) => draft,
): FormState<D> {
  const [draft, setDraft] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  /** The draft as it was last submitted; null: never. */
  const [sent, setSent] = useState<D | null>(null);
  const wrong = complaints(schema, toInput(draft));
  const change = (fields: Partial<D>, isSent = false): void => {
    const withFields = (old: D): D => ({ ...old, ...fields });
    setDraft(withFields);
    if (isSent) setSent((old) => (old === null ? null : withFields(old)));
    setTouched((old) => new Set([...old, ...Object.keys(fields)]));
  };
  /** Whether a field is as it was sent. The engine names it by the path of the input, which need not be that of the draft. */
  const isAsSent = (path: string): boolean =>
    sent === null ||
    [[sent, draft] as const, [toInput(sent), toInput(draft)] as const].every(([before, now]) =>
      sameValue(valueAt(before, path), valueAt(now, path)),
    );
  const standing = <R extends Refusal>(refusal: R | null): R | null =>
    refusal?.field == null || isAsSent(refusal.field) ? refusal : null;
  const errorOf = (path: string, refusal: Refusal | null, key = path.split('.')[0] ?? path): string | null => {
    const own = sent !== null || touched.has(key) ? wrong[path] : undefined;
    return own ?? (refusal?.field === path ? (standing(refusal)?.message ?? null) : null);
  };
  return {
    draft,
    set: (field, value, isSent) => change({ [field]: value } as unknown as Partial<D>, isSent),
    change,
    errorOf,
    standing,
    field: (key, refusal, path = key) => ({
      value: String(draft[key]),
      onChange: (value) => change({ [key]: value } as unknown as Partial<D>),
      error: errorOf(path, refusal, key),
    }),
    check: () => {
      setSent(draft);
      return Object.keys(wrong).length === 0;
    },
  };
}
