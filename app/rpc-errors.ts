import { ORPCError } from '@orpc/client';
import { AppError, ERROR_CODES, type ErrorCode } from '../contract/app-error';
import type { Remedy } from '../contract/model/remedy';
import { note, run } from '../contract/remedy';

const isOurs = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code);

/** Its schemas are loaded with the first error that has a remedy: no call that succeeds waits for them. */
async function remedyIn(value: unknown): Promise<Remedy | null> {
  if (typeof value !== 'object' || value === null) return null;
  const { readRemedy } = await import('../contract/model/remedy');
  return readRemedy(value);
}

/** What arrived beside the message, read with care: it came over a wire. */
async function details(data: unknown): Promise<{ remedy?: Remedy | null; field?: string; rule?: string }> {
  if (typeof data !== 'object' || data === null) return {};
  const text = (key: string): string | undefined => {
    const value: unknown = Reflect.get(data, key);
    return typeof value === 'string' ? value : undefined;
  };
  const [id, field, rule] = [text('id'), text('field'), text('rule')];
  const remedy =
    (await remedyIn(Reflect.get(data, 'remedy'))) ??
    (id === undefined ? null : note(`The engine's log (engine.log in the home) says more under ${id}.`));
  return { remedy, ...(field && { field }), ...(rule && { rule }) };
}

/** The error that the engine threw, as its caller sees it. */
async function fromEngine(error: ORPCError<string, unknown>): Promise<AppError> {
  if (isOurs(error.code))
    return new AppError(error.code, error.message, { ...(await details(error.data)), cause: error });
  if (error.code === 'BAD_REQUEST')
    return new AppError('BAD_INPUT', error.message, { ...(await details(error.data)), cause: error });
  return new AppError('INTERNAL', `The engine answered: ${error.message} (${error.code}).`, { cause: error });
}

/** The engine ended, or its door was closed, while an answer was awaited. */
export function engineGone(cause?: unknown): AppError {
  return new AppError('ENGINE_GONE', 'The engine ended while this was waiting for it.', {
    remedy: run('jobs.list', {}, 'What was acknowledged is kept. Check the jobs, then run the command again.'),
    cause,
  });
}

/** Maps whatever a call over a door threw to an AppError. `gone` says whether the connection is closed. */
export async function toAppError(error: unknown, gone: boolean): Promise<AppError> {
  if (error instanceof AppError) return error;
  if (error instanceof ORPCError) return fromEngine(error);
  if (gone) return engineGone(error);
  if (error instanceof Error && error.name === 'AbortError')
    return new AppError('CANCELLED', 'Cancelled.', { cause: error });
  return new AppError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });
}
