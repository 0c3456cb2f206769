import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll } from 'vitest';
import { openSimulatedApp, type SimulatedApp } from '../support/simulated-app';
import { launch, newWindow } from './browser';

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
