import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';

/** What vite writes into index.html where the page's nonce belongs. */
const NONCE_PLACE = '__CSP_NONCE__';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

export interface Screen {
  readonly body: Buffer | string;
  readonly type: string;
  /** Built files carry a digest in their name, so that they never change under it. */
  readonly immutable: boolean;
}

/** Beside the bundle (dist/cli.js), beside its folder (dist/main/index.js), or in a checkout's dist when run from source. */
const PLACES = ['./renderer/', '../renderer/', '../dist/renderer/'];

/** The built screens; a folder without `assets` is their source. Throws NOT_SUPPORTED when they are not built. */
export function screensFolder(): string {
  const found = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((place) =>
    existsSync(join(place, 'assets')),
  );
  if (found === undefined)
    throw new AppError('NOT_SUPPORTED', 'The screens are not built.', { remedy: note('Build them: npm run build') });
  return found;
}

/** The file behind a path of the address; null when there is none. A path that leaves the folder has none. */
export async function assetOf(folder: string, path: string): Promise<Screen | null> {
  const type = TYPES[extname(path)];
  const file = normalize(join(folder, path));
  if (type === undefined || path.includes('\0') || !file.startsWith(folder.endsWith(sep) ? folder : folder + sep))
    return null;
  const body = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  return body === null ? null : { body, type, immutable: path.startsWith('/assets/') };
}

/** The one page of the screens, for any address within them. */
export async function pageOf(folder: string, nonce: string): Promise<Screen> {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  return { body: html.replaceAll(NONCE_PLACE, nonce), type: TYPES['.html'] ?? '', immutable: false };
}
