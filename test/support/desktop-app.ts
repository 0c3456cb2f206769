import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SHELL } from '../../contract/shell';
import { type DesktopHost, startDesktop } from '../../main/desktop';
import type { FromEngine } from '../../main/messages';
import { type ChildStandIn, ElectronStandIn, type PortStandIn, type WindowStandIn } from './electron-stand-in';

/** The desktop's shell over a stand-in of Electron, with a person's and a page's hands on it. */
export class DesktopApp {
  readonly electron = new ElectronStandIn();
  readonly folder = mkdtempSync(join(tmpdir(), 'atoll-shell-'));
  readonly logged: string[] = [];

  constructor() {
    this.electron.app.userData = this.folder;
  }

  async start(host: Partial<DesktopHost> = {}): Promise<void> {
    startDesktop(this.electron.parts(), {
      platform: 'linux',
      argv: [],
      resources: this.folder,
      logFile: join(this.folder, 'engine.log'),
      log: (_, message) => void this.logged.push(message),
      loadUpdater: () => Promise.reject(new Error('no updater here')),
      ...host,
    });
    await Promise.resolve();
    await Promise.resolve();
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }

  get window(): WindowStandIn {
    const [window] = this.electron.windows;
    if (window === undefined) throw new Error('no window is open');
    return window;
  }

  get engine(): ChildStandIn {
    const child = this.electron.children.at(-1);
    if (child === undefined) throw new Error('no engine was started');
    return child;
  }

  says(message: FromEngine): void {
    this.engine.emit('message', message);
  }

  /** A page asks for a port; the ports that it got, and the news with them. */
  connect(url: string, parent: object | null = null): { ports: PortStandIn[]; news: unknown[] } {
    const got = { ports: [] as PortStandIn[], news: [] as unknown[] };
    const senderFrame = {
      url,
      parent,
      postMessage: (message: string, _: unknown, ports: PortStandIn[]) => {
        expect(message).toBe(SHELL.port);
        got.ports.push(...ports);
      },
      send: (channel: string, news: unknown) => {
        expect(channel).toBe(SHELL.news);
        got.news.push(news);
      },
    };
    this.electron.ipc.emit(SHELL.connect, { senderFrame, sender: this.window.webContents });
    return got;
  }

  /** A page asks for something by name, as from `url`. */
  ask(channel: string, url: string, ...args: unknown[]): unknown {
    const event = { senderFrame: { url, parent: null }, sender: this.electron.windows[0]?.webContents };
    const handler = this.electron.ipcHandlers.get(channel);
    if (handler !== undefined) return handler(event, ...args);
    return this.electron.ipc.emit(channel, event, ...args);
  }

  /** The news that the window has got so far. */
  get news(): unknown[] {
    return this.window.webContents.sent.filter(([channel]) => channel === SHELL.news).map(([, news]) => news);
  }
}
