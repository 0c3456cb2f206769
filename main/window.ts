import { fileURLToPath } from 'node:url';
import type { BrowserWindowConstructorOptions, WebContents } from 'electron';
import type { ElectronParts } from './electron-parts';
import { isOwn, ORIGIN } from './screens-protocol';

const LOOKS: BrowserWindowConstructorOptions = {
  minWidth: 900,
  minHeight: 600,
  title: 'Atoll',
  backgroundColor: '#10263b',
  webPreferences: {
    preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
  },
};

/** Opens the app's window. It stays on its own origin: links to elsewhere open in the person's browser, if at all. */
export function openWindow({ BrowserWindow, shell }: Pick<ElectronParts, 'BrowserWindow' | 'shell'>): void {
  const window = new BrowserWindow({ ...LOOKS, width: 1280, height: 800, show: false });
  window.once('ready-to-show', () => window.show());
  guard(window.webContents, shell);
  void window.loadURL(`${ORIGIN}/`);
}

/** A console or a screen of a VM: the only pages that may stand in a window of their own. */
export function isLine(url: string): boolean {
  return isOwn(url) && /^\/vms\/[^/]+\/(console|screen)$/.test(new URL(url).pathname);
}

/** Keeps a window where it belongs; windows that it opens are kept the same way. */
function guard(webContents: WebContents, shell: ElectronParts['shell']): void {
  webContents.setWindowOpenHandler(({ url }) => {
    if (isLine(url))
      return { action: 'allow', overrideBrowserWindowOptions: { ...LOOKS, minWidth: 480, minHeight: 320 } };
    if (url.startsWith('https://')) void shell.openExternal(url);
    return { action: 'deny' };
  });
  webContents.on('did-create-window', (opened) => guard(opened.webContents, shell));
  webContents.on('will-navigate', (event) => {
    if (!isOwn(event.url)) event.preventDefault();
  });
  webContents.on('will-redirect', (event) => {
    if (!isOwn(event.url)) event.preventDefault();
  });
}
