import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { eventually } from '../support/eventually';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { MapScreen } from './pages/map-screen';
import { NetworkScreens } from './pages/network-screens';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('stretched networks, in a browser (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let networks: NetworkScreens;
  let shell: Shell;
  const part = () => networks.part('Tunnels between hosts');

  beforeAll(async () => {
    app = await openApp();
    await app.engine.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    for (const name of ['node1', 'node2']) {
      await app.engine.hosts.add({ name, how: { kind: 'simulated', delayMs: 5 } });
      await app.engine.vms.add({
        ...{ name: `vm-${name}`, host: name, boot: { kind: 'tiny' } as const },
        vnics: [{ network: 'blue' }],
      });
    }
    const areUp = async () => (await app.engine.hosts.list({})).every(({ state }) => state === 'up') || undefined;
    await eventually('both hosts', 20_000, areUp);
    for (const name of ['node1', 'node2']) await app.engine.vms.start({ vm: `vm-${name}` });
    ({ page } = await openWindow());
    networks = new NetworkScreens(page);
    shell = new Shell(page);
    await signIn(page, app.door.link());
  });

  it('offers to stretch a network whose VMs are on several hosts, and previews it', async () => {
    await shell.go('Map');
    await see(page.getByText('same network, not connected').first()).toBeVisible();
    await shell.go('Networks');
    await page.getByRole('link', { name: 'blue', exact: true }).click();
    await see(part().getByText(/^Off\./)).toBeVisible();
    await page.getByRole('button', { name: 'Stretch…' }).first().click();
    await see(shell.dialog.getByRole('checkbox', { name: 'node1' })).toBeChecked();
    await see(shell.dialog.getByLabel('Planned changes')).toBeVisible();
    await expect.poll(() => accessibilityFaults(page)).toEqual([]);
    await shell.dialog.getByRole('button', { name: 'Stretch' }).click();
    await see(shell.dialog).toHaveCount(0);
  });

  it('shows who is connected with whom, and how', async () => {
    const row = part().getByRole('listitem').filter({ hasText: 'node1 and node2' });
    await see(row.getByText('Connected, direct')).toBeVisible();
    await see(page.getByText("Some of its VMs can't reach each other")).toHaveCount(0);
    await app.engine.networks.stretch({ network: 'blue', way: 'relay' });
    await see(row.getByText('Connected, relayed')).toBeVisible();
    await see(row.getByText(/it stops when Atoll does/)).toBeVisible();
    await expect.poll(() => accessibilityFaults(page)).toEqual([]);
  });

  it('draws the tunnel on the map', async () => {
    await shell.go('Map');
    await see(page.getByText('tunnel, relayed').first()).toBeVisible();
    await app.engine.networks.unstretch({ network: 'blue' });
    await see(page.getByText('same network, not connected').first()).toBeVisible();
    const map = new MapScreen(page);
    await map.vm('vm-node1').click();
    await map.drawer.getByRole('button', { name: 'Stretch…' }).click();
    await see(shell.dialog.getByRole('checkbox', { name: 'node2' })).toBeChecked();
  });

  it('creates a network that is stretched from the start, with the MTU that fits', async () => {
    await shell.dialog.getByRole('button', { name: 'Cancel' }).click();
    await shell.go('Networks');
    const form = await networks.openForm();
    await form.getByLabel(/^Name/).fill('far');
    const stretch = form.getByLabel('Stretch over the hosts of its clusters');
    await stretch.check();
    await see(form.getByLabel('MTU')).toHaveValue('1370');
    await stretch.uncheck();
    await see(form.getByLabel('MTU')).toHaveValue('1500');
    await stretch.check();
    await see(form.getByText('Frames up to 1370 bytes fit into a tunnel.')).toBeVisible();
    await expect.poll(() => accessibilityFaults(page)).toEqual([]);
    await form.getByRole('button', { name: 'Create network' }).click();
    await see(part().getByRole('listitem').filter({ hasText: 'Connected, direct' })).toHaveCount(1);
  });

  describe('from the map, between the islands of two of three hosts', () => {
    let map: MapScreen;
    const host = (name: string) => shell.dialog.getByRole('checkbox', { name });
    beforeAll(async () => {
      await app.engine.hosts.add({ name: 'node3', how: { kind: 'simulated', delayMs: 5 } });
      await shell.go('Map');
      map = new MapScreen(page);
    });

    it('says what dropping an island would do, and nothing happens where it can do nothing', async () => {
      await map.hold(map.island('blue').first(), map.vm('vm-node1'));
      await see(map.dragged).toContainText('No change');
      await page.mouse.up();
      await map.hold(map.island('blue').first(), map.find);
      await see(map.dragged).toContainText('Drop it on blue on another host to connect them');
      await page.mouse.up();
      await see(map.dragged).toHaveCount(0);
      await see(shell.dialog).toHaveCount(0);
    });

    it('opens the dialog with these two hosts when one island is dropped on the other', async () => {
      await map.hold(map.island('blue').first(), map.island('blue').nth(1));
      await see(map.dragged).toContainText(/Stretch blue over node[12] and node[12]/);
      await page.mouse.up();
      await see(host('node1')).toBeChecked();
      await see(host('node2')).toBeChecked();
      await see(host('node3')).not.toBeChecked();
      await see(shell.dialog.getByLabel('Planned changes')).toBeVisible();
      await shell.dialog.getByRole('button', { name: 'Stretch' }).click();
      await see(shell.dialog).toHaveCount(0);
      await see(page.getByText(/^tunnel/).first()).toBeVisible();
      await map.hold(map.island('blue').first(), map.island('blue').nth(1));
      await see(map.dragged).toContainText('blue is already stretched over both hosts');
      await page.mouse.up();
    });

    it('is in the menu of the island for the keyboard', async () => {
      await map.island('blue').first().focus();
      await page.keyboard.press('Shift+F10');
      await map.menuItem(/^Stretch…/).press('Enter');
      await see(host('node1')).toBeDisabled();
      await see(host('node3')).toBeChecked();
      await shell.dialog.getByRole('button', { name: 'Cancel' }).click();
    });
  });
});
