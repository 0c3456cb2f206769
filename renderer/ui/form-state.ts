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

export interface FormState<D> {
  readonly draft: D;
  readonly set: <K extends keyof D>(field: K, value: D[K]) => void;
  /** What to show beneath a field: the schema's complaint once the field was touched or sending was tried, else the engine's. */
  readonly errorOf: (field: string, refusal: Refusal | null) => string | null;
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
  return {
    draft,
    set: (field, value) => {
      setDraft((old) => ({ ...old, [field]: value }));
      setTouched((old) => new Set(old).add(String(field)));
    },
    errorOf: (field, refusal) => {
      const own = tried || touched.has(field.split('.')[0] ?? field) ? wrong[field] : undefined;
      return own ?? (refusal?.field === field ? refusal.message : null);
    },
    check: () => {
      setTried(true);
      return Object.keys(wrong).length === 0;
    },
  };
}
