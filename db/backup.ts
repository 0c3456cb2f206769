import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type Database from 'better-sqlite3';
import { AppError, SshHow, note } from '../contract';
import type { BackedUpHost, InspectedBackup } from '../engine/ports/backups';
import type { HostHow } from '../engine/ports/hosts';
import { translate, translating } from './errors';
import { inspectFile, syncFolder } from './file';
import { migrate, refuseNewer, versionOf } from './migrate';
import { MIGRATIONS } from './migrations/all';
import type { Migration } from './migrations/migration';
import { openSqlite } from './native';
import { protect } from './protect';
import { oddRows } from './odd-rows';
import { oddValues } from './odd-values';
import { refuseEndlessSchema, refuseForeignSchema, refuseHuge } from './schema-guard';

/**
 * Writes a consistent copy of an open store to `path`, while it is in use, and verifies it before it gets its name.
 * @returns its size in bytes
 * @throws AppError CONFLICT when `path` exists; STORE_FAILED when it can't be written or does not verify
 */
export async function backup(
  sqlite: Database.Database,
  path: string,
  migrations: readonly Migration[],
): Promise<number> {
  if (!isAbsolute(path))
    throw new AppError('BAD_INPUT', `${path} is no absolute path on this computer.`, { field: 'path' });
  reserve(path);
  let draft: Draft | null = null;
  try {
    draft = draftBeside(path);
    await sqlite.backup(draft.file);
    settle(draft.file);
    verifyBackup(draft.file, migrations);
    renameSync(draft.file, path);
    syncFolder(dirname(path));
    return statSync(path).size;
  } catch (error) {
    rmSync(path, { force: true });
    throw translate(error);
  } finally {
    draft?.discard();
  }
}

interface Draft {
  readonly file: string;
  /** Removes what is left of it. */
  discard(): void;
}

/**
 * An empty file on the same file system, in a new folder of mode 0700 with a random name: in a folder that others may write (/tmp), nobody
 * can have put a file or a link at its path, nor can read it or put another in its place while it is written.
 */
function draftBeside(path: string): Draft {
  const folder = mkdtempSync(`${path}.part-`);
  const discard = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const file = join(folder, 'store.db');
    closeSync(openSync(file, 'wx', 0o600));
    return { file, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

/**
 * Checks that `path` is a whole store of Atoll's that this build can use; reads it, changes nothing.
 * @throws AppError NOT_FOUND when there is no such file; STORE_FAILED when it is foreign, damaged, newer or incomplete
 */
export function verifyBackup(path: string, migrations: readonly Migration[] = MIGRATIONS): void {
  reading(path, (sqlite) => verify(sqlite, path, migrations));
}

/**
 * The same, and what is in it; each value is checked as the engine would read it, after the migrations of a copy in memory.
 * For a file from elsewhere: in a process of its own (app/read-backup.ts), since nobody knows how long SQLite takes for it.
 */
export function inspectBackup(path: string, migrations: readonly Migration[] = MIGRATIONS): InspectedBackup {
  return reading(path, (sqlite) => {
    verify(sqlite, path, migrations);
    const one = <T>(sql: string): T => sqlite.prepare<[], T>(sql).pluck().get() as T;
    const hosts = sqlite
      .prepare<[], Omit<BackedUpHost, 'how'> & { how: string }>('SELECT name, how, state FROM hosts ORDER BY name')
      .all()
      .map((host) => ({ ...host, how: wayOf(host.how) }));
    const content = {
      storeId: one<string>("SELECT value FROM meta WHERE key = 'store_id'"),
      schema: versionOf(sqlite),
      hosts: hosts.length,
      networks: one<number>('SELECT count(*) FROM networks'),
      vms: one<number>('SELECT count(*) FROM vms'),
    };
    migrate(sqlite, migrations);
    refuse(path, oddValues(sqlite));
    return { content, hosts };
  });
}

/** A way that was found to be one, with what older stores leave out. */
function wayOf(text: string): HostHow {
  const way = JSON.parse(text) as HostHow;
  if (way.kind !== 'ssh') return way;
  return SshHow.safeParse(way).data ?? SshHow.parse({ ...way, fingerprints: [] });
}

function reading<T>(path: string, look: (sqlite: Database.Database) => T): T {
  if (!existsSync(path))
    throw new AppError('NOT_FOUND', `There is no file ${path}.`, { remedy: note('Give the path of a backup.') });
  if (inspectFile(path) === 'empty') {
    throw new AppError('STORE_FAILED', `${path} is empty: it is no backup.`, {
      remedy: note('Choose another backup.'),
    });
  }
  return translating(() => {
    refuseHuge(path, statSync(path).size);
    const bytes = inRollbackMode(readFileSync(path));
    refuseEndlessSchema(bytes, path);
    // A copy of the bytes in memory: what is written to it never reaches the file.
    const sqlite = openSqlite(bytes);
    try {
      protect(sqlite);
      return look(sqlite);
    } finally {
      sqlite.close();
    }
  });
}

/**
 * A database in WAL mode can't even be read without making files beside it; its bytes in memory can, once the two version
 * numbers in the header say rollback mode (fileformat2.html, 1.3.3). A backup of ours is in that mode anyway.
 */
function inRollbackMode(bytes: Buffer): Buffer {
  return bytes.fill(1, 18, 20);
}

/** Copies a store that is about to be migrated to `<path>.before-<version>`; an earlier copy of that name is kept. */
export function copyBeforeMigrating(sqlite: Database.Database, path: string, version: number): string {
  const name = `${path}.before-${version}`;
  let free = name;
  for (let n = 2; existsSync(free); n += 1) free = `${name}-${n}`;
  const draft = translating(() => draftBeside(free));
  try {
    // VACUUM INTO takes an empty file, and with it the file's mode. It is a transaction of its own, so the copy is consistent.
    sqlite.prepare('VACUUM INTO ?').run(draft.file);
    renameSync(draft.file, free);
    syncFolder(dirname(free));
  } finally {
    draft.discard();
  }
  return free;
}

/** Takes the name at once and for this user only, so that two backups to one name can't both pass. */
function reserve(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new AppError('CONFLICT', `${path} exists already.`, {
        remedy: note('Choose another name: a backup never replaces a file.'),
        field: 'path',
      });
    }
    throw translate(error);
  }
}

/** Makes the copy one plain file: a database in WAL mode needs files beside it even to be read. */
function settle(path: string): void {
  const sqlite = openSqlite(path);
  try {
    sqlite.pragma('journal_mode = DELETE');
  } finally {
    sqlite.close();
  }
}

function verify(sqlite: Database.Database, path: string, migrations: readonly Migration[]): void {
  const version = versionOf(sqlite);
  refuseNewer(version, migrations);
  refuseForeignSchema(sqlite, path, migrations);
  const problems = [
    ...(sqlite.pragma('integrity_check(5)') as Array<{ integrity_check: string }>)
      .map((row) => row.integrity_check)
      .filter((words) => words !== 'ok'),
    ...(sqlite.pragma('foreign_key_check') as Array<{ table: string }>).map(
      (row) => `dangling reference in ${row.table}`,
    ),
  ];
  const id = problems.length === 0 && sqlite.prepare("SELECT value FROM meta WHERE key = 'store_id'").pluck().get();
  if (problems.length === 0 && typeof id !== 'string') problems.push('it has no database id');
  if (problems.length === 0) problems.push(...oddRows(sqlite));
  refuse(path, problems);
}

function refuse(path: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new AppError('STORE_FAILED', `${path} cannot be used as a backup: ${problems.slice(0, 5).join('; ')}.`, {
    remedy: note('Choose another backup.'),
  });
}
