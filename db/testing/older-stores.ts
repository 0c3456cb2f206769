import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { migrate } from '../migrate';
import { MIGRATIONS } from '../migrations/all';
import { openStore } from '../store';

/** An empty store in memory, as it was before the migration of this name. */
export function storeBefore(name: string): Database.Database {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex((each) => each.name === name),
    ),
  );
  return sqlite;
}

/** A new store at `path` as this version wrote it, with the rows of that version. */
export function storeOf(version: 13 | 15, path: string): Database.Database {
  openStore(path, { migrations: MIGRATIONS.slice(0, version) }).close();
  const sqlite = new Database(path);
  sqlite.exec('DELETE FROM clusters; DELETE FROM data_centers;');
  sqlite.exec(readFileSync(new URL(`store-${version}.sql`, import.meta.url), 'utf8'));
  return sqlite;
}

/** An event of before, whose undo makes this change. */
export function addUndo(sqlite: Database.Database, change: object): void {
  sqlite
    .prepare(
      `INSERT INTO events (at, type, severity, message, actor, subjects, undo) VALUES ('', '', 'normal', '', '{}', '{}', ?)`,
    )
    .run(JSON.stringify({ words: '', change }));
}

/** The JSON in the first column of each row; null where there is none. */
export const readJson = (sqlite: Database.Database, sql: string): unknown[] =>
  sqlite
    .prepare<[], string | null>(sql)
    .pluck()
    .all()
    .map((text) => (text === null ? null : (JSON.parse(text) as unknown)));
