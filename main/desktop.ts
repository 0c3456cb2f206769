import { remedyText } from '../english/remedies';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserWindow } from 'electron';
import { screensFolder } from '../app/screens';
import { FileRequest, SHELL, type ShellNews, placeOfLink } from '../contract/shell';
import { type ClosePlan, closePlan } from './closing-window';
import type { ElectronParts } from './electron-parts';
import { readBackup } from './backup-reader';
import { EngineProcess } from './engine-process';
import { FileGrants } from './file-grants';
import { pickFile } from './files';
import { guardContents, guardSession, trusted } from './guard';
import { menuTemplate } from './menu';
import type { EngineStatus, FromEngine } from './messages';
import { Notices } from './notices';
import { answerScreens, SCHEME } from './screens-protocol';
import { SecretBox } from './secret-box';
import { SettingsFile } from './settings';
import { AppTray } from './tray';
import { hasFeed, startUpdates, type Updater } from './updates';
import { openMainWindow } from './window';

/** How long the engine may take to end with the app; what it has not done then is taken up at the next start. */
const END_MS = 10_000;

/** What the shell needs of the computer beside Electron. */
export interface DesktopHost {
  readonly platform: NodeJS.Platform;
  readonly argv: readonly string[];
  /** Where packages have their resources; a feed of updates is configured there. */
  readonly resources: string;
  /** The engine's log, to be shown to a person. */
  readonly logFile: string;
  readonly log: (fields: object, message: string) => void;
  readonly loadUpdater: () => Promise<Updater>;
  /** A switch or a variable that ordinary users have no business to give was given: Chromium's sandbox is off. */
  readonly unsandboxed?: boolean;
}

const UNSANDBOXED =
  `Atoll shows what guests draw only in Chromium's sandbox, and it was started without (--no-sandbox, or
ELECTRON_DISABLE_SANDBOX). Start it without those. An AppImage switches the sandbox off where this computer gives ordinary users no
user namespaces: \`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0\` allows them, or install the .deb or .rpm.`.replaceAll(
    '\n',
    ' ',
  );

/** Starts the desktop app; quits at once when it is the second. */
export function startDesktop(electron: ElectronParts, host: DesktopHost): void {
  const { app, protocol } = electron;
  if (!app.requestSingleInstanceLock()) return app.quit();
  if (host.unsandboxed === true) return refuseToStart(electron, host);
  electron.crashReporter.start({ uploadToServer: false });
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  new Desktop(electron, host).begin();
}

function refuseToStart({ app, dialog }: ElectronParts, { log }: DesktopHost): void {
  log({}, UNSANDBOXED);
  void app.whenReady().then(() => {
    dialog.showErrorBox('Atoll does not start without its sandbox', UNSANDBOXED);
    app.quit();
  });
}

/**
 * The desktop app: windows, and the engine in a process of its own. Main stands between them only to introduce them: calls go over
 * a MessagePort from the window to the engine and never through here.
 */
class Desktop {
  readonly #engine: EngineProcess;
  readonly #secrets: SecretBox;
  readonly #settings: SettingsFile;
  readonly #notices: Notices;
  readonly #tray: AppTray;
  readonly #grants = new FileGrants((message) => this.#engine.say(message));
  #window: BrowserWindow | null = null;
  #status: EngineStatus | null = null;
  #shownFailure: string | null = null;
  #labsStopped: ((problem: string | null) => void) | null = null;
  #quitting = false;
  #ended = false;
  #endUpdates = (): void => undefined;
  /** The last thing that a window must know, also one that opens later. */
  #news: ShellNews | null = null;

