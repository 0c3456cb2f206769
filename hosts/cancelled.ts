import { AppError } from '../contract';

/** Throws AppError CANCELLED when the signal was raised; for the points where work can stop with nothing half done. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('CANCELLED', 'The work on the host was cancelled');
}
