import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Backup, BackupKind } from '../contract';
import type { Backups } from '../engine/ports/backups';
import { homeError, systemCode } from './file-errors';
import type { Home } from './home';
import { type ReadBackup, createReadBackup } from './read-backup';

/** `2026-11-26T09-30-00-000Z-automatic.db`, with `-2` before the ending where that name was taken. */
const OWN = /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)-(manual|automatic)(-\d+)?\.db$/;
/** As app/restore.ts names what it puts aside, and db/backup.ts what is about to be migrated. */
const RESTORED = /\.before-restore-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)(-\d+)?$/;
const MIGRATED = /\.before-\d+(-\d+)?$/;

/** An instant as a part of a file's name, which Windows wants without colons; and back. */
export const fileInstant = (at: string): string => at.replace(/[:.]/g, '-');
const instantOf = (name: string): string => name.replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z/, 'T$1:$2:$3.$4Z');

/** The backups of a home: its folder `backups`, and what restores and migrations put aside beside the store. */
export function createBackups(home: Home, read: ReadBackup = createReadBackup()): Backups {
  const folder = home.backups;
  return {
    folder,
    list: async () => {
      const own = (await namesIn(folder)).flatMap((name): Found[] => {
        const [, at, kind] = OWN.exec(name) ?? [];
        return at === undefined ? [] : [{ path: join(folder, name), at, kind: kind as BackupKind }];
      });
      const beside = (await namesIn(home.path))
        .filter((name) => name.startsWith(`${basename(home.store)}.`))
        .flatMap((name): Found[] => {
          const at = RESTORED.exec(name)?.[1];
          if (at !== undefined) return [{ path: join(home.path, name), at, kind: 'before_restore' as const }];
          return MIGRATED.test(name)
            ? [{ path: join(home.path, name), at: null, kind: 'before_migration' as const }]
            : [];
        });
      const all = await Promise.all([...own, ...beside].map(described));
      return all.filter((backup) => backup !== null);
    },
    free: async (kind, at) => {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
      } catch (error) {
        throw homeError(folder, error);
      }
      const name = `${fileInstant(at)}-${kind}`;
      let path = join(folder, `${name}.db`);
      for (let n = 2; existsSync(path); n += 1) path = join(folder, `${name}-${n}.db`);
      return path;
    },
    inspect: read,
    remove: async ({ path }) => {
      try {
        await rm(path, { force: true });
        for (const companion of ['-wal', '-shm']) await rm(path + companion, { force: true });
      } catch (error) {
        throw homeError(path, error);
      }
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw homeError(folder, error);
  }
}

interface Found {
  readonly path: string;
  /** As in the name; null: the file's own time says when. */
  readonly at: string | null;
  readonly kind: BackupKind;
}

/** Null if it was removed in the meantime, is not a file, or is empty: the name reserved by a running backup. */
async function described({ path, at, kind }: Found): Promise<Backup | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile() || found.size === 0) return null;
  return {
    name: basename(path),
    path,
    kind,
    at: at === null ? found.mtime.toISOString() : instantOf(at),
    bytes: found.size,
  };
}
