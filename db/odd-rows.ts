import type { Database } from 'better-sqlite3';
import { LocalHow, SshHow } from '../contract';

/** Far more than any row of ours has; what is larger would stop the engine each time it lists the rows. */
const MOST_BYTES = 4 * 1024 * 1024;

/** What no Atoll has written though the schema takes it: ids that would be paths, ways to a host that are none, huge values. */
export function oddRows(sqlite: Database): string[] {
  const tables = sqlite
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  return [...tables.flatMap((table) => oddIn(sqlite, table)), ...oddWays(sqlite)];
}

/** Names of tables and columns are those of a fresh store: they were compared before. */
function oddIn(sqlite: Database, table: string): string[] {
  const columns = (sqlite.pragma(`table_info(${table})`) as Array<{ name: string }>).map(({ name }) => name);
  const isHuge = columns.map((name) => `octet_length("${name}") > ${MOST_BYTES}`).join(' OR ');
  const has = (where: string): boolean =>
    sqlite.prepare(`SELECT 1 FROM "${table}" WHERE ${where} LIMIT 1`).get() !== undefined;
  const isId = columns.includes('id') ? `OR id = '' OR id GLOB '*[^0-9A-Za-z_-]*'` : '';
  if (has(isHuge)) return [`a value in ${table} is too large`];
  return isId !== '' && has(`0 ${isId}`) ? [`${table} has an id that is none`] : [];
}

function oddWays(sqlite: Database): string[] {
  const hosts = sqlite
    .prepare<[], { name: string; kind: string; how: string }>('SELECT name, kind, how FROM hosts')
    .all();
  return hosts.filter((host) => !isWay(host)).map(({ name }) => `the way to the host ${JSON.stringify(name)} is none`);
}

function isWay({ kind, how }: { readonly kind: string; readonly how: string }): boolean {
  const way = JSON.parse(how) as { readonly kind?: unknown } | null;
  if (typeof way !== 'object' || way?.kind !== kind) return false;
  // Confirmed keys had another form in older stores, and are dropped before anything connects.
  if (kind === 'ssh') return SshHow.safeParse({ ...way, fingerprints: [] }).success;
  return kind !== 'local' || LocalHow.safeParse(way).success;
}
