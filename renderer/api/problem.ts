import { ORPCError } from '@orpc/client';
import { AppError, ERROR_CODES, type ErrorCode, ErrorDetails, type Remedy } from '../../contract';

/** An error as screens show it: heading, reason, remedy, and the form field that it concerns. */
export interface Problem {
  readonly code: ErrorCode;
  readonly title: string;
  readonly message: string;
  readonly remedy: Remedy | null;
  readonly field: string | null;
}

const isCode = (code: string): code is ErrorCode => code in ERROR_CODES;

/** Converts any thrown value to a problem. An unknown code becomes INTERNAL and keeps its message. */
export function toProblem(error: unknown): Problem {
  if (error instanceof AppError) return of(error.code, error.message, error.remedy, error.field);
  if (error instanceof ORPCError && isCode(String(error.code))) {
    const details = ErrorDetails.safeParse(error.data);
    return of(String(error.code) as ErrorCode, error.message, details.data?.remedy ?? null, details.data?.field);
  }
  return of('INTERNAL', error instanceof Error ? error.message : String(error), null, undefined);
}

function of(code: ErrorCode, message: string, remedy: Remedy | null, field: string | undefined): Problem {
  return { code, title: ERROR_CODES[code].title, message, remedy, field: field ?? null };
}
