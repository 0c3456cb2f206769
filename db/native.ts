import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

/** Beside the bundle (dist/cli.js), or beside its folder (dist/chunks, dist/main). */
const PLACES = ['./native/', '../native/'];

/**
 * The compiled half of better-sqlite3 that a package brought for the runtime it runs on: Node and Electron differ in the
 * number of their binary interface, so several may lie side by side. Null in a checkout, where npm compiled the one that is needed.
 */
export function packagedBinding(
  from: string = import.meta.url,
  { platform, arch, versions }: Pick<NodeJS.Process, 'platform' | 'arch' | 'versions'> = process,
): string | null {
  const name = `better_sqlite3-${platform}-${arch}-${versions.modules}.node`;
  const files = PLACES.map((place) => fileURLToPath(new URL(place + name, from)));
  return files.find((file) => existsSync(file)) ?? null;
}

const nativeBinding = packagedBinding();

/** `new Database` with the binding that fits; throws what better-sqlite3 throws. */
export function openSqlite(source: string | Buffer, options: Database.Options = {}): Database.Database {
  return new Database(source, nativeBinding === null ? options : { ...options, nativeBinding });
}

/** Refuses SQLite more memory than this, in the whole process; it answers "out of memory" then. */
export function limitMemory(bytes: number): void {
  const sqlite = openSqlite(':memory:');
  sqlite.pragma(`hard_heap_limit = ${bytes}`);
  sqlite.close();
}
