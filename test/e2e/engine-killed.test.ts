import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { builtProgram, type Program } from '../support/program';
import { StartedApp } from '../support/started-app';
import { hasChromium, see, signIn } from './browser';
import { openWindow } from './fixture';
import { MapScreen } from './pages/map-screen';
import { NetworkScreens } from './pages/network-screens';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('the engine is killed and comes back (needs chromium)', () => {
  const home = mkdtempSync(join(tmpdir(), 'atoll-e2e-'));
  let program: Program;
  let app: StartedApp;
  let page: Page;

  beforeAll(async () => {
    program = builtProgram();
    app = await StartedApp.open(program, { home });
    ({ page } = await openWindow());
    await signIn(page, app.link);
    await page.getByRole('button', { name: 'Create simulated demo' }).click();
    await see(new MapScreen(page).vm('gw').getByLabel('Up')).toBeVisible();
  });
  afterAll(async () => {
    await app.stop();
    program.remove();
    rmSync(home, { recursive: true, force: true });
  });

  it('keeps the content on the screen, and says that it is outdated', async () => {
    await new Shell(page).go('Networks');
    await new NetworkScreens(page).create('acknowledged');
    await see(page.getByRole('heading', { name: 'acknowledged' })).toBeVisible();
    await new Shell(page).go('Map');
    await app.kill();
    await see(new Shell(page).away).toBeVisible();
    await see(new MapScreen(page).vm('web')).toBeVisible();
  });

  it('asks the user to open the new link after Atoll was restarted', async () => {
    app = await StartedApp.open(program, { home, port: app.port });
    await see(page.getByRole('alert').getByText('This window is signed out')).toBeVisible({ timeout: 20_000 });
  });

  it('continues automatically after that, without losing anything', async () => {
    // In another tab of the same browser, as a link in a terminal opens.
    const tab = await page.context().newPage();
    await signIn(tab, app.link);
    await tab.close();
    await see(page.getByText('This window is signed out')).toHaveCount(0, { timeout: 20_000 });
    const map = new MapScreen(page);
    for (const name of ['web', 'db', 'gw', 'ci']) await see(map.vm(name).getByLabel('Up')).toBeVisible();
    const shell = new Shell(page);
    await see(shell.count('Networks')).toHaveText('3');
    await shell.go('Networks');
    await see(new NetworkScreens(page).row('acknowledged')).toBeVisible();
    await new NetworkScreens(page).create('after');
    await see(page.getByRole('heading', { name: 'after' })).toBeVisible();
  });
});
