import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { account } from '../hosts/account';
import { homeError } from './file-errors';

/** The folder that holds all of one Atoll: store, labs, images, log, socket. */
export interface Home {
  readonly path: string;
  readonly store: string;
  /** The folder of its backups. */
  readonly backups: string;
  readonly lock: string;
  readonly log: string;
  readonly socket: string;
}

/** Names the files of a home; touches nothing. `path` is absolute. */
export function homeAt(path: string): Home {
  return {
    path,
    store: join(path, 'store.db'),
    backups: join(path, 'backups'),
    lock: join(path, 'engine.lock'),
    log: join(path, 'engine.log'),
    socket: join(path, 'engine.sock'),
  };
}

/**
 * Which home is meant: `--home`, then ATOLL_HOME, then $XDG_DATA_HOME/atoll, then ~/.local/share/atoll.
 * Throws BAD_INPUT for a path that no file system takes, and for an empty one (an unset variable in a script), which would mean a home that
 * nobody named.
 */
export function resolveHome(flag: string | undefined, env: NodeJS.ProcessEnv = process.env): Home {
  if (flag?.trim() === '') {
    throw new AppError('BAD_INPUT', 'The home has an empty path.', {
      field: 'home',
      remedy: note('Name a folder with --home DIR, or leave --home out for the one that is used without it.'),
    });
  }
  const asked = flag ?? env['ATOLL_HOME'];
  if (asked !== undefined && asked !== '') {
    if (/\p{Cc}/u.test(asked)) {
      throw new AppError('BAD_INPUT', 'The home has control characters in its path.', {
        field: 'home',
        remedy: note('Choose another folder with --home DIR or ATOLL_HOME.'),
      });
    }
    return homeAt(resolve(asked));
  }
  // The XDG specification says that a relative path there is invalid and to be ignored.
  const xdg = env['XDG_DATA_HOME'];
  const data = xdg !== undefined && isAbsolute(xdg) ? xdg : join(homeOfUser(), '.local', 'share');
  return homeAt(join(data, 'atoll'));
}

function homeOfUser(): string {
  const { home } = account();
  if (home !== null) return home;
  throw new AppError('BAD_INPUT', 'Your user has no account with a home folder, and HOME is not set', {
    field: 'home',
    remedy: note('Name a folder with --home DIR or ATOLL_HOME.'),
  });
}

/**
 * Makes the home if it is missing and closes it to other users (0700): consoles and disks are in it.
 * Throws STORE_FAILED with a remedy when it can't be used, FORBIDDEN when it belongs to someone else.
 */
export function openHome(home: Home): void {
  try {
    makeFolder(home.path);
    const stat = statSync(home.path);
    if (!stat.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'EEXIST' });
    refuseOthers(home, stat.uid);
    if ((stat.mode & 0o077) !== 0) chmodSync(home.path, 0o700);
  } catch (error) {
    throw homeError(home.path, error);
  }
}

/** As `mkdir -p`. Node's own `recursive` tries without end below /proc, where a folder is neither there nor can be made. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Two engines may start at once.
    if (!existsSync(path)) throw error;
  }
}

/** The names of a home's backups, newest first; they are not verified. */
export function backupNames(home: Home): string[] {
  try {
    return readdirSync(home.backups)
      .filter((name) => name.endsWith('.db'))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}

/**
 * A database that has backups was not always empty: a power cut or a full disk can leave a file of no bytes.
 * Throws STORE_FAILED then, so that it is not mistaken for a new one.
 */
export function refuseEmptied(home: Home): void {
  if (statSync(home.store, { throwIfNoEntry: false })?.size !== 0 || backupNames(home).length === 0) return;
  throw new AppError('STORE_FAILED', `${home.store} is empty, but there are backups of it: its content was lost.`, {
    remedy: note(
      'Put a backup in its place (`atoll restore NAME`), or delete the file to begin with an empty database. It was left as it is.',
    ),
  });
}

/** Root in another user's home would leave files there that the user's own engine can't open. */
function refuseOthers(home: Home, owner: number): void {
  const me = process.getuid?.();
  if (me === undefined || me === owner) return;
  throw new AppError('FORBIDDEN', `The home ${home.path} belongs to another user (uid ${owner}, this is uid ${me}).`, {
    remedy: note('Run Atoll as that user, or choose another home with --home DIR or ATOLL_HOME.'),
  });
}
