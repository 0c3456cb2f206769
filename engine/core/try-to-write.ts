import { AppError } from '../../contract';
import type { Log } from '../ports/log';

/**
 * Writes what can wait, and says whether it was written. A full disk must keep no network from being repaired, nor end the
 * engine: what it could not write down then it writes, or sees anew, when there is room again.
 */
export function tryToWrite(log: Log, what: string, write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'STORE_FAILED') throw error;
    log.warn({ message: error.message }, `${what} could not be written`);
    return false;
  }
}
