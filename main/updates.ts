import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppUpdater } from 'electron-updater';

/** Of electron-updater what is used here. */
export type Updater = Pick<
  AppUpdater,
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'checkForUpdates'
  | 'disableDifferentialDownload'
  | 'downloadUpdate'
  | 'logger'
  | 'on'
  | 'quitAndInstall'
  | 'requestHeaders'
>;

export interface UpdateTrade {
  /** Asks the person; true: yes. */
  ask(words: string, yes: string): Promise<boolean>;
  /** Tells the person that what they asked for has failed. */
  failed(words: string): void;
  log(words: string): void;
}

const FIRST_LOOK_MS = 60_000;
const LOOK_MS = 24 * 3_600_000;

type Setting = (key: string) => string | undefined;

/** By provider, whether its settings lead over https and nowhere else; all others have options to do without. */
const SAFE_FEEDS: Partial<Record<string, (of: Setting) => boolean>> = {
  generic: (of) => /^https:\/\/|^http:\/\/127\.0\.0\.1[:/]/.test(of('url') ?? ''),
  github: (of) => (of('protocol') ?? 'https') === 'https',
};

/**
 * Whether the package was built with a feed of updates (electron-builder's `publish`) that may be trusted: the feed says by which hash a
 * download is known, so whoever could change it on its way could run their own code. Only on this computer, to try one, it need not be https.
 */
export function hasFeed(resources: string, log: UpdateTrade['log']): boolean {
  let feed: string;
  try {
    feed = readFileSync(join(resources, 'app-update.yml'), 'utf8');
  } catch {
    return false;
  }
  const of: Setting = (key) => new RegExp(`^${key}: *['"]?([^'"\\s]+)`, 'm').exec(feed)?.[1];
  const isSafe = SAFE_FEEDS[of('provider') ?? '']?.(of) ?? false;
  if (!isSafe) log('no update is looked for: the feed is not https, or of a kind that is not known to be');
  return isSafe;
}

/**
 * Looks for a newer version once a day, when a feed is configured; without one nothing of this runs, and nothing is loaded. Offline
 * it fails into the log. Nothing is downloaded or installed unless the person says so. The returned function ends it.
 */
export function startUpdates(isOn: boolean, load: () => Promise<Updater>, trade: UpdateTrade): () => void {
  if (!isOn) return () => undefined;
  let timer = setTimeout(() => void look(), FIRST_LOOK_MS);
  let updater: Updater | null = null;

  const look = async (): Promise<void> => {
    timer = setTimeout(() => void look(), LOOK_MS);
    try {
      updater ??= prepare(await load(), trade);
    } catch (error) {
      return trade.log(`no update can be looked for: ${firstLine(error)}`);
    }
    // Failures are also emitted as its event `error`.
    await updater.checkForUpdates().catch(() => undefined);
  };
  return () => clearTimeout(timer);
}

function prepare(updater: Updater, trade: UpdateTrade): Updater {
  const refused = new Set<string>();
  /** Whether the person waits for something that they said yes to; else nobody is to be disturbed. */
  let isAwaited = false;
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  // Several ranges in one request, to save some of a download once in a while: more can go wrong than it is worth.
  updater.disableDifferentialDownload = true;
  updater.logger = null;
  // By default it would send an id by which the feed could recognize this computer.
  updater.requestHeaders = { 'x-user-staging-id': '0' };

  updater.on('error', (error) => {
    trade.log(`the update failed: ${firstLine(error)}`);
    if (isAwaited) trade.failed(firstLine(error));
    isAwaited = false;
  });
  updater.on('update-available', ({ version }) => {
    if (refused.has(version)) return;
    void trade.ask(`Atoll ${version} is there. Download it?`, 'Download').then((yes) => {
      isAwaited = yes;
      if (yes) void updater.downloadUpdate().catch(() => undefined);
      else refused.add(version);
    });
  });
  updater.on('update-downloaded', ({ version }) => {
    isAwaited = false;
    void trade.ask(`Atoll ${version} is ready. Restart now? Labs and VMs go on.`, 'Restart').then((yes) => {
      isAwaited = yes;
      // It quits the app only when it could install; the engine ends with the app, in order.
      if (yes) updater.quitAndInstall();
    });
  });
  return updater;
}

/** Without what it puts below: headers, addresses, where in its code. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.slice(0, 300) ?? '';
