import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { ElectronParts } from '../../main/electron-parts';

type Handler = (...args: never[]) => unknown;

/** A port as Electron's main process has them; underneath, one of Node's. */
export class PortStandIn extends EventEmitter {
  constructor(readonly inner: MessagePort) {
    super();
    inner.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
    inner.on('close', () => this.emit('close'));
    inner.unref();
  }
  postMessage(data: unknown): void {
    this.inner.postMessage(data);
  }
  start(): void {
    this.inner.start();
  }
  close(): void {
    this.inner.close();
  }
}

class WebContentsStandIn extends EventEmitter {
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
}

class WindowStandIn extends EventEmitter {
  static readonly all: WindowStandIn[] = [];
  static getAllWindows(): WindowStandIn[] {
    return WindowStandIn.all;
  }
  readonly webContents = new WebContentsStandIn();
  loaded: string | null = null;
  shown = false;
  constructor(readonly options: { webPreferences: Record<string, unknown> }) {
    super();
    WindowStandIn.all.push(this);
  }
  loadURL(url: string): Promise<void> {
    this.loaded = url;
    return Promise.resolve();
  }
  show(): void {
    this.shown = true;
  }
  isMinimized(): boolean {
    return false;
  }
  focus(): void {
    this.shown = true;
  }
}

/** A process of Electron's that runs nothing: what was sent to it is kept. */
class ChildStandIn extends EventEmitter {
  readonly sent: { data: { kind: string }; ports: PortStandIn[] }[] = [];
  postMessage(data: { kind: string }, ports: PortStandIn[] = []): void {
    this.sent.push({ data, ports });
  }
}

/**
 * As much of Electron as main uses, in plain Node: enough to run main's own code and to see what it asked for. The binary can't
 * be had everywhere that tests run; the types that main is checked against are the real ones.
 */
export class ElectronStandIn {
  readonly windows = WindowStandIn.all;
  readonly children: ChildStandIn[] = [];
  readonly opened: string[] = [];
  readonly errors: string[] = [];
  readonly schemes: { scheme: string; privileges: Record<string, boolean> }[] = [];
  readonly ipc = new EventEmitter();
  readonly app = Object.assign(new EventEmitter(), {
    first: true,
    quits: 0,
    requestSingleInstanceLock: (): boolean => this.app.first,
    quit: (): void => void this.app.quits++,
    whenReady: (): Promise<void> => Promise.resolve(),
  });
  requestPermission: Handler | null = null;
  checkPermission: Handler | null = null;
  answer: ((request: Request) => Promise<Response>) | null = null;

  constructor() {
    WindowStandIn.all.length = 0;
  }

  /** For `startDesktop`: what it uses is here, with the behaviour that Electron documents. */
  parts(): ElectronParts {
    const parts = {
      app: this.app,
      BrowserWindow: WindowStandIn,
      dialog: { showErrorBox: (title: string, words: string) => this.errors.push(`${title}: ${words}`) },
      ipcMain: this.ipc,
      Menu: { setApplicationMenu: () => undefined },
      MessageChannelMain: class {
        readonly port1: PortStandIn;
        readonly port2: PortStandIn;
        constructor() {
          const { port1, port2 } = new MessageChannel();
          this.port1 = new PortStandIn(port1);
          this.port2 = new PortStandIn(port2);
        }
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes: { scheme: string; privileges: Record<string, boolean> }[]) =>
          this.schemes.push(...schemes),
        handle: (_: string, answer: (request: Request) => Promise<Response>) => (this.answer = answer),
      },
      session: {
        defaultSession: {
          setPermissionRequestHandler: (handler: Handler) => (this.requestPermission = handler),
          setPermissionCheckHandler: (handler: Handler) => (this.checkPermission = handler),
        },
      },
      shell: { openExternal: (url: string) => Promise.resolve(void this.opened.push(url)) },
      utilityProcess: {
        fork: () => {
          const child = new ChildStandIn();
          this.children.push(child);
          return child;
        },
      },
    };
    return parts as unknown as ElectronParts;
  }
}
