import { AppError, note } from '../../contract';
import { CommandError } from '../command-error';
import type { RunOptions } from '../shell';

/** How messages describe a command: on which host, and as the user knows it, without namespace or transport prefixes. */
export interface Spoken {
  readonly host: string;
  readonly shown: readonly string[];
}

export const DEFAULT_TIMEOUT_MS = 30_000;

/** Whether an exit code counts as success. */
export function isOk(exit: number, okExits: RunOptions['okExits']): boolean {
  return okExits === 'any' || (okExits ?? [0]).includes(exit);
}

export function timedOut({ host, shown }: Spoken, ms: number, stderr: string): CommandError {
  const words = `${stderr}\nno answer within ${ms} ms`;
  return new CommandError(host, shown, null, words, note('The host may be overloaded. Try again.'));
}

/** Whether a command was cut off by its timeout. */
export const isTimedOut = (error: unknown): boolean =>
  error instanceof CommandError && error.exit === null && /no answer within \d+ ms$/.test(error.stderr);

export function cancelled({ host, shown }: Spoken): AppError {
  return new AppError('CANCELLED', `${shown[0] ?? 'A command'} on ${host} was cancelled`);
}

export function unreachableSocket(host: string, path: string, cause: Error): AppError {
  return new AppError('HOST_UNREACHABLE', `${path} on ${host} does not answer: ${cause.message}`, { cause });
}
