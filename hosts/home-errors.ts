import { AppError, note } from '../contract';

/**
 * Runs an operation on files of the home, and reports a home that is full, read-only or inaccessible as such: the user can fix it,
 * so it must not look like a fault of the program.
 */
export async function inHome<T>(home: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw homeError(home, error) ?? error;
  }
}

/** Converts a disk failure of the home to a user error; null for any other error. */
export function homeError(home: string, cause: unknown): AppError | null {
  switch ((cause as NodeJS.ErrnoException | null)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('NO_CAPACITY', `There is no space left on the disk for ${home}`, {
        remedy: note('Free some space, or choose another home folder.'),
        cause,
      });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new AppError('STORE_FAILED', `${home} cannot be written`, {
        remedy: note('Make it writable for this user, or choose another home folder.'),
        cause,
      });
    default:
      return null;
  }
}
