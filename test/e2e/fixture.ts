import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll } from 'vitest';
import { openSimulatedApp, type SimulatedApp } from '../support/simulated-app';
import { launch, newWindow, see, signIn } from './browser';
import { Shell } from './pages/shell';
import { VmScreens } from './pages/vm-screens';

const closers: Array<() => unknown> = [];

/** Closes what a file of tests opened, the last thing first, after all of its tests. */
export const closeAtEnd = (close: () => unknown): void => void closers.push(close);

afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A real engine with the browser door open and no host, closed after the tests of the file. `folder`: an existing home to open. */
export async function openApp(folder?: string): Promise<SimulatedApp> {
  const app = await openSimulatedApp(undefined, folder);
  closeAtEnd(app.close);
  return app;
}

/** A window of a browser of its own, closed after the tests of the file. `wrongs` collects script errors and policy violations. */
export async function openWindow(
  options?: BrowserContextOptions,
): Promise<{ browser: Browser; page: Page; wrongs: string[] }> {
  const browser = await launch();
  closeAtEnd(() => browser.close());
  return { browser, ...(await newWindow(browser, options)) };
}

/** An empty folder of this computer, removed after the tests of the file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-e2e-'));
  closeAtEnd(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The list of VMs in a signed-in window. */
export interface VmsWindow {
  app: SimulatedApp;
  page: Page;
  wrongs: string[];
  vms: VmScreens;
  shell: Shell;
}

/** Opens it, with a host node1 that has an isolated network. `prepare`: what is there besides, before the window opens. */
export async function openVirtualMachines({
  network = 'blue',
  prepare,
}: {
  network?: string;
  prepare?: (engine: SimulatedApp['engine']) => Promise<unknown>;
} = {}): Promise<VmsWindow> {
  const app = await openApp();
  await app.engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } });
  await see.poll(async () => (await app.engine.hosts.list({})).map(({ state }) => state)).toEqual(['up']);
  await app.engine.networks.add({ name: network, isIsolated: true, clusters: ['Default'] });
  await prepare?.(app.engine);
  const { page, wrongs } = await openWindow();
  const shell = new Shell(page);
  await signIn(page, app.door.link());
  await shell.go('Virtual machines');
  return { app, page, wrongs, vms: new VmScreens(page), shell };
}
