import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { ElectronParts } from '../../main/electron-parts';

type Handler = (...args: never[]) => unknown;
interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

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

export class WebContentsStandIn extends EventEmitter {
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  readonly sent: unknown[][] = [];
  webRtc: string | null = null;
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtc = policy;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
  send(...message: unknown[]): void {
    this.sent.push(message);
  }
}

export class WindowStandIn extends EventEmitter {
  static readonly all: WindowStandIn[] = [];
  static focused: WindowStandIn | null = null;
  static made: ((contents: WebContentsStandIn) => void) | null = null;
  static getAllWindows(): WindowStandIn[] {
    return WindowStandIn.all;
  }
  static getFocusedWindow(): WindowStandIn | null {
    return WindowStandIn.focused;
  }
  static fromWebContents(contents: unknown): WindowStandIn | null {
    return WindowStandIn.all.find((window) => window.webContents === contents) ?? null;
  }
  readonly webContents = new WebContentsStandIn();
  loaded: string | null = null;
  shown = false;
  minimized = false;
  maximized = false;
  constructor(readonly options: Partial<Place> & { webPreferences: Record<string, unknown> }) {
    super();
    WindowStandIn.all.push(this);
    WindowStandIn.made?.(this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.loaded = url;
    return Promise.resolve();
  }
  show(): void {
    this.shown = true;
  }
  hide(): void {
    this.shown = false;
  }
  focus(): void {
    WindowStandIn.focused = this;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  restore(): void {
    this.minimized = false;
  }
  maximize(): void {
    this.maximized = true;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  getNormalBounds(): Place {
    const { x = 10, y = 20, width = 0, height = 0 } = this.options;
    return { x, y, width, height };
  }
  /** As a person does it. True when it is closed, false when the app prevented that. */
  close(): boolean {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (prevented) return false;
    WindowStandIn.all.splice(WindowStandIn.all.indexOf(this), 1);
    this.emit('closed');
    return true;
  }
}

/** A process of Electron's that runs nothing: what was sent to it is kept. */
export class ChildStandIn extends EventEmitter {
  readonly sent: { data: { kind: string }; ports: PortStandIn[] }[] = [];
  postMessage(data: { kind: string }, ports: PortStandIn[] = []): void {
    this.sent.push({ data, ports });
    // A dialog's path is handed on when the engine knows of it.
    if (data.kind === 'grant-file') this.emit('message', { kind: 'file-granted', id: (data as { id?: number }).id });
  }
}

class TrayStandIn extends EventEmitter {
  static readonly all: TrayStandIn[] = [];
  tip = '';
  menu: MenuItem[] = [];
  constructor(readonly icon: unknown) {
    super();
    TrayStandIn.all.push(this);
  }
  setToolTip(tip: string): void {
    this.tip = tip;
  }
  setContextMenu(menu: MenuItem[]): void {
    this.menu = menu;
  }
}

export interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly checked?: boolean;
  readonly accelerator?: string;
  readonly submenu?: MenuItem[];
  click?(item: { checked: boolean }): void;
}

class NotificationStandIn extends EventEmitter {
  static readonly shown: NotificationStandIn[] = [];
  static isSupported(): boolean {
    return true;
  }
  constructor(readonly options: { title: string; body: string }) {
    super();
  }
  show(): void {
    NotificationStandIn.shown.push(this);
  }
}

/** A keychain that seals by turning the text round; `backend` and `works` are for a test to set. */
class SafeStorageStandIn {
  backend = 'gnome_libsecret';
  works = true;
  isAsyncEncryptionAvailable = (): Promise<boolean> => Promise.resolve(this.works);
  getSelectedStorageBackend = (): string => this.backend;
  encryptStringAsync = (text: string): Promise<Buffer> => Promise.resolve(Buffer.from([...text].reverse().join('')));
  decryptStringAsync = (sealed: Buffer): Promise<{ result: string }> =>
    this.works
      ? Promise.resolve({ result: [...sealed.toString()].reverse().join('') })
      : Promise.reject(new Error('another keychain'));
}

/**
 * As much of Electron as main uses, in plain Node: enough to run main's own code and to see what it asked for. The binary can't
 * be had everywhere that tests run; the types that main is checked against are the real ones.
 */
export class ElectronStandIn {
  readonly windows = WindowStandIn.all;
  readonly trays = TrayStandIn.all;
  readonly notifications = NotificationStandIn.shown;
  readonly safeStorage = new SafeStorageStandIn();
  readonly children: ChildStandIn[] = [];
  readonly opened: string[] = [];
  readonly folders: string[] = [];
  readonly errors: string[] = [];
  readonly asked: { message: string; buttons: string[] }[] = [];
  /** What the person answers to the next question (the number of the button), and which file they choose. */
  answers: number[] = [];
  chosen: string | null = '/chosen';
  readonly dialogs: object[] = [];
  readonly schemes: { scheme: string; privileges: Record<string, boolean> }[] = [];
  displays: Place[] = [{ x: 0, y: 0, width: 1920, height: 1080 }];
  readonly power = new EventEmitter();
  readonly ipcHandlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>();
  readonly ipc = Object.assign(new EventEmitter(), {
    handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) =>
      void this.ipcHandlers.set(channel, handler),
  });
  readonly app = Object.assign(new EventEmitter(), {
    first: true,
    quits: 0,
    isPackaged: false,
    sandboxed: false,
    protocols: [] as string[],
    userData: '/nowhere',
    requestSingleInstanceLock: (): boolean => this.app.first,
    enableSandbox: (): void => void (this.app.sandboxed = true),
    getPath: (): string => this.app.userData,
    setAsDefaultProtocolClient: (scheme: string): void => void this.app.protocols.push(scheme),
    showAboutPanel: (): void => undefined,
    quit: (): void => void this.app.quits++,
    whenReady: (): Promise<void> => Promise.resolve(),
  });
  crashUploads: boolean | null = null;
  menu: MenuItem[] = [];
  requestPermission: Handler | null = null;
  checkPermission: Handler | null = null;
  devicePermission: Handler | null = null;
  beforeRequest: ((details: { url: string }, answer: (verdict: { cancel: boolean }) => void) => void) | null = null;
  answer: ((request: Request) => Promise<Response>) | null = null;

  constructor() {
    for (const list of [WindowStandIn.all, TrayStandIn.all, NotificationStandIn.shown]) list.length = 0;
    WindowStandIn.focused = null;
    WindowStandIn.made = (contents) => this.app.emit('web-contents-created', {}, contents);
  }

  /** For `startDesktop`: what it uses is here, with the behavior that Electron documents. */
  parts(): ElectronParts {
    const parts = {
      app: this.app,
      BrowserWindow: WindowStandIn,
      crashReporter: {
        start: ({ uploadToServer }: { uploadToServer: boolean }) => (this.crashUploads = uploadToServer),
      },
      dialog: this.#dialog(),
      ipcMain: this.ipc,
      Menu: {
        buildFromTemplate: (template: MenuItem[]) => template,
        setApplicationMenu: (menu: MenuItem[]) => (this.menu = menu),
      },
      MessageChannelMain: class {
        readonly port1: PortStandIn;
        readonly port2: PortStandIn;
        constructor() {
          const { port1, port2 } = new MessageChannel();
          this.port1 = new PortStandIn(port1);
          this.port2 = new PortStandIn(port2);
        }
      },
      nativeImage: { createFromPath: (path: string) => ({ path }) },
      Notification: NotificationStandIn,
      powerMonitor: this.power,
      protocol: {
        registerSchemesAsPrivileged: (schemes: { scheme: string; privileges: Record<string, boolean> }[]) =>
          this.schemes.push(...schemes),
        handle: (_: string, answer: (request: Request) => Promise<Response>) => (this.answer = answer),
      },
      safeStorage: this.safeStorage,
      screen: { getAllDisplays: () => this.displays.map((workArea) => ({ workArea })) },
      session: { defaultSession: this.#session() },
      shell: {
        openExternal: (url: string) => Promise.resolve(void this.opened.push(url)),
        showItemInFolder: (path: string) => void this.folders.push(path),
      },
      Tray: TrayStandIn,
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

  #dialog() {
    return {
      showErrorBox: (title: string, words: string) => this.errors.push(`${title}: ${words}`),
      showMessageBox: (question: { message: string; buttons: string[] }) => {
        this.asked.push(question);
        return Promise.resolve({ response: this.answers.shift() ?? question.buttons.length - 1 });
      },
      showOpenDialog: (_: unknown, options: object) => {
        this.dialogs.push(options);
        return Promise.resolve({
          canceled: this.chosen === null,
          filePaths: this.chosen === null ? [] : [this.chosen],
        });
      },
      showSaveDialog: (_: unknown, options: object) => {
        this.dialogs.push(options);
        return Promise.resolve({ canceled: this.chosen === null, filePath: this.chosen ?? '' });
      },
    };
  }

  #session() {
    return {
      setPermissionRequestHandler: (handler: Handler) => (this.requestPermission = handler),
      setPermissionCheckHandler: (handler: Handler) => (this.checkPermission = handler),
      setDevicePermissionHandler: (handler: Handler) => (this.devicePermission = handler),
      webRequest: {
        onBeforeRequest: (handler: NonNullable<typeof this.beforeRequest>) => (this.beforeRequest = handler),
      },
    };
  }
}
