import { constants, copyFileSync, existsSync, openSync, fsyncSync, closeSync, renameSync, rmSync } from 'node:fs';
import { homeError } from './file-errors';
import type { Home } from './home';

/** SQLite's own companions of a store file; a kept store needs its log beside it to be whole. */
const COMPANIONS = ['-wal', '-shm'];

/**
 * Puts a verified backup in the store's place. The copy is complete and on disk before `close` ends the present store;
 * after that there are only renames, so a crash leaves either the old store or the new one, never half of one.
 * Returns the file that keeps the old store, null when there was none.
 */
export async function replaceStore(home: Home, backup: string, close: () => Promise<void>): Promise<string | null> {
  const incoming = `${home.store}.incoming`;
  try {
    rmSync(incoming, { force: true });
    copyFileSync(backup, incoming, constants.COPYFILE_EXCL);
    sync(incoming);
    await close();
    const kept = keep(home);
    renameSync(incoming, home.store);
    sync(home.path);
    return kept;
  } catch (error) {
    rmSync(incoming, { force: true });
    throw homeError(home.path, error);
  }
}

function keep(home: Home): string | null {
  if (!existsSync(home.store)) return null;
  const kept = freeName(`${home.store}.before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  for (const suffix of COMPANIONS) {
    if (existsSync(home.store + suffix)) renameSync(home.store + suffix, kept + suffix);
  }
  renameSync(home.store, kept);
  return kept;
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let n = 2; existsSync(name); n++) name = `${wanted}-${n}`;
  return name;
}

/** A rename is durable only when the folder has been synced too (fsync(2)). */
function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
