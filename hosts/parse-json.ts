import type { z } from 'zod';

/** Parses JSON with this schema; null: invalid. The caller, which reads untrusted text, decides what that means. */
export function parseJson<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const read = schema.safeParse(value);
  return read.success ? read.data : null;
}