  constructor(
    private readonly electron: ElectronParts,
    private readonly host: DesktopHost,
  ) {
    this.#secrets = new SecretBox(electron.safeStorage, host.platform);
    this.#settings = new SettingsFile(join(electron.app.getPath('userData'), 'shell.json'));
    this.#notices = new Notices(electron, (to) => this.#go(to));
    this.#tray = new AppTray(electron, fileURLToPath(new URL('./tray.png', import.meta.url)), {
      show: () => this.#show(),
      go: (to) => this.#go(to),
      keepRunning: (keepRunning) => this.#settings.keep({ keepRunning }),
      quit: () => electron.app.quit(),
    });
    this.#engine = new EngineProcess(electron, fileURLToPath(new URL('./engine.js', import.meta.url)), {
      heard: (message) => void this.#heard(message),
      running: () => this.#engineRuns(),
      restarting: (code, waitMs) => this.#engineDied(code, waitMs),
      failed: (message, remedy) =>
        this.#engineFailed([message, remedy && remedyText(remedy)].filter(Boolean).join('\n\n')),
    });
  }

  begin(): void {
    const { app } = this.electron;
    this.#listen();
    app.on('web-contents-created', (_, contents) => guardContents(contents, this.electron));
    app.on('second-instance', (_, argv) => this.#openLinks(argv));
    app.on('open-url', (event, link) => {
      event.preventDefault();
      this.#openLinks([link]);
    });
    app.on('activate', () => this.#show());
    app.on('window-all-closed', () => {
      if (this.host.platform !== 'darwin') app.quit();
    });
    app.on('before-quit', () => (this.#quitting = true));
    app.on('will-quit', (event) => {
      this.#endUpdates();
      if (this.#ended || !this.#engine.isRunning) return;
      // The app stays until the engine has ended in order; then it quits for good.
      event.preventDefault();
      void this.#engine.end(END_MS).then(() => {
        this.#ended = true;
        app.quit();
      });
    });
    void app.whenReady().then(() => this.#ready());
  }

  #ready(): void {
    const { app, Menu, powerMonitor, protocol, session } = this.electron;
    guardSession(session.defaultSession);
    protocol.handle(SCHEME, answerScreens(screensFolder()));
    // Of a checkout the program is Electron itself, which would take the links of all such apps.
    if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME);
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(this.host.platform, app.isPackaged, this.#menuActs())));
    for (const event of ['resume', 'unlock-screen'] as const)
      powerMonitor.on(event as 'resume', () => this.#engine.say({ kind: 'woke' }));
    this.#openLinks(this.host.argv);
    const log = (words: string): void => this.host.log({}, words);
    this.#endUpdates = startUpdates(hasFeed(this.host.resources, log), this.host.loadUpdater, {
      ask: async (words, yes) => (await this.#ask(words, [yes, 'Not Now'])) === 0,
      failed: (words) => this.electron.dialog.showErrorBox('Atoll could not be updated', words),
      log,
    });
  }

  /** What the page may ask for, each time only of the top frame of our own screens. */
  #listen(): void {
    const { ipcMain, MessageChannelMain } = this.electron;
    ipcMain.on(SHELL.connect, (event) => {
      const frame = trusted(event);
      if (frame === null) return;
      const { port1, port2 } = new MessageChannelMain();
      this.#engine.introduce(port1);
      frame.postMessage(SHELL.port, null, [port2]);
      if (this.#news !== null) frame.send(SHELL.news, this.#news);
    });
    ipcMain.handle(SHELL.pickFile, async (event, request: unknown): Promise<string | null> => {
      const window = this.electron.BrowserWindow.fromWebContents(event.sender);
      const asked = FileRequest.safeParse(request);
      if (trusted(event) === null || window === null || !asked.success) return null;
      const path = await pickFile(this.electron, window, asked.data);
      if (path !== null) await this.#grants.grant(asked.data.use, path);
      return path;
    });
  }

  async #heard(message: FromEngine): Promise<void> {
    switch (message.kind) {
      case 'status':
        this.#status = message.status;
        return this.#tray.show(this.#status, this.#settings.now.keepRunning);
      case 'notice':
        return this.#notices.tell(message.notice);
      case 'labs-stopped':
        this.#labsStopped?.(message.problem);
        return;
      case 'seal':
      case 'open': {
        const text = await this.#secrets[message.kind](message.text);
        return this.#engine.say({ kind: 'answer', id: message.id, text });
      }
      case 'read-backup': {
        const answer = await readBackup(this.electron, message);
        return this.#engine.say({ kind: 'backup-read', id: message.id, answer });
      }
      case 'file-granted':
        return this.#grants.heard(message.id);
      case 'ready':
      case 'failed':
        return;
    }
  }

  #engineRuns(): void {
    this.#grants.again();
    this.#shownFailure = null;
    if (this.#news !== null) this.#tell({ kind: 'engine', state: 'running', words: 'The engine runs again.' });
    this.#news = null;
  }

  #engineDied(code: number, waitMs: number): void {
    this.#status = null;
    this.host.log({ code, waitMs }, 'the engine died and is started again');
    this.#labsStopped?.('The engine died');
    // Why it could not start has been said and still holds.
    if (this.#shownFailure !== null) return;
    const words = 'The engine ended unexpectedly and is started again. Labs and VMs go on; open jobs are taken up.';
    this.#tell((this.#news = { kind: 'engine', state: 'restarting', words }));
  }

  #engineFailed(words: string): void {
    this.host.log({ words }, 'the engine could not start');
    const known = this.#shownFailure === words;
    this.#shownFailure = words;
    this.#tell((this.#news = { kind: 'engine', state: 'failed', words }));
    if (!known) this.electron.dialog.showErrorBox('The engine could not start', words);
  }

  #tell(news: ShellNews): void {
    for (const window of this.electron.BrowserWindow.getAllWindows()) window.webContents.send(SHELL.news, news);
  }

  /** The first link among these that leads to a known screen; without one the app is only shown. */
  #openLinks(argv: readonly string[]): void {
    const place = argv.map(placeOfLink).find((found) => found !== null);
    if (place === undefined) this.#show();
    else this.#go(place);
  }

  #show(): void {
    if (this.#window === null) return void this.#openWindow('/');
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  #go(to: string): void {
    if (this.#window === null) return void this.#openWindow(to);
    this.#show();
    this.#window.webContents.send(SHELL.news, { kind: 'go', to } satisfies ShellNews);
  }

  #openWindow(to: string): void {
    const window = openMainWindow(this.electron, this.#settings, to);
    this.#window = window;
    // The engine is there for the tray too, and its first start must not wait for the page.
    this.#engine.start();
    window.on('close', (event) => {
      if (this.#quitting) return;
      const plan = closePlan(this.#status, this.#settings.now.keepRunning, this.host.platform);
      if (plan === 'close') return;
      event.preventDefault();
      void this.#closeBy(plan, window);
    });
    window.on('closed', () => {
      if (this.#window === window) this.#window = null;
    });
  }

  async #closeBy(plan: Exclude<ClosePlan, 'close'>, window: BrowserWindow): Promise<void> {
    if (plan === 'hide') return this.#hide(window);
    const choice = await this.#ask('VMs are running in labs of this computer.', [
      'Stop Labs and Quit',
      'Quit, Labs Go On',
      'Cancel',
    ]);
    if (choice === 2) return;
    if (choice === 0) {
      const problem = await this.#stopLabs();
      if (problem !== null) return this.electron.dialog.showErrorBox('A lab could not be stopped', problem);
    }
    this.electron.app.quit();
  }

  #hide(window: BrowserWindow): void {
    window.hide();
    if (this.#settings.now.knowsOfTray) return;
    this.#settings.keep({ knowsOfTray: true });
    const { Notification } = this.electron;
    const body = 'VMs run on. Atoll is in the tray; starting it again shows its window.';
    if (Notification.isSupported()) new Notification({ title: 'Atoll keeps running', body }).show();
  }

  #stopLabs(): Promise<string | null> {
    if (!this.#engine.isRunning) return Promise.resolve('The engine does not run');
    return new Promise((resolve) => {
      this.#labsStopped = resolve;
      this.#engine.say({ kind: 'stop-labs' });
    });
  }

  async #ask(message: string, buttons: string[]): Promise<number> {
    const cancelId = buttons.length - 1;
    const { response } = await this.electron.dialog.showMessageBox({
      message,
      buttons,
      defaultId: 0,
      cancelId,
      noLink: true,
    });
    return response;
  }

  #menuActs() {
    const { app, shell } = this.electron;
    return {
      go: (to: string) => this.#go(to),
      showLogs: () => shell.showItemInFolder(this.host.logFile),
      about: () => app.showAboutPanel(),
      quit: () => app.quit(),
    };
  }
}
