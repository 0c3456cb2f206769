import { fileURLToPath } from 'node:url';
import type { ElectronParts } from './electron-parts';
import { isOwn, ORIGIN } from './screens-protocol';

/** Opens the app's window. It stays on its own origin: links to elsewhere open in the person's browser, if at all. */
export function openWindow({ BrowserWindow, shell }: Pick<ElectronParts, 'BrowserWindow' | 'shell'>): void {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    title: 'Atoll',
    backgroundColor: '#10263b',
    show: false,
    webPreferences: {
      preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    if (url.startsWith('https://')) void shell.openExternal(url);
    return { action: 'deny' };
  });
  webContents.on('will-navigate', (event) => {
    if (!isOwn(event.url)) event.preventDefault();
  });
  webContents.on('will-redirect', (event) => {
    if (!isOwn(event.url)) event.preventDefault();
  });
  void window.loadURL(`${ORIGIN}/`);
}
