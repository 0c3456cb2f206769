import { z } from 'zod';

/** Separates the JSON of a message from the bytes of a file in it, as the RPC library writes both into one frame. */
const DELIMITER = 0xff;

/** Bodies are JSON: a form that can't be read is thrown by the library, which then never answers. */
const Headers = z
  .record(z.string(), z.union([z.string(), z.array(z.string())]))
  .refine((headers) => !String(headers['content-type'] ?? '').startsWith('multipart/'));

/** What the RPC library reads out of a message without a look: a request, an item of a stream, the end of a request. */
const Message = z.union([
  z.object({
    i: z.string(),
    t: z.literal(1).optional(),
    p: z.object({
      u: z.string().refine((url) => url.startsWith('/') && URL.canParse(`http://localhost${url}`)),
      h: Headers.optional(),
      m: z.string().optional(),
    }),
  }),
  z.object({ i: z.string(), t: z.literal(3), p: z.object({ e: z.string() }) }),
  z.object({ i: z.string(), t: z.literal(4) }),
]);

/** Whether a frame is a message at all. On what is none the library throws, for each, with a stack trace on stderr. */
export function isWellFormed(data: unknown): boolean {
  const text = textOf(data);
  if (text === null) return false;
  try {
    return Message.safeParse(JSON.parse(text)).success;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function textOf(data: unknown): string | null {
  if (typeof data === 'string') return data;
  if (!(data instanceof Uint8Array) && !(data instanceof ArrayBuffer)) return null;
  const bytes = Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  const end = bytes.indexOf(DELIMITER);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}
