import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How a link is opened: as a page of the person's browser, or as a window of its own, without the browser's bars. */
export type Opening = 'page' | 'window';

/** Browsers that show a page as an app (`--app=`), the free ones first. */
const APP_BROWSERS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
];

/**
 * Opens a page of this user's in the person's browser, if there is one; as a page where no browser can do windows. It takes a file, never
 * a link: arguments can be read by every user of this computer. A link is printed as well, so a failure here needs no words.
 */
export function openPage(file: string, how: Opening): void {
  const [program, ...args] = openerOf(process.platform, pathToFileURL(file).href, how);
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.once('error', () => undefined);
  child.unref();
}

/** The command that opens an address on each system; argv, so that no shell reads it. `path` is where programs are looked for. */
export function openerOf(
  platform: NodeJS.Platform,
  link: string,
  how: Opening,
  path = process.env['PATH'] ?? '',
): [string, ...string[]] {
  switch (platform) {
    case 'darwin':
      return ['open', link];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler', link];
    default: {
      const browser = how === 'window' ? firstProgram(APP_BROWSERS, path) : undefined;
      return browser === undefined ? ['xdg-open', link] : [browser, `--app=${link}`];
    }
  }
}

function firstProgram(names: readonly string[], path: string): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder.startsWith('/'));
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run: the next one is tried.
    return false;
  }
}
