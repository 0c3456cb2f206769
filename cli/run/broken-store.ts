import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backupNames, type Home } from '../../app/home';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';

const MOST_NAMED = 5;

/** The file to restore while the engine can't start: a file, or, if it does not exist, the backup of that name in the home. */
export function fileWithoutEngine(home: Home, asked: string): string {
  const file = resolve(asked);
  return !existsSync(file) && backupNames(home).includes(asked) ? join(home.backups, asked) : file;
}

/** The error of an engine that can't open its database, with the backups that can replace it. */
export function withBackups(error: unknown, home: Home): unknown {
  const backups = backupNames(home);
  if (!(error instanceof AppError) || error.code !== 'STORE_FAILED' || backups.length === 0) return error;
  const rest = backups.length > MOST_NAMED ? ` and ${backups.length - MOST_NAMED} more` : '';
  return new AppError(error.code, error.message, {
    remedy: note(
      `Restore a backup with \`atoll restore NAME\`; the newest are ${backups.slice(0, MOST_NAMED).join(', ')}${rest}, in ${home.backups}.`,
    ),
    cause: error,
  });
}
