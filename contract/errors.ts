import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from './app-error';
import { Remedy } from './model/remedy';

/** The data of an error besides its message. `rule` names the broken rule (docs/architecture.md), `field` the input. */
export const ErrorDetails = z.object({
  remedy: Remedy.nullable(),
  field: z.string().optional(),
  rule: z.string().optional(),
  id: z.string().optional(),
});
export type ErrorDetails = z.infer<typeof ErrorDetails>;

/** The error map for the RPC library: every procedure can return any code. */
export const errorMap = Object.fromEntries(
  Object.entries(ERROR_CODES).map(([code, { status, title }]) => [
    code,
    { status, message: title, data: ErrorDetails },
  ]),
) as { [C in ErrorCode]: { status: number; message: string; data: typeof ErrorDetails } };
