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
  readonly set: <K extends keyof D>(field: K, value: D[K]) => void;
  /** Sets several fields. */
  readonly change: (fields: Partial<D>) => void;
  /** The error below a field: the schema's once the field was touched or submitted, else the engine's. */
  readonly errorOf: (field: string, refusal: Refusal | null) => string | null;
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
  const [tried, setTried] = useState(false);
  const wrong = complaints(schema, toInput(draft));
  const change = (fields: Partial<D>): void => {
    setDraft((old) => ({ ...old, ...fields }));
    setTouched((old) => new Set([...old, ...Object.keys(fields)]));
  };
  const errorOf = (path: string, refusal: Refusal | null, key = path.split('.')[0] ?? path): string | null => {
    const own = tried || touched.has(key) ? wrong[path] : undefined;
    return own ?? (refusal?.field === path ? refusal.message : null);
  };
  return {
    draft,
    set: (field, value) => change({ [field]: value } as unknown as Partial<D>),
    change,
    errorOf,
    field: (key, refusal, path = key) => ({
      value: String(draft[key]),
      onChange: (value) => change({ [key]: value } as unknown as Partial<D>),
      error: errorOf(path, refusal, key),
    }),
    check: () => {
      setTried(true);
      return Object.keys(wrong).length === 0;
    },
  };
}
