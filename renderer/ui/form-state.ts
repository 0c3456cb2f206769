import { useState } from 'react';
import type { z } from 'zod';

/** The first complaint of a schema about each top-level field, and whether there is none at all. */
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

/** The fields of a draft that hold text. */
type TextKey<D> = { [K in keyof D]: D[K] extends string ? K : never }[keyof D] & string;

/** What a text or choice field of `ui/fields` needs of the form. */
interface FieldBinding {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | null;
}

export interface FormState<D> {
  readonly draft: D;
  readonly set: <K extends keyof D>(field: K, value: D[K]) => void;
  /** What to show beneath a field: the schema's complaint once the field was touched or sending was tried, else the engine's. */
  readonly errorOf: (field: string, refusal: Refusal | null) => string | null;
  /** Binds a field that holds text, to be spread into it; `path` is the contract's name for it where that is another. */
  readonly field: (key: TextKey<D>, refusal: Refusal | null, path?: string) => FieldBinding;
  /** Checks all; true when the draft may be sent. */
  readonly check: () => boolean;
}

/** A form's draft, checked by the same schema that the engine runs. */
export function useFormState<D extends object>(
  initial: D,
  schema: z.ZodType,
  toInput: (draft: D) => unknown = (draft) => draft,
): FormState<D> {
  const [draft, setDraft] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const wrong = complaints(schema, toInput(draft));
  const set = (field: keyof D, value: unknown): void => {
    setDraft((old) => ({ ...old, [field]: value }));
    setTouched((old) => new Set(old).add(String(field)));
  };
  const errorOf = (path: string, refusal: Refusal | null, key = path.split('.')[0] ?? path): string | null => {
    const own = tried || touched.has(key) ? wrong[path] : undefined;
    return own ?? (refusal?.field === path ? refusal.message : null);
  };
  return {
    draft,
    set,
    errorOf,
    field: (key, refusal, path = key) => ({
      value: String(draft[key]),
      onChange: (value) => set(key, value),
      error: errorOf(path, refusal, key),
    }),
    check: () => {
      setTried(true);
      return Object.keys(wrong).length === 0;
    },
  };
}
