import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { ContractRouterClient } from '@orpc/contract';
import { type App, createApp } from '../../app/create-app';
import { homeAt } from '../../app/home';
import type { Contract } from '../../contract';
import { type BrowserDoor, startServer } from '../../server/start';

export interface SimulatedApp {
  readonly app: App;
  readonly door: BrowserDoor;
  /** The same engine without a door, for preparing a scene. */
  readonly engine: ContractRouterClient<Contract>;
  /** The engine as it is now: a restore exchanges it. */
  now(): ContractRouterClient<Contract>;
  readonly home: string;
  close(): Promise<void>;
}

/** A real engine in a home of its own with the browser door open; only its hosts, when some are added, are simulated. */
export async function openSimulatedApp(
  screens?: string,
  folder = mkdtempSync(join(tmpdir(), 'atoll-e2e-')),
): Promise<SimulatedApp> {
  const app = await createApp(homeAt(folder), 'daemon');
  const door = await startServer({ app, screens });
  app.openedBrowserDoor(door);
  const now = (): ContractRouterClient<Contract> =>
    createRouterClient(app.router, { context: { actor: { user: 'test', door: 'cli' } } });
  const close = async (): Promise<void> => {
    await door.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { app, door, engine: now(), now, home: folder, close };
}
