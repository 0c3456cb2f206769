import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { noteRestored } from '../db/restored';
import type { Restored } from '../engine';
import { fileInstant } from './backups';
import { homeError } from './file-errors';
import type { Home } from './home';
import { type ReadBackup, createReadBackup } from './read-backup';

/** SQLite's own companions of a store file; a kept store needs its log beside it to be whole. */
const COMPANIONS = ['-wal', '-shm'];

export interface Replaced {
  /** The file that keeps the old store; null when there was none. */
  readonly kept: string | null;
  /** For a backup that could not be opened after all: it is dropped, and the old store has its name again. */
  putBack(): void;
}

/** What was asked for. `connect`: with the hosts that the backup would connect. */
export type RestoreRequest = Omit<Restored, 'kept'>;

export interface Replacing {
  /** Checks the copy of the backup, which nobody else can change, and notes in it that it was restored. */
  prepare(incoming: string, kept: string | null): void | Promise<void>;
  /** Ends whoever uses the present store. */
  close(): Promise<void>;
}

/**
 * Puts a backup in the store's place. The copy is complete and on disk before `close` ends the present store; then the
 * old one gets a second name, and one rename puts the new one in its place: whenever this process dies, a store is there.
 */
export async function replaceStore(home: Home, backup: string, { prepare, close }: Replacing): Promise<Replaced> {
  const incoming = `${home.store}.incoming`;
  try {
    for (const suffix of ['', ...COMPANIONS]) rmSync(incoming + suffix, { force: true });
    copyFileSync(backup, incoming, constants.COPYFILE_EXCL);
    chmodSync(incoming, 0o600);
    const kept = keptName(home);
    await prepare(incoming, kept);
    sync(incoming);
    await close();
    if (kept !== null) keep(home, kept);
    renameSync(incoming, home.store);
    sync(home.path);
    return { kept, putBack: () => putBack(home, kept) };
  } catch (error) {
    for (const suffix of ['', ...COMPANIONS]) rmSync(incoming + suffix, { force: true });
    throw homeError(home.path, error);
  }
}

/**
 * Verifies a backup and puts it in the store's place with a note of who asked for it. The copy is verified too: others may change
 * the file in the meantime.
 */
export async function restoreStore(
  home: Home,
  request: RestoreRequest,
  close: () => Promise<void>,
  read: ReadBackup = createReadBackup(),
): Promise<Replaced> {
  const { from, by, connect } = request;
  await read(from);
  return replaceStore(home, from, {
    prepare: async (incoming, kept) => {
      await read(incoming);
      noteRestored(incoming, { from, kept, by, connect });
    },
    close,
  });
}

/** An ended engine leaves no companions; one that was killed on a damaged store may, and another store's log would ruin the new one. */
function keep(home: Home, kept: string): void {
  for (const suffix of COMPANIONS) {
    if (existsSync(home.store + suffix)) copyFileSync(home.store + suffix, kept + suffix);
  }
  secondName(home.store, kept);
  for (const suffix of COMPANIONS) rmSync(home.store + suffix, { force: true });
}

/** Null: there is no store to keep. */
const keptName = (home: Home): string | null =>
  existsSync(home.store) ? freeName(`${home.store}.before-restore-${fileInstant(new Date().toISOString())}`) : null;

/** A hard link costs nothing; some file systems have none. */
function secondName(path: string, name: string): void {
  try {
    linkSync(path, name);
  } catch {
    copyFileSync(path, name, constants.COPYFILE_EXCL);
    sync(name);
  }
}

function putBack(home: Home, kept: string | null): void {
  for (const suffix of COMPANIONS) rmSync(home.store + suffix, { force: true });
  if (kept === null) return rmSync(home.store, { force: true });
  for (const suffix of COMPANIONS) {
    if (existsSync(kept + suffix)) renameSync(kept + suffix, home.store + suffix);
  }
  renameSync(kept, home.store);
  sync(home.path);
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
