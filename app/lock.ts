import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { platform } from 'node:os';
import { z } from 'zod';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { homeError, systemCode } from './file-errors';
import type { Home } from './home';

/** Who holds a home. */
export const Holder = z.object({ pid: z.int(), holder: z.enum(['daemon', 'desktop', 'browser']), since: z.string() });
export type Holder = z.infer<typeof Holder>;

export interface HomeLock {
  /** False once the file that is locked is no more at its path: the home was removed or put elsewhere, and another engine may start there. */
  stands(): boolean;
  release(): void;
}

/** Where open(2) itself can lock: O_EXLOCK | O_NONBLOCK on macOS, libuv's UV_FS_O_EXLOCK on Windows. */
const EXCLUSIVE_OPEN: Partial<Record<NodeJS.Platform, number>> = { darwin: 0x20 | 0x4, win32: 0x10000000 };

/**
 * Takes the home's lock for the life of this process, or throws HOME_LOCKED naming the holder.
 *
 * On Linux it is a flock(2) of an open file description: the `flock` tool is given our descriptor, locks it and ends; the lock
 * stays as long as our descriptor is open. So it dies with this process, by kill -9 too, and no pid is ever trusted.
 * Node opens files with O_CLOEXEC, so no child keeps the lock alive. The file itself is never removed: that would make
 * room for a second lock on a new inode.
 */
export function lockHome(home: Home, holder: Holder['holder']): HomeLock {
  const fd = openLockFile(home);
  try {
    if (platform() === 'linux') flock(fd, home);
    describe(fd, holder);
  } catch (error) {
    closeSync(fd);
    throw homeError(home.path, error);
  }
  return { stands: () => isAt(fd, home.lock), release: () => closeSync(fd) };
}

/** Whether the open file is the one at the path. A path that can't be looked at says nothing. */
function isAt(fd: number, path: string): boolean {
  try {
    const [open, there] = [fstatSync(fd), statSync(path)];
    return open.ino === there.ino && open.dev === there.dev;
  } catch (error) {
    return systemCode(error) !== 'ENOENT';
  }
}

/** Who wrote itself down as the last holder; null when nobody did or the file makes no sense. Not a proof that it lives. */
export function lastHolder(home: Home): Holder | null {
  try {
    return Holder.parse(JSON.parse(readFileSync(home.lock, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw homeError(home.path, error);
  }
}

function openLockFile(home: Home): number {
  const flags = constants.O_RDWR | constants.O_CREAT | (EXCLUSIVE_OPEN[platform()] ?? 0);
  try {
    return openSync(home.lock, flags, 0o600);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EAGAIN' || code === 'EBUSY') throw lockedBy(home);
    throw homeError(home.path, error);
  }
}

function flock(fd: number, home: Home): void {
  const { status, error, stderr } = spawnSync('flock', ['-n', '-x', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
    encoding: 'utf8',
  });
  if (error) {
    throw new AppError('NOT_SUPPORTED', 'The home cannot be locked: the tool flock is missing.', {
      remedy: note('Install the package util-linux.'),
      cause: error,
    });
  }
  if (status === 1) throw lockedBy(home);
  if (status !== 0) {
    throw new AppError(
      'STORE_FAILED',
      `The home ${home.path} cannot be locked: ${stderr.trim() || `flock ended with ${status}`}.`,
      {
        remedy: note('Some network file systems have no locks: choose a home on a local disk.'),
      },
    );
  }
}

function lockedBy(home: Home): AppError {
  const holder = lastHolder(home);
  const who = holder ? `process ${holder.pid} (${holder.holder}, since ${holder.since})` : 'another process';
  return new AppError('HOME_LOCKED', `The home ${home.path} is in use by ${who}.`, {
    remedy: note('Use that engine, end it with: atoll stop, or choose another home with --home DIR.'),
  });
}

function describe(fd: number, holder: Holder['holder']): void {
  const words: Holder = { pid: process.pid, holder, since: new Date().toISOString() };
  ftruncateSync(fd, 0);
  writeSync(fd, `${JSON.stringify(words)}\n`, 0);
}
