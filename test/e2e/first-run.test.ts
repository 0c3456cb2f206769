import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { ConsoleScreen } from './pages/console-screen';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('first run, in a browser (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];

  beforeAll(async () => {
    app = await openApp();
    ({ page, wrongs } = await openWindow());
    await signIn(page, app.door.link());
  });
  it('removes the token from the URL and offers a lab or a simulated data center', async () => {
    await see(page.getByRole('heading', { name: 'Networks that nothing else can reach' })).toBeVisible();
    expect(page.url()).not.toContain('token');
    await see(page.getByRole('button', { name: 'Create simulated demo' })).toBeEnabled();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('starts the demo with one click, and shows its steps', async () => {
    await page.getByRole('button', { name: 'Create simulated demo' }).click();
    const map = new MapScreen(page);
    for (const name of ['web', 'db', 'gw', 'ci']) await see(map.vm(name)).toBeVisible();
    await see(map.vm('gw').getByLabel('Up')).toBeVisible();
    await see(page.getByText('Simulated').first()).toBeVisible();
    await see(new Shell(page).count('Virtual machines')).toHaveText('4');
  });

  it('shows what web reaches directly, and what only via gw', async () => {
    const map = new MapScreen(page);
    await map.vm('web').click();
    await see(map.drawer.getByRole('heading', { name: 'web' })).toBeVisible();
    await see(map.drawer.getByRole('heading', { name: 'Reaches only via gw' })).toBeVisible();
    await see(map.drawer.getByRole('button', { name: 'ci' })).toBeVisible();
    await see(map.vm('db')).toHaveClass(/highlighted/);
    await see(map.vm('ci')).not.toHaveClass(/highlighted/);
    expect(page.url()).toContain('at=vm');
  });

  it('types a ping into the console of web, and db answers', async () => {
    const db = (await app.engine.vms.show({ vm: 'db' })).vnics[0]?.assignedAddress?.split('/')[0] ?? '';
    await new MapScreen(page).drawer.getByRole('button', { name: 'Console' }).click();
    const terminal = new ConsoleScreen(page);
    await see(terminal.rows).toContainText('web');
    await terminal.type(`ping -c 2 ${db}`);
    await see(terminal.rows).toContainText('2 packets received');
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
