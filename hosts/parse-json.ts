import type { z } from 'zod';

/** What a text says as JSON of this form; null: nothing of the kind. What reads an outsider's text decides what that means. */
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
