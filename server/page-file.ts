import { randomBytes } from 'node:crypto';
import { type Stats, accessSync, constants, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { userHome } from '../app/user-name';

const PREFIX = 'atoll-open-';
/** Folders of killed engines are removed after this time; their tokens ended with them. */
const STALE_MS = 120_000;
const SNAP_FOLDERS = ['/snap/bin', '/var/lib/snapd/snap/bin'];
const SNAP_BROWSERS = ['firefox', 'chromium', 'brave', 'opera', 'vivaldi', 'microsoft-edge'];

export interface PageFile {
  readonly path: string;
  /** Removes the file and its folder. Safe to call again. */
  remove(): void;
}

/** Where page files may lie, the best first. */
export interface PagePlaces {
  /** The home of this Atoll, 0700. */
  readonly home: string;
  readonly runtime?: string | undefined;
  /** The person's own folder. */
  readonly user?: string;
  readonly snapFolders?: readonly string[];
}

/**
 * Writes a page, for this user alone, that leads to a link. Its path is what a browser gets as an argument: every user of this computer
 * can read arguments, and only this one the page.
 */
export function writePageFile(link: string, places: PagePlaces): PageFile {
  const base = folderFor(places);
  removeStale(base);
  // mkdtemp(3): mode 0700.
  const folder = mkdtempSync(join(base, PREFIX));
  const path = join(folder, `${randomBytes(16).toString('hex')}.html`);
  writeFileSync(path, pageOf(link), { mode: 0o600, flag: 'wx' });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * The runtime folder is in memory and this user's. A browser from a snap sees neither it nor hidden folders of the person's home, so
 * where such a browser is installed the page lies visibly in the person's home, in a folder that others can't enter.
 */
export function folderFor({
  home,
  runtime = process.env['XDG_RUNTIME_DIR'],
  user = userHome(),
  snapFolders = SNAP_FOLDERS,
}: PagePlaces): string {
  if (hasSnapBrowser(snapFolders) && isWritable(user)) return user;
  return runtime !== undefined && isPrivate(runtime) ? runtime : home;
}

function pageOf(link: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="referrer" content="no-referrer" />
    <meta http-equiv="refresh" content="0; url=${link}" />
    <title>Atoll</title>
  </head>
  <body><a href="${link}">Open Atoll</a></body>
</html>
`;
}

const hasSnapBrowser = (folders: readonly string[]): boolean =>
  folders.some((folder) => SNAP_BROWSERS.some((name) => statOf(join(folder, name)) !== null));

/** A folder of this user that nobody else can enter. */
function isPrivate(folder: string): boolean {
  const stats = isAbsolute(folder) ? statOf(folder) : null;
  return (
    stats !== null &&
    stats.isDirectory() &&
    stats.uid === process.getuid?.() &&
    (stats.mode & 0o077) === 0 &&
    isWritable(folder)
  );
}

function removeStale(base: string): void {
  for (const name of readdirSync(base)) {
    if (!name.startsWith(PREFIX)) continue;
    const stats = statOf(join(base, name));
    const isOurs = stats !== null && stats.isDirectory() && stats.uid === process.getuid?.();
    if (isOurs && Date.now() - stats.mtimeMs > STALE_MS) rmSync(join(base, name), { recursive: true, force: true });
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours: another folder is taken.
    return false;
  }
}

function statOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}
