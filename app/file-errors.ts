import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';

const WORDS: Record<string, readonly [problem: string, hint: string]> = {
  EROFS: ['is on a read-only file system', 'Choose another place with --home DIR or ATOLL_HOME.'],
  EACCES: [
    'may not be written by this user',
    'Give this user the folder, or choose another with --home DIR or ATOLL_HOME.',
  ],
  EPERM: [
    'may not be written by this user',
    'Give this user the folder, or choose another with --home DIR or ATOLL_HOME.',
  ],
  ENOSPC: ['is on a full disk', 'Free some space there, or choose another place with --home DIR or ATOLL_HOME.'],
  EDQUOT: ['is over the disk quota', 'Free some space there, or choose another place with --home DIR or ATOLL_HOME.'],
  ENOENT: ['cannot be created', 'Choose another place with --home DIR or ATOLL_HOME.'],
  ENOTDIR: ['has a file where a folder should be', 'Choose another place with --home DIR or ATOLL_HOME.'],
  EEXIST: ['is a file, not a folder', 'Choose another place with --home DIR or ATOLL_HOME.'],
  ELOOP: ['is a loop of symbolic links', 'Choose another place with --home DIR or ATOLL_HOME.'],
  ENAMETOOLONG: ['has a name that is too long', 'Choose a shorter path with --home DIR or ATOLL_HOME.'],
  EIO: ['is on a disk that reports errors', 'Check the disk, then try again.'],
};

/** The code of a failed system call, or null for any other error. */
export function systemCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

/** Turns a failed system call on the home into words; an AppError passes through. */
export function homeError(home: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = systemCode(error) ?? 'unknown error';
  const [problem, hint] = WORDS[code] ?? [
    `cannot be used (${code})`,
    'Look at the folder, or choose another with --home DIR or ATOLL_HOME.',
  ];
  return new AppError('STORE_FAILED', `The home ${home} ${problem}.`, { remedy: note(hint), cause: error });
}
