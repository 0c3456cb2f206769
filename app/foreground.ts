import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../contract/app-error';
import { connectEngine } from './client';
import { type App, type AppOptions, createApp } from './create-app';
import type { Home } from './home';
import { collectWhenIdle } from './idle-collection';
import type { Holder } from './lock';
import { saveMemory } from './memory';
import { openSocketDoor } from './socket-door';

/** How long a background engine may take to give the home up. */
const HANDOVER_MS = 10_000;
const AGAIN_MS = 50;

export interface ForegroundApp {
  readonly app: App;
  close(): Promise<void>;
}

/**
 * An engine for a door that a person has open (the browser's, the desktop's), with the unix socket open too, so that the
 * command line talks to the same engine. A background engine of the home is asked to end and makes room: its labs and VMs go
 * on, its jobs are resumed here. Throws HOME_LOCKED when another open app holds the home.
 */
export async function openForeground(
  home: Home,
  holder: Exclude<Holder['holder'], 'daemon'>,
  options: AppOptions = {},
): Promise<ForegroundApp> {
  saveMemory(home.store);
  const app = await takeHome(home, holder, options);
  try {
    const door = await openSocketDoor(app.home, app, app.log, holder);
    const stopCollecting = collectWhenIdle(home.store);
    const close = async (): Promise<void> => {
      stopCollecting();
      await door.close();
      await app.close();
    };
    return { app, close };
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function takeHome(home: Home, holder: Exclude<Holder['holder'], 'daemon'>, options: AppOptions): Promise<App> {
  const deadline = performance.now() + HANDOVER_MS;
  for (;;) {
    try {
      return await createApp(home, holder, options);
    } catch (error) {
      const locked = error instanceof AppError && error.code === 'HOME_LOCKED';
      if (!locked || performance.now() > deadline || !(await askDaemonToEnd(home))) throw error;
      await sleep(AGAIN_MS);
    }
  }
}

/** Whether the home will be free soon: a background engine was asked to end, or is ending already. */
async function askDaemonToEnd(home: Home): Promise<boolean> {
  const running = await connectEngine(home, 'desktop');
  if (running === null) return true;
  try {
    if (running.info.holder !== 'daemon') return false;
    await running.client.system.stop();
    await Promise.race([running.closed, sleep(HANDOVER_MS, undefined, { ref: false })]);
    return true;
  } finally {
    running.close();
  }
}
