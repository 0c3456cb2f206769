import { accessSync, closeSync, constants, existsSync, fsyncSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, note } from '../contract';
import { translating } from './errors';
import { APPLICATION_ID } from './migrate';

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const HEADER_BYTES = 100;
const APPLICATION_ID_AT = 68;

/**
 * Looks at the first bytes of a store's file without SQLite, which would already make files beside it.
 * @returns 'empty' for a file that is missing or has no bytes yet
 * @throws AppError STORE_FAILED when it is anything but a store of Atoll's; the file is left untouched
 */
export function inspectFile(path: string): 'empty' | 'store' {
  if (!existsSync(path)) return 'empty';
  // Opening a pipe waits for whoever writes to it, and all else of this process with it.
  if (!translating(() => statSync(path)).isFile()) {
    throw new AppError('STORE_FAILED', `${path} is no file: a folder, a pipe or a device holds no database.`, {
      remedy: note('Choose another file or home. It was left as it is.'),
    });
  }
  const header = translating(() => {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(HEADER_BYTES);
      return buffer.subarray(0, readSync(file, buffer, 0, HEADER_BYTES, 0));
    } finally {
      closeSync(file);
    }
  });
  if (header.length === 0) return 'empty';
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new AppError(
      'STORE_FAILED',
      `${path} is damaged, or not a database at all: it does not begin as a SQLite database does.`,
      {
        remedy: note(
          'Put a backup in its place (`atoll restore FILE`), or move the file away to begin with an empty database. It was left as it is.',
        ),
      },
    );
  }
  if (header.readUInt32BE(APPLICATION_ID_AT) !== APPLICATION_ID) {
    throw new AppError('STORE_FAILED', `${path} is a SQLite database of another program, not a database of Atoll's.`, {
      remedy: note('Choose another file or home. It was left as it is.'),
    });
  }
  return 'store';
}

/** Makes the file when it is missing, for this user only; SQLite gives the files that it makes beside it the same mode. */
export function createPrivately(path: string): void {
  translating(() => closeSync(openSync(path, 'a', 0o600)));
}

/**
 * Tells a read-only home before SQLite does: it would open the file read-only and fail only at the first write.
 * @throws AppError STORE_FAILED
 */
export function refuseReadOnly(path: string): void {
  translating(() => {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
  });
}

/** Whether the last process that had the store open did not close it: then its log is still there. */
export function wasLeftOpen(path: string): boolean {
  const log = `${path}-wal`;
  return existsSync(log) && statSync(log).size > 0;
}

/** Makes a rename or a new file in this folder survive a power cut. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
