import { setTimeout as sleep } from 'node:timers/promises';
import { verifyBackup } from '../db/backup';
import { openStore } from '../db/store';
import { type EnginePorts, createEngine } from '../engine';
import type { Clock } from '../engine/ports/clock';
import type { Log } from '../engine/ports/log';
import { createHosts } from '../hosts/registry';
import { createImages } from '../hosts/images';
import { Closing } from './closing';
import type { EngineRouter } from './door';
import { type Home, openHome } from './home';
import { type Holder, lockHome } from './lock';
import { openLog } from './logger';
import { memorySecrets } from './memory-secrets';
import { replaceStore } from './restore';
import { VERSION } from './version';

/** Time for the answer of `system.stop` or `system.restore` to leave before the doors close. */
const LAST_ANSWER_MS = 50;

/** An engine with its store and hosts, holding a home. */
export interface App {
  readonly home: Home;
  readonly router: EngineRouter;
  readonly log: Log;
  /** Whether the engine has a reason to stay: an active host, an open job. */
  needed(): boolean;
  /** Resolves when the engine has been asked to end; whoever holds the app then closes its doors and calls `close`. */
  readonly stopAsked: Promise<void>;
  /** Ends the engine and frees the home. Labs and VMs go on. */
  close(): Promise<void>;
}

/**
 * Takes a home and starts its engine. Every door begins here.
 * Throws HOME_LOCKED (another engine), STORE_FAILED (the home or the store can't be used), FORBIDDEN (someone else's).
 */
export async function createApp(home: Home, holder: Holder['holder']): Promise<App> {
  const closing = new Closing();
  try {
    return await assemble(home, holder, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function assemble(home: Home, holder: Holder['holder'], closing: Closing): Promise<App> {
  openHome(home);
  const lock = lockHome(home, holder);
  closing.add(() => lock.release());
  const { log, close: closeLog } = openLog(home);
  closing.add(closeLog);
  const store = openStore(home.store);
  const core = new Closing();
  core.add(() => store.close());
  closing.add(() => core.run());
  let askStop = (): void => undefined;
  const stopAsked = new Promise<void>((resolve) => (askStop = resolve));
  const secrets = memorySecrets();
  const engine = createEngine({
    store,
    secrets,
    hosts: createHosts({ home: home.path, log, secrets }),
    images: createImages({ home: home.path, log }),
    clock: systemClock,
    log,
    info: processInfo(home),
    lifecycle: lifecycle(home, core, () => void sleep(LAST_ANSWER_MS).then(askStop)),
  });
  core.add(() => engine.stop());
  log.info({ version: VERSION, home: home.path }, 'the engine starts');
  await engine.start();
  const close = async () => {
    await core.run();
    log.info({}, 'the engine has ended');
    await closing.run();
  };
  return { home, router: engine.router, log, needed: () => engine.needed(), stopAsked, close: once(close) };
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
});

/** How the engine ends its process. `core` is engine and store. */
function lifecycle(home: Home, core: Closing, stopSoon: () => void): EnginePorts['lifecycle'] {
  return {
    stop: stopSoon,
    restore: async (path) => {
      verifyBackup(path);
      let halted = false;
      const halt = () => {
        halted = true;
        return core.run();
      };
      try {
        return { kept: await replaceStore(home, path, halt) };
      } finally {
        // Once the store has been closed there is no way back into this process.
        if (halted) stopSoon();
      }
    },
  };
}

/** Real time. */
const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms).unref();
    return () => clearTimeout(timer);
  },
};
