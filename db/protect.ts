import type { Database } from 'better-sqlite3';

/**
 * For every connection. A file from elsewhere may hold functions in its schema, and cells that lie outside of their page (SQLite,
 * "Defense Against The Dark Arts"); better-sqlite3 itself opens in defensive mode.
 */
export function protect(sqlite: Database): void {
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma('trusted_schema = OFF');
  sqlite.pragma('cell_size_check = ON');
}
