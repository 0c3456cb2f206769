import { fileURLToPath } from 'node:url';
import { screensFolder } from '../app/screens';
import type { ElectronParts } from './electron-parts';
import { EngineProcess } from './engine-process';
import { answerScreens, isOwn, SCHEME } from './screens-protocol';
import { openWindow } from './window';

/** The renderer asks for a way to the engine by this message (preload/index.ts). */
export const CONNECT = 'atoll:connect';
/** The port to the engine is handed over by this one. */
export const PORT = 'atoll:engine-port';

/**
 * The desktop app: one window, and the engine in a process of its own. Main stands between them only to introduce them:
 * calls go over a MessagePort from the window to the engine and never through here.
 */
export function startDesktop(electron: ElectronParts): void {
  const { app, ipcMain, Menu, MessageChannelMain, protocol, session } = electron;
  if (!app.requestSingleInstanceLock()) return app.quit();
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  Menu.setApplicationMenu(null);
  const engine = new EngineProcess(electron, fileURLToPath(new URL('./engine.js', import.meta.url)));

  ipcMain.on(CONNECT, (event) => {
    // Only the top frame of our own page gets a port; a frame or page that came from elsewhere is not answered.
    const frame = event.senderFrame;
    if (frame === null || frame.parent !== null || !isOwn(frame.url)) return;
    const { port1, port2 } = new MessageChannelMain();
    engine.introduce(port1);
    frame.postMessage(PORT, null, [port2]);
  });
  app.on('second-instance', () => {
    const [window] = electron.BrowserWindow.getAllWindows();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('activate', () => {
    if (electron.BrowserWindow.getAllWindows().length === 0) openWindow(electron);
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', () => engine.end());
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });

  void app.whenReady().then(() => {
    // Nothing that the screens do needs a permission of the browser engine but writing to the clipboard.
    session.defaultSession.setPermissionRequestHandler((_, permission, answer) =>
      answer(permission === 'clipboard-sanitized-write'),
    );
    session.defaultSession.setPermissionCheckHandler((_, permission) => permission === 'clipboard-sanitized-write');
    protocol.handle(SCHEME, answerScreens(screensFolder()));
    openWindow(electron);
  });
}
