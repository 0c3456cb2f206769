import { z } from 'zod';

/** A table of messages: the params of each type. */
export type Table = Readonly<Record<string, z.ZodObject>>;

/** A message of any type of a table. */
export type MessageOf<T extends Table> = {
  [Type in keyof T & string]: { readonly type: Type; readonly params: z.infer<T[Type]> };
}[keyof T & string];

type Option = z.ZodObject<{ type: z.ZodLiteral<string> }>;
const known = new Map<string, { readonly params: z.ZodType; readonly option: Option }>();

/** One schema for a type, although its table and the one of all messages both have it: there are 700, and every start makes them. */
function optionOf(type: string, params: z.ZodType): Option {
  const made = known.get(type);
  if (made?.params === params) return made.option;
  const option = z.object({ type: z.literal(type), params });
  known.set(type, { params, option });
  return option;
}

/** The schema of messages of a table. */
export function messageOf<T extends Table>(table: T): z.ZodType<MessageOf<T>, MessageOf<T>> {
  const options = Object.entries(table).map(([type, params]) => optionOf(type, params));
  // Computing the types of 200 options one by one takes the compiler seconds; the table is equivalent.
  return z.discriminatedUnion('type', options as [Option, ...Option[]]) as z.ZodType as z.ZodType<
    MessageOf<T>,
    MessageOf<T>
  >;
}

/** A sentence from a database created before messages were data. Only read: the engine never writes one. */
export const OLD_TEXT = { text: z.object({ text: z.string() }) } as const;
