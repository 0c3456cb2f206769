import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { openAsDesktop, sendToPage } from '../support/desktop-in-chromium';
import { type SimulatedApp } from '../support/simulated-app';
import { hasChromium, see } from './browser';
import { openApp, openWindow } from './fixture';
import { ConsoleScreen } from './pages/console-screen';
import { MapScreen } from './pages/map-screen';
import { NetworkScreens } from './pages/network-screens';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('the desktop door, through preload and port (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];

  beforeAll(async () => {
    app = await openApp();
    ({ page, wrongs } = await openWindow());
    await openAsDesktop(page, app.app.router, {
      chooses: ({ save }) => `/home/anna/${save ?? 'file'}`,
    });
  });
  it('leads from the first run to the demo', async () => {
    await page.getByRole('button', { name: 'Create simulated demo' }).click();
    await see(new MapScreen(page).vm('gw')).toBeVisible();
    await see(new Shell(page).count('Virtual machines')).toHaveText('4');
  });

  it('creates a network, and records its entry point', async () => {
    await new Shell(page).go('Networks');
    await new NetworkScreens(page).create('from-the-app');
    await see(page.getByRole('heading', { level: 1, name: 'from-the-app' })).toBeVisible();
    const [event] = await app.engine.events.list({ type: 'network.added', network: 'from-the-app' });
    expect(event?.by.door).toBe('desktop');
  });

  it('transfers console data', async () => {
    await new Shell(page).go('Map');
    await new MapScreen(page).vm('web').click();
    await new MapScreen(page).drawer.getByRole('button', { name: 'Console' }).click();
    const terminal = new ConsoleScreen(page);
    await see(terminal.rows).toContainText('web');
    await terminal.type('help');
    await see(terminal.rows).toContainText('ping');
  });

  it('offers a file dialog where a browser needs a typed path', async () => {
    await new Shell(page).go('Backups');
    await page.getByRole('button', { name: 'Back up to file…' }).click();
    await page.getByRole('button', { name: 'Choose: Path on the computer' }).click();
    await see(page.getByRole('textbox', { name: 'Path on the computer' })).toHaveValue('/home/anna/atoll-backup.db');
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it("shows the shell's messages about the engine, and follows its navigation", async () => {
    await sendToPage(page, { kind: 'engine', state: 'restarting', words: 'It is started again.' });
    await see(page.getByRole('alert').filter({ hasText: 'It is started again.' })).toBeVisible();
    await sendToPage(page, { kind: 'engine', state: 'running', words: 'It runs.' });
    await see(page.getByText('It is started again.')).toBeHidden();
    await sendToPage(page, { kind: 'go', to: '/networks?q=from-the-app' });
    await see(page.getByRole('heading', { level: 1, name: 'Networks' })).toBeVisible();
  });

  it("complies with the app's content security policy", () => {
    expect(wrongs).toEqual([]);
  });
});
