import { setTimeout as sleep } from 'node:timers/promises';
import type { Event, EventMessage, EventType, Written } from '../contract';
import type { EnginePorts } from '../engine';
import type { BrowserSessions } from '../engine/core/ports';
import type { Clock } from '../engine/ports/clock';
import type { Log } from '../engine/ports/log';
import { createHosts } from '../hosts/registry';
import { createAppliances } from '../hosts/appliances/appliances';
import { createImages } from '../hosts/images';
import { type OwnAllowedFiles, createAllowedFiles } from './allowed-files';
import { createApiDoor } from './api-door';
import { createBackups } from './backups';
import { Closing } from './closing';
import { logsOf } from './diagnostics';
import type { Served } from './door';
import { type Home, openHome } from './home';
import { createLabTexts } from './lab-texts';
import { type Holder, lockHome } from './lock';
import { openLog } from './logger';
import { memorySecrets } from './memory-secrets';
import { type ReadBackupOptions, createReadBackup } from './read-backup';
import { type PortsFor, Running } from './running';
import { type Sealer, sealedSecrets } from './sealed-secrets';
import { homeSigner } from './signing-key';
import { userName } from './user-name';
import { VERSION } from './version';

/** Time for the answer of `system.stop` or `system.restore` to leave before connections are closed. */
const LAST_ANSWER_MS = 50;

/** An event of the browser door: a sign-in, an end of a session, a link that was used twice. */
export interface DoorEvent {
  readonly type: EventType;
  readonly severity: Event['severity'];
  readonly message: Written<EventMessage>;
}

/** What the engine asks the browser door of its process. */
export interface OpenBrowserDoor {
  link(): string;
  page(): string;
  sessions(): ReturnType<BrowserSessions['list']>;
  endSession(id: string): boolean;
}

/** An engine with its store and hosts, holding a home. */
export interface App extends Required<Served> {
  readonly home: Home;
  readonly log: Log;
  /** Whether the engine has a reason to stay: an active host, an open job, an enabled oVirt API. */
  needed(): boolean;
  /** False once the home was removed, or put elsewhere, under this engine: what it still does nobody can find. */
  homeStands(): boolean;
  /** Resolves when the engine has been asked to end; whoever holds the app then closes its doors and calls `close`. */
  readonly stopAsked: Promise<void>;
  /** This computer has woken from sleep (the engine also notices it, some seconds later). */
  wake(): void;
  /** A browser door is open: it makes one-time links to it (`system.link`), and knows who is signed in (`sessions`). */
  openedBrowserDoor(door: OpenBrowserDoor): void;
  /** Appends an event of the browser door. A failure is logged: it must not keep anybody from signing in or out. */
  record(event: DoorEvent): void;
  /** Lets the screens name a file that a person has just chosen in a dialog, for this use. */
  readonly grantFile: OwnAllowedFiles['grant'];
  /** Ends the engine and frees the home. Labs and VMs go on. */
  close(): Promise<void>;
}

export interface AppOptions {
  /** The system's keychain, for the passwords of hosts; in memory, until this process ends, when not given. */
  readonly sealer?: Sealer;
  /** Where this program can't start a process itself (Electron's engine). */
  readonly askReader?: ReadBackupOptions['ask'];
}

/**
 * Takes a home and starts its engine. Every door begins here.
 * Throws HOME_LOCKED (another engine), STORE_FAILED (the home or the store can't be used), FORBIDDEN (someone else's).
 */
export async function createApp(home: Home, holder: Holder['holder'], options: AppOptions = {}): Promise<App> {
  const closing = new Closing();
  try {
    return await assemble(home, holder, options, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function assemble(
  home: Home,
  holder: Holder['holder'],
  { sealer, askReader }: AppOptions,
  closing: Closing,
): Promise<App> {
  openHome(home);
  const lock = lockHome(home, holder);
  closing.add(() => lock.release());
  const { log, close: closeLog } = openLog(home);
  closing.add(closeLog);
  const secrets = sealer === undefined ? memorySecrets() : sealedSecrets(home, sealer, log);
  let askStop = (): void => undefined;
  const stopAsked = new Promise<void>((resolve) => (askStop = resolve));
  let door: OpenBrowserDoor | null = null;
  const stopSoon = (): void => void sleep(LAST_ANSWER_MS).then(askStop);
  const labTexts = createLabTexts();
  const allowedFiles = createAllowedFiles(home);
  const apiDoor = createApiDoor(home, () => running, log);
  const readBackup = createReadBackup(askReader === undefined ? {} : { ask: askReader });
  const portsFor: PortsFor = (store) => ({
    store,
    secrets,
    signer: homeSigner(home),
    backups: createBackups(home, readBackup),
    allowedFiles,
    hosts: createHosts({ home: home.path, log, secrets }),
    images: createImages({ home: home.path, log }),
    appliances: createAppliances({ home: home.path }),
    labTexts,
    clock: systemClock,
    log,
    info: processInfo(home),
    sessions: {
      list: () => door?.sessions() ?? [],
      end: (id) => door?.endSession(id) ?? false,
    },
    apiDoor,
    lifecycle: {
      link: () => door?.link() ?? null,
      page: () => door?.page() ?? null,
      stop: stopSoon,
      restore: async (request) => {
        const { from, by, connect } = request;
        log.info({ path: from, by: by.user, connect }, 'the database is restored');
        const restored = await running.restore(request, stopSoon);
        void sleep(LAST_ANSWER_MS).then(() => running.reportReplaced());
        return restored;
      },
    },
  });
  const running = new Running(home, portsFor, readBackup);
  closing.add(() => running.stop());
  closing.add(() => apiDoor.close());
  log.info({ version: VERSION, home: home.path }, 'the engine starts');
  await running.start();
  await apiDoor.open();
  const close = async () => {
    await apiDoor.close();
    await running.stop();
    log.info({}, 'the engine has ended');
    await closing.run();
  };
  return {
    home,
    get router() {
      return running.router;
    },
    onReplaced: (watcher) => running.onReplaced(watcher),
    log,
    homeStands: () => lock.stands(),
    needed: () => running.engine.needed() || apiDoor.enabled,
    stopAsked,
    wake: () => running.engine.wake(),
    openedBrowserDoor: (opened) => void (door = opened),
    record: (event) => {
      try {
        running.engine.record(event, { user: userName(), door: 'browser' });
      } catch (error) {
        log.error({ error: String(error), event: event.type }, 'an event could not be recorded');
      }
    },
    grantFile: (use, path) => allowedFiles.grant(use, path),
    close: once(close),
  };
}

const once = (close: () => Promise<void>): (() => Promise<void>) => {
  let closed: Promise<void> | null = null;
  return () => (closed ??= close());
};

const processInfo = (home: Home): EnginePorts['info'] => ({
  version: VERSION,
  home: home.path,
  pid: process.pid,
  node: process.version,
  memoryBytes: () => process.memoryUsage.rss(),
  logs: () => logsOf(home),
});

/** Real time. */
const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms).unref();
    return () => clearTimeout(timer);
  },
};
