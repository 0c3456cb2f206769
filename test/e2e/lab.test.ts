import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserDoor, startServer } from '../../server/start';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';
import { hasChromium, see, signIn } from './browser';
import { openWindow } from './fixture';
import { ConsoleScreen } from './pages/console-screen';
import { MapScreen } from './pages/map-screen';
import { NetworkScreens } from './pages/network-screens';
import { Shell } from './pages/shell';

const here = await labHere();
/** Guests can run without KVM, several booting at once. */
const BOOT = { timeout: 120_000 };
const WAIT = { timeout: 60_000 };

describe.skipIf(!hasChromium || here.vms !== null)(`a real lab, in a browser (needs chromium, VMs in labs)`, () => {
  let lab: LabApp;
  let door: BrowserDoor;
  let page: Page;
  let wrongs: string[];

  beforeAll(async () => {
    lab = await LabApp.open();
    door = await startServer({ app: lab.app });
    ({ page, wrongs } = await openWindow());
    await signIn(page, door.link());
  });
  afterAll(async () => {
    await door.close();
    await lab.dispose();
  });

  it('is created with one click in the first run', { timeout: 180_000 }, async () => {
    await page.getByRole('button', { name: 'Create demo lab' }).click();
    const map = new MapScreen(page);
    for (const name of ['web', 'db', 'gw', 'ci']) await see(map.vm(name).getByLabel('Up')).toBeVisible(BOOT);
    await see(page.getByRole('banner').getByText('Simulated')).toHaveCount(0);
  });

  it('answers a ping from the console of web', { timeout: 180_000 }, async () => {
    const db = (await lab.client.vms.show({ vm: 'db' })).vnics[0]?.assignedAddress?.split('/')[0] ?? '';
    const map = new MapScreen(page);
    await map.vm('web').click();
    await map.drawer.getByRole('button', { name: 'Console' }).click();
    const terminal = new ConsoleScreen(page);
    await see(terminal.rows).toContainText('web', BOOT);
    // Its peer may still boot.
    await terminal.type(`until ping -qc 1 ${db}; do :; done; ping -c 2 ${db}`);
    await see(terminal.rows).toContainText('2 packets received', BOOT);
  });

  it('shows drift and its repair after a bridge is deleted outside Atoll', async () => {
    const [host] = await lab.client.hosts.list({});
    const blue = (await lab.client.networks.list({})).find((network) => network.name === 'blue');
    await new Shell(page).go('Networks');
    const networks = new NetworkScreens(page);
    await networks.row('blue').getByRole('link', { name: 'blue' }).click();
    await see(networks.part('Hosts (1)').getByText('In sync')).toBeVisible();
    const { shell } = lab.lab(host?.id ?? '');
    await shell.run(['ip', 'link', 'delete', blue?.bridge ?? '']);
    await networks.tab('Events').click();
    const events = networks.part('Events').getByRole('listitem');
    await see(events.filter({ hasText: /the bridge \S+ is missing/ })).toBeVisible(WAIT);
    await see(events.filter({ hasText: 'was repaired' })).toBeVisible(WAIT);
    await networks.tab('Overview').click();
    await see(networks.part('Hosts (1)').getByText('In sync')).toBeVisible();
    const { stdout } = await shell.run(['ip', '-o', 'link', 'show', 'dev', blue?.bridge ?? '']);
    expect(stdout).toContain('UP');
  });

  it('shows the original map again, sealed', async () => {
    await new Shell(page).go('Map');
    const map = new MapScreen(page);
    await see(map.vm('web').getByLabel('Up')).toBeVisible();
    await see(map.sealOf('blue')).toHaveText(/^(isolated,|repaired) /);
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
