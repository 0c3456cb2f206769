import { AppError } from '../contract';

/** Throws AppError CANCELLED if the signal is aborted; called where work can stop without leaving anything half done. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('CANCELLED', 'The work on the host was cancelled');
}
