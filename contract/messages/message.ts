import { z } from 'zod';

/** A table of messages: the params of each type. */
export type Table = Readonly<Record<string, z.ZodObject>>;

/** A message of any type of a table. */
export type MessageOf<T extends Table> = {
  [Type in keyof T & string]: { readonly type: Type; readonly params: z.infer<T[Type]> };
}[keyof T & string];

/** The schema of messages of a table. */
export function messageOf<T extends Table>(table: T): z.ZodType<MessageOf<T>, MessageOf<T>> {
  const options = Object.entries(table).map(([type, params]) => z.object({ type: z.literal(type), params }));
  // Computing the types of 200 options one by one takes the compiler seconds; the table is equivalent.
  return z.discriminatedUnion(
    'type',
    options as unknown as [z.ZodObject<{ type: z.ZodLiteral<string> }>],
  ) as z.ZodType as z.ZodType<MessageOf<T>, MessageOf<T>>;
}

/** A sentence from a database created before messages were data. Only read: the engine never writes one. */
export const OLD_TEXT = { text: z.object({ text: z.string() }) } as const;
