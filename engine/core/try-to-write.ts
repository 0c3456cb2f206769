import { AppError } from '../../contract';
import type { Log } from '../ports/log';

/**
 * Writes deferrable data, and returns whether it succeeded. A full disk must neither prevent the repair of a network nor end the
 * engine: unwritten data is written, or observed again, once there is space.
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
