import { fileURLToPath } from 'node:url';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import type { ElectronParts } from './electron-parts';
import { ORIGIN } from './screens-protocol';
import type { SettingsFile } from './settings';
import { LEAST, placeFor } from './window-place';

type Parts = Pick<ElectronParts, 'app' | 'BrowserWindow' | 'screen'>;

/** How every window of this app is made: sandboxed, isolated, with the bridge and nothing else of Electron. */
export function secureOptions({ app }: Pick<Parts, 'app'>): BrowserWindowConstructorOptions {
  return {
    minWidth: LEAST.width,
    minHeight: LEAST.height,
    title: 'Atoll',
    backgroundColor: '#10263b',
    webPreferences: {
      preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      devTools: !app.isPackaged,
    },
  };
}

/** The app's window, where it was when it was last closed. */
export function openMainWindow(parts: Parts, settings: SettingsFile, to: string): BrowserWindow {
  const was = settings.now.window;
  const screens = parts.screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = new parts.BrowserWindow({ ...secureOptions(parts), ...placeFor(was, screens), show: false });
  window.once('ready-to-show', () => window.show());
  if (was?.maximized === true) window.maximize();
  const remember = (): void =>
    settings.keep({ window: { ...window.getNormalBounds(), maximized: window.isMaximized() } });
  window.on('close', remember);
  void window.loadURL(`${ORIGIN}${to}`);
  return window;
}
