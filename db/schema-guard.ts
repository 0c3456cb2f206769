import type { Database } from 'better-sqlite3';
import { AppError, note } from '../contract';
import { migrate, refuseNewer, versionOf } from './migrate';
import type { Migration } from './migrations/migration';
import { openSqlite } from './native';

interface Item {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

const itemsOf = (sqlite: Database): Item[] =>
  sqlite.prepare<[], Item>('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();

/**
 * Compares tables, indexes and triggers with those that a fresh store of its version has, by name and by their SQL. A view in a
 * table's place or a trigger would run SQL of a stranger with the first query, so this comes before any other.
 * @throws AppError STORE_FAILED
 */
export function refuseForeignSchema(sqlite: Database, path: string, migrations: readonly Migration[]): void {
  // In one read: another process may be migrating the store at this moment.
  const { version, items } = sqlite.transaction(() => ({ version: versionOf(sqlite), items: itemsOf(sqlite) }))();
  refuseNewer(version, migrations);
  const fresh = openSqlite(':memory:');
  try {
    const own = migrations.filter((migration) => migration.version <= version);
    migrate(fresh, own);
    const expected = new Set(itemsOf(fresh).map(asText));
    const odd = items.find((item) => !expected.delete(asText(item)));
    const missing = [...expected][0];
    if (odd === undefined && missing === undefined) return;
    const what =
      odd === undefined ? 'lacks a part of the schema' : `has a ${odd.type} of its own or changed: ${odd.name}`;
    throw new AppError('STORE_FAILED', `${path} is not as Atoll makes a database of version ${version}: it ${what}.`, {
      remedy: note(
        'It was changed by other means and was not read further. Choose another backup (`atoll restore FILE`).',
      ),
    });
  } finally {
    fresh.close();
  }
}

const asText = ({ type, name, tbl_name, sql }: Item): string => JSON.stringify([type, name, tbl_name, sql]);

const LEAF = 0x0d;
const INTERIOR = 0x05;
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Looks whether the table of the schema, which SQLite reads as soon as a file is opened, ends: pages that lead to one another in a
 * crafted file make it endless (fileformat2.html, 1.6). The other pages are looked at by `integrity_check`.
 * @throws AppError STORE_FAILED
 */
export function refuseEndlessSchema(bytes: Buffer, path: string): void {
  const coded = bytes.readUInt16BE(16);
  const pageSize = coded === 1 ? 65_536 : coded;
  const seen = new Set<number>();
  const waiting = [1];
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    const start = (page - 1) * pageSize;
    if (pageSize < 512 || page < 1 || seen.has(page) || start + pageSize > bytes.length) throw damaged(path);
    seen.add(page);
    waiting.push(...childrenOf(bytes, start, page === 1 ? 100 : 0, pageSize, path));
  }
}

function childrenOf(bytes: Buffer, start: number, header: number, pageSize: number, path: string): number[] {
  const at = start + header;
  const type = bytes[at];
  if (type === LEAF) return [];
  const cells = bytes.readUInt16BE(at + 3);
  if (type !== INTERIOR || header + 12 + 2 * cells > pageSize) throw damaged(path);
  const pointers = Array.from({ length: cells }, (_, i) => bytes.readUInt16BE(at + 12 + 2 * i));
  if (pointers.some((pointer) => pointer + 4 > pageSize)) throw damaged(path);
  return [bytes.readUInt32BE(at + 8), ...pointers.map((pointer) => bytes.readUInt32BE(start + pointer))];
}

const damaged = (path: string): AppError =>
  new AppError('STORE_FAILED', `${path} is damaged: its schema cannot be read.`, {
    remedy: note('Choose another backup.'),
  });

/** What is read whole has to fit: reading and checking it keeps the engine from all else. */
export function refuseHuge(path: string, size: number): void {
  if (size <= MOST_BYTES) return;
  throw new AppError('STORE_FAILED', `${path} is too large for a database: ${size} bytes.`, {
    remedy: note(`A backup may have ${MOST_BYTES} bytes. Choose another one.`),
  });
}
