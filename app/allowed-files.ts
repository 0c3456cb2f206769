import { constants, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { z } from 'zod';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import type { FileUse } from '../contract/shell';
import type { AllowedFiles, AskedFile } from '../engine/ports/allowed-files';
import { homeError, systemCode } from './file-errors';
import type { Home } from './home';
import { userHome } from './user-name';

const Kept = z.object({ folders: z.array(z.string().min(1)).max(1_000) });
const MOST_FILES = 500;
const MOST_GRANTS = 1_000;
const ENDINGS: Partial<Record<FileUse, RegExp>> = {
  disk: /\.(qcow2|img|raw)$/i,
  image: /\.(qcow2|img|raw)$/i,
  appliance: /\.(ova|ovf)$/i,
  iso: /\.iso$/i,
  backup: /\.db$/i,
};

/** The same, and what a person has just chosen in a dialog of the desktop app. */
export interface OwnAllowedFiles extends AllowedFiles {
  /** Lets the screens name this path for this use, until the engine's process ends. */
  grant(use: FileUse, path: string): void;
}

/**
 * The allowed folders of a home, in a file of the home: a backup of the store does not carry them to another computer. Nothing in
 * the home itself may be named, whatever is allowed, but backups.
 */
export function createAllowedFiles(home: Home, personHome = userHome()): OwnAllowedFiles {
  const file = join(home.path, 'allowed-folders.json');
  const { backups } = home;
  let kept = read(file);
  const granted = new Set<string>();

  const keep = (folders: readonly string[]): Promise<void> => {
    try {
      writeFileSync(`${file}.new`, `${JSON.stringify({ folders }, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      return Promise.reject(homeError(home.path, error));
    }
    kept = folders;
    return Promise.resolve();
  };

  const foldersFor = (use: FileUse): string[] => (use === 'key' ? [...kept, join(personHome, '.ssh')] : [...kept]);

  const allows = async ({ path, use, access }: AskedFile): Promise<boolean> => {
    if (granted.has(keyOf(use, path))) return true;
    // `..` after a link leads elsewhere than it reads.
    if (!isAbsolute(path) || normalize(path) !== path) return false;
    const real = await realPathOf(path);
    const ownHome = await realPathOf(home.path);
    if (real === null || ownHome === null) return false;
    if (use === 'backup') {
      const isBackup = dirname(real) === (await realPathOf(backups));
      const isKept = dirname(real) === ownHome && basename(real).startsWith(`${basename(home.store)}.`);
      if (isBackup || (access === 'read' && isKept)) return true;
    }
    const isReadable = access === 'read' || (use === 'appliance' && (await isNewArchive(path)));
    if (!isReadable || real === ownHome || isWithin(real, ownHome)) return false;
    for (const folder of foldersFor(use)) {
      const realFolder = await realPathOf(folder);
      if (realFolder === null || !isIn({ path, real }, { path: folder, real: realFolder })) continue;
      if (!isHidden(relative(realFolder, real)) && (await isOnlyOurs(dirname(real)))) return true;
    }
    return false;
  };

  const beside = async (folder: string, paths: readonly string[]): Promise<Set<string>> => {
    const found = new Set<string>();
    const [realFolder, ownHome, person] = await Promise.all([folder, home.path, personHome].map(realPathOf));
    if (!realFolder || !ownHome || !person) return found;
    const holdsPerson = person === realFolder || isWithin(person, realFolder);
    for (const path of new Set(paths)) {
      if (!isAbsolute(path) || normalize(path) !== path) continue;
      const real = await realPathOf(path);
      if (real === null || isWithin(real, ownHome)) continue;
      if (!isIn({ path, real }, { path: folder, real: realFolder })) continue;
      const below = relative(realFolder, real).split(sep);
      if (isHidden(relative(realFolder, real)) || (holdsPerson && below.length > 1)) continue;
      found.add(path);
    }
    return found;
  };

  return {
    backups,
    folders: () => kept,
    allows,
    beside,
    files: async (use) => {
      const found: string[] = [];
      for (const folder of use === 'backup' ? [...kept, backups] : foldersFor(use))
        for (const name of await namesIn(folder)) {
          const path = join(folder, name);
          if (found.length >= MOST_FILES) return found;
          if (ENDINGS[use]?.test(name) === false || !(await isFile(path))) continue;
          if (await allows({ path, use, access: 'read' })) found.push(path);
        }
      return found;
    },
    find: async (path) => {
      const real = await realpath(path).catch((error: unknown) => {
        throw new AppError('NOT_FOUND', `There is no folder ${path} (${systemCode(error) ?? 'unknown'})`, {
          field: 'path',
          remedy: note('Give the path of a folder that is there.'),
        });
      });
      if (!(await stat(real)).isDirectory())
        throw new AppError('BAD_INPUT', `${path} is a file`, {
          field: 'path',
          remedy: note('Give the folder that it is in.'),
        });
      if (dirname(real) === real)
        throw new AppError('BAD_INPUT', `${real} is everything on this computer`, {
          field: 'path',
          remedy: note('Allow the folder that has the disks and images.'),
        });
      if (!(await isOnlyOurs(real)))
        throw new AppError(
          'BAD_INPUT',
          `Everybody on this computer can write in ${real}, or in a folder that it is in`,
          {
            field: 'path',
            remedy: note(
              'Allow a folder of your own, or take that right away (chmod o-w). Others could put links to your files there.',
            ),
          },
        );
      return real;
    },
    allow: (folder) => keep([...new Set([...kept, folder])].sort()),
    remove: (folder) => keep(kept.filter((one) => one !== folder)),
    grant: (use, path) => {
      granted.add(keyOf(use, path));
      for (const oldest of granted) if (granted.size > MOST_GRANTS) granted.delete(oldest);
    },
  };
}

/** Where keys and passwords are (`.ssh`, `.gnupg`), in a folder that was allowed for something else. */
const isHidden = (below: string): boolean => below.split(sep).some((name) => name.startsWith('.'));

/**
 * Whether not everybody can put a link into the folder, or something else in its place, between the check of a file and its use. A folder
 * with the sticky bit keeps what is in it in place, so it may be above, but not be the one. Of what is not there yet, the folder that is.
 */
async function isOnlyOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => null);
  if (found !== null && (found.mode & constants.S_IWOTH) !== 0) return false;
  for (let above = dirname(folder), last = folder; above !== last; last = above, above = dirname(above)) {
    const { mode } = (await stat(above).catch(() => null)) ?? { mode: 0 };
    if ((mode & constants.S_IWOTH) !== 0 && (mode & STICKY) === 0) return false;
  }
  return true;
}
const STICKY = 0o1000;

const keyOf = (use: FileUse, path: string): string => `${use}\0${path}`;
const isWithin = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

interface Place {
  readonly path: string;
  readonly real: string;
}
/** By the real path, and as it reads too: on a host over SSH a path is read there, where links of this computer mean nothing. */
const isIn = (file: Place, folder: Place): boolean =>
  isWithin(file.real, folder.real) && (isWithin(file.path, folder.path) || isWithin(file.path, folder.real));

/** What a person can't have meant allows nothing: a file that was damaged, or is not ours. */
function read(file: string): readonly string[] {
  try {
    const { folders } = Kept.parse(JSON.parse(readFileSync(file, 'utf8')));
    return folders.filter((folder) => isAbsolute(folder) && dirname(folder) !== folder);
  } catch {
    return [];
  }
}

/** The one thing that the screens may create beside what they may read: an export, which overwrites nothing. */
const isNewArchive = async (path: string): Promise<boolean> =>
  /^[^.].*\.ova$/i.test(basename(path)) && !(await isThere(path));

/** Without symbolic links; of what is not there yet, that of the folder that is, and the rest. Null if unknown. */
async function realPathOf(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) return null;
    // A link that leads nowhere is there, and would be followed when a file is made through it.
    if (await isThere(path)) return null;
    const folder = await realPathOf(dirname(path));
    return folder === null ? null : join(folder, basename(path));
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await namesIn(dirname(path))).includes(basename(path));
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
