import type { Database } from 'better-sqlite3';
import { AppError, note } from '../contract';
import { translating } from './errors';
import type { Migration } from './migrations/migration';

/** "Atol" in PRAGMA application_id (bytes 68 to 71 of the file): tells our stores from other SQLite files. */
export const APPLICATION_ID = 0x41746f6c;

/** The schema version that a list of migrations leads to. */
export const latestVersion = (migrations: readonly Migration[]): number => migrations.at(-1)?.version ?? 0;

/** The schema version of an open database; 0 for an empty one. */
export const versionOf = (sqlite: Database): number => Number(sqlite.pragma('user_version', { simple: true }));

/** @throws AppError STORE_FAILED when the database was written by a newer Atoll */
export function refuseNewer(version: number, migrations: readonly Migration[]): void {
  const latest = latestVersion(migrations);
  if (version <= latest) return;
  throw new AppError(
    'STORE_FAILED',
    `The database has version ${version}, this Atoll knows only up to version ${latest}.`,
    {
      remedy: note(
        `Update Atoll, or restore the backup that was made before the database was updated (its name ends in ".before-" and a number).`,
      ),
    },
  );
}

/**
 * Brings a database up to the last migration: each in one transaction, with the foreign keys checked before it commits.
 * A migration that fails leaves the database as the one before it did.
 */
export function migrate(sqlite: Database, migrations: readonly Migration[]): void {
  // Off while tables are recreated (lang_altertable.html, 7); a no-op inside a transaction, so it is set here.
  sqlite.pragma('foreign_keys = OFF');
  try {
    for (const migration of migrations) apply(sqlite, migration);
  } finally {
    sqlite.pragma('foreign_keys = ON');
  }
}

function apply(sqlite: Database, migration: Migration): void {
  translating(() =>
    sqlite
      .transaction(() => {
        // Asked again under the write lock: another process may just have done it.
        if (versionOf(sqlite) >= migration.version) return;
        sqlite.exec(migration.sql);
        const dangling = sqlite.pragma('foreign_key_check') as unknown[];
        if (dangling.length > 0) {
          throw new AppError(
            'STORE_FAILED',
            `Migration ${migration.version} (${migration.name}) leaves ${dangling.length} dangling references.`,
            {
              remedy: note('The database is as it was before. Please report this.'),
            },
          );
        }
        sqlite.pragma(`application_id = ${APPLICATION_ID}`);
        sqlite.pragma(`user_version = ${migration.version}`);
      })
      .immediate(),
  );
}
