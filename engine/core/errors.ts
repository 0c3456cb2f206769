import { ORPCError } from '@orpc/server';
import { ValidationError } from '@orpc/contract';
import { AppError, ERROR_CODES, type ErrorCode, type ErrorDetails, type JobError, note } from '../../contract';
import type { Log } from '../ports/log';
import { newId } from './ids';
import { fieldOf, wordsFor } from './input-words';

function failure(code: ErrorCode, message: string, data: ErrorDetails): ORPCError<ErrorCode, ErrorDetails> {
  return new ORPCError(code, { defined: true, status: ERROR_CODES[code].status, message, data });
}

function fromAppError(error: AppError): ORPCError<ErrorCode, ErrorDetails> {
  const { remedy, field, rule } = error;
  return failure(error.code, error.message, {
    remedy,
    ...(field === undefined ? {} : { field }),
    ...(rule === undefined ? {} : { rule }),
  });
}

function fromValidation(error: ValidationError): ORPCError<ErrorCode, ErrorDetails> {
  const field = error.issues.map(fieldOf).find((path) => path !== '');
  return failure('BAD_INPUT', wordsFor(error.issues), { remedy: null, ...(field === undefined ? {} : { field }) });
}

/**
 * The error that a caller gets. An unexpected error becomes INTERNAL with an id; its stack stays in the log under that id, because
 * it can contain secrets.
 */
export function toRpcError(error: unknown, log: Log, what: string): Error {
  if (error instanceof AppError) return fromAppError(error);
  if (error instanceof ORPCError) {
    if (error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError) return fromValidation(error.cause);
    if (error.defined) return error;
  }
  const id = newId();
  log.error({ id, what, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, 'unexpected');
  return failure('INTERNAL', `Something went wrong inside Atoll (${id})`, {
    remedy: note('The log has the details under this id.'),
    id,
  });
}

/** How a job's or a host's record stores any error. */
export function describeError(error: unknown): JobError {
  if (error instanceof AppError) return { code: error.code, message: error.message, remedy: error.remedy };
  if (error instanceof Error) return { code: 'INTERNAL', message: error.message, remedy: null };
  return { code: 'INTERNAL', message: String(error), remedy: null };
}

/** The error of cancelled work. */
export const cancelled = (): AppError => new AppError('CANCELLED', 'It was cancelled');

/** Throws CANCELLED when `signal` has been aborted. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}
