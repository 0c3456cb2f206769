import type Database from 'better-sqlite3';
import { AppError, note } from '../contract';
import { createPrivately, inspectFile, refuseReadOnly, syncFolder, wasLeftOpen } from './file';
import { copyBeforeMigrating } from './backup';
import { translating } from './errors';
import { latestVersion, migrate, refuseNewer, versionOf } from './migrate';
import type { Migration } from './migrations/migration';
import { openSqlite } from './native';
import { protect } from './protect';
import { refuseForeignSchema } from './schema-guard';
import { dirname } from 'node:path';

/** How long a statement waits for another process's write lock. */
const BUSY_MS = 5000;
/** What the write-ahead log is cut back to after a large transaction. */
const LOG_BYTES = 16 * 1024 * 1024;
/** Pages that the connection keeps. The 16 MB of better-sqlite3 would be a whole store of 10,000 VMs, which Linux keeps once more. */
const CACHE_KIB = 2048;

/**
 * Opens the store's file, makes it when it is missing, and brings it up to the last migration.
 * @throws AppError STORE_FAILED: damaged, foreign, newer, read-only, no space. Nothing is changed then.
 */
export function connect(path: string, migrations: readonly Migration[]): Database.Database {
  const found = inspectFile(path);
  refuseReadOnly(path);
  const check = found === 'store' && wasLeftOpen(path);
  if (found === 'empty') createPrivately(path);
  const sqlite = translating(() => openSqlite(path, { timeout: BUSY_MS }));
  try {
    return translating(() => prepare(sqlite, path, migrations, check));
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** A database in memory, with the same schema. */
export function connectMemory(migrations: readonly Migration[]): Database.Database {
  const sqlite = openSqlite(':memory:');
  protect(sqlite);
  migrate(sqlite, migrations);
  return sqlite;
}

function prepare(
  sqlite: Database.Database,
  path: string,
  migrations: readonly Migration[],
  check: boolean,
): Database.Database {
  protect(sqlite);
  sqlite.pragma(`cache_size = -${CACHE_KIB}`);
  const version = versionOf(sqlite);
  refuseNewer(version, migrations);
  if (version > 0) refuseForeignSchema(sqlite, path, migrations);
  if (check) refuseDamaged(sqlite, path);
  if (version > 0 && version < latestVersion(migrations)) migrateApart(path, migrations);
  // Before WAL: a new file gets its schema and its application id in one commit, so that a crash leaves it empty or ours.
  migrate(sqlite, migrations);
  sqlite.pragma('journal_mode = WAL');
  // Every commit reaches the disk before it is acknowledged, also when the power is cut. What it costs is in README.md.
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma(`journal_size_limit = ${LOG_BYTES}`);
  if (version === 0) syncFolder(dirname(path));
  return sqlite;
}

/**
 * Copying and migrating read all of a store, and a connection keeps the pages that it has read as long as it lives: 30 MB with 10,000
 * VMs. So a connection of their own does both, and its end gives the memory back.
 */
function migrateApart(path: string, migrations: readonly Migration[]): void {
  const sqlite = openSqlite(path, { timeout: BUSY_MS });
  try {
    protect(sqlite);
    copyBeforeMigrating(sqlite, path, latestVersion(migrations));
    migrate(sqlite, migrations);
  } finally {
    sqlite.close();
  }
}

/** Reads every page: only after a process was killed or the power was cut, since it takes 0.1 s for a large store. */
function refuseDamaged(sqlite: Database.Database, path: string): void {
  const found = sqlite.pragma('quick_check(1)', { simple: true });
  if (found === 'ok') return;
  throw new AppError('STORE_FAILED', `${path} is damaged: ${String(found)}`, {
    remedy: note('Put a backup in its place (`atoll restore FILE`); the damaged file is left as it is.'),
  });
}
