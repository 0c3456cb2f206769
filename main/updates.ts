/** Of electron-updater what is used here. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<unknown>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { version: string }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface UpdateTrade {
  /** Asks the person; true: yes. */
  ask(words: string, yes: string): Promise<boolean>;
  /** Ends what runs, in order, before the installer begins. */
  beforeInstall(): Promise<void>;
  log(words: string): void;
}

const FIRST_LOOK_MS = 60_000;
const LOOK_MS = 24 * 3_600_000;

/**
 * Looks for a newer version once a day, when a feed is configured; without one nothing of this runs, and nothing is loaded. Offline
 * it fails into the log. Nothing is downloaded or installed unless the person says so. The returned function ends it.
 */
export function startUpdates(hasFeed: boolean, load: () => Promise<Updater>, trade: UpdateTrade): () => void {
  if (!hasFeed) return () => undefined;
  let timer = setTimeout(() => void look(), FIRST_LOOK_MS);
  let updater: Updater | null = null;
  const refused = new Set<string>();

  const look = async (): Promise<void> => {
    timer = setTimeout(() => void look(), LOOK_MS);
    try {
      updater ??= prepare(await load());
      await updater.checkForUpdates();
    } catch (error) {
      trade.log(`no update could be looked for: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const prepare = (loaded: Updater): Updater => {
    loaded.autoDownload = false;
    loaded.autoInstallOnAppQuit = false;
    loaded.on('error', (error) => trade.log(`the update failed: ${error.message}`));
    loaded.on('update-available', ({ version }) => {
      if (refused.has(version)) return;
      void trade.ask(`Atoll ${version} is there. Download it?`, 'Download').then((yes) => {
        if (yes) void loaded.downloadUpdate().catch(() => undefined);
        else refused.add(version);
      });
    });
    loaded.on('update-downloaded', ({ version }) => {
      void trade.ask(`Atoll ${version} is ready. Restart now? Labs and VMs go on.`, 'Restart').then(async (yes) => {
        if (!yes) return;
        await trade.beforeInstall();
        loaded.quitAndInstall();
      });
    });
    return loaded;
  };
  return () => clearTimeout(timer);
}
