import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Home } from '../../app/home';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';

const folderOf = (home: Home): string => join(home.path, 'backups');
const MOST_NAMED = 5;

/** Names of the backups of a home, newest first, without the engine: a damaged database keeps it from starting. They are not verified. */
export function backupsWithoutEngine(home: Home): string[] {
  try {
    return readdirSync(folderOf(home))
      .filter((name) => name.endsWith('.db'))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}

/** The file to restore while the engine can't start: a file, or, if it does not exist, the backup of that name in the home. */
export function fileWithoutEngine(home: Home, asked: string): string {
  const file = resolve(asked);
  return !existsSync(file) && backupsWithoutEngine(home).includes(asked) ? join(folderOf(home), asked) : file;
}

/** The error of an engine that can't open its database, with the backups that can replace it. */
export function withBackups(error: unknown, home: Home): unknown {
  const backups = backupsWithoutEngine(home);
  if (!(error instanceof AppError) || error.code !== 'STORE_FAILED' || backups.length === 0) return error;
  const rest = backups.length > MOST_NAMED ? ` and ${backups.length - MOST_NAMED} more` : '';
  return new AppError(error.code, error.message, {
    remedy: note(
      `Restore a backup with \`atoll restore NAME\`; the newest are ${backups.slice(0, MOST_NAMED).join(', ')}${rest}, in ${folderOf(home)}.`,
    ),
    cause: error,
  });
}
