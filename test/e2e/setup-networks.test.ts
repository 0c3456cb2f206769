import type { Locator, Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('Setup networks, in a browser (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let dialog: Locator;
  let host: string;

  beforeAll(async () => {
    app = await openApp();
    ({ id: host } = (await app.engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } })).host);
    for (const name of ['blue', 'vault'])
      await app.engine.networks.add({ name, isIsolated: true, clusters: ['Default'] });
    for (const [name, vlan] of [
      ['red', null],
      ['green', 7],
      ['office', null],
    ] as const)
      await app.engine.networks.add({ name, vlan, clusters: ['Default'] });
    await see.poll(async () => (await app.engine.hosts.show({ host })).host.state).toBe('up');
    ({ page, wrongs } = await openWindow());
    dialog = page.getByRole('dialog');
    await signIn(page, app.door.link());
    await new Shell(page).go('Hosts');
    await page.getByRole('main').getByRole('link', { name: 'node1', exact: true }).click();
    await page.getByRole('tab', { name: 'Networks' }).click();
  });
  const open = () => page.getByRole('button', { name: 'Set up networks…' }).click();
  const nic = (name: string) => dialog.getByRole('group', { name: `NIC ${name}`, exact: true });
  const network = (name: string) => dialog.getByRole('group', { name: `Network ${name}`, exact: true });
  const shown = async (name: string) => {
    const { attachments } = await app.engine.hosts.show({ host });
    const { id } = (await app.engine.networks.show({ network: name })).network;
    return attachments.find(({ networkId }) => networkId === id);
  };

  it('shows NICs, networks, and isolated networks that need none; nothing is set up yet', async () => {
    await open();
    await see(nic('eth0').getByText("Atoll's connection")).toBeVisible();
    await see(nic('eth0').getByText('10 Gbit/s')).toBeVisible();
    await see(nic('eth1').getByText('no link')).toBeVisible();
    await see(dialog.getByText('Isolated networks (2)')).toBeVisible();
    await see(dialog.getByRole('button', { name: 'Set up networks', exact: true })).toBeDisabled();
    await see(network('red')).toBeVisible();
  });

  it('accepts a network dragged onto a NIC, and a NIC dragged onto another', async () => {
    await network('red').locator('header').dragTo(nic('eth1'));
    await see(nic('eth1').getByText('red', { exact: true })).toBeVisible();
    await nic('eth3').dragTo(nic('eth2'), { sourcePosition: { x: 12, y: 12 } });
    await see(nic('bond0').getByText('eth2 + eth3')).toBeVisible();
  });

  it('supports the same by keyboard, and shows pending changes as text and by a dry run', async () => {
    await dialog.getByLabel('NIC of green').focus();
    await dialog.getByLabel('NIC of green').selectOption('bond0');
    await dialog.getByLabel('Address on red').selectOption('static');
    await see(dialog.getByText('must be an address with its prefix length', { exact: false }).first()).toBeVisible();
    await dialog.getByLabel('Address and length').fill('198.51.100.4/24');
    const pending = dialog.getByRole('region', { name: 'Pending changes' });
    await see(pending.getByText('eth2 and eth3 become the bond bond0 (active-backup)')).toBeVisible();
    await see(pending.getByText('red is attached to eth1, 198.51.100.4/24')).toBeVisible();
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await see(dialog.getByText('create the VLAN 7 on bond0')).toBeVisible();
    expect((await app.engine.hosts.show({ host })).bonds).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('passes axe in the %s theme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    // Colors are checked after the transition between themes.
    await see.poll(() => accessibilityFaults(page), { timeout: 15_000 }).toEqual([]);
  });

  it('applies everything', async () => {
    await dialog.getByRole('button', { name: 'Set up networks', exact: true }).click();
    await see(dialog).toHaveCount(0);
    await see.poll(async () => (await shown('green'))?.state).toBe('in_sync');
    expect(await shown('red')).toMatchObject({ nic: 'eth1', state: 'in_sync', ipv4: { address: '198.51.100.4/24' } });
  });

  it('shows both values of what is out of sync', async () => {
    await app.engine.networks.update({ network: 'red', mtu: 1400 });
    await open();
    await see(network('red').getByText('MTU: expected 1400, found 1500')).toBeVisible();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('creates a VLAN network where it is needed, which then waits for its NIC', async () => {
    await open();
    await dialog.getByText('Create VLAN network').click();
    await dialog.getByLabel('Name of the new network').fill('lan10');
    await dialog.getByLabel('Its VLAN tag').fill('10');
    await dialog.getByLabel('Its VLAN tag').press('Enter');
    await see(network('lan10')).toBeVisible();
    expect((await app.engine.networks.show({ network: 'lan10' })).network).toMatchObject({
      vlan: 10,
      isIsolated: false,
    });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('warns before it changes the connection, and reverts if that breaks', async () => {
    await open();
    await dialog.getByLabel('NIC of office').selectOption('eth0');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await see(dialog.getByText('this touches the connection to the host', { exact: false })).toBeVisible();
    await dialog.getByRole('button', { name: 'Set up networks', exact: true }).click();
    await see.poll(async () => (await app.engine.jobs.list({ state: 'failed' })).length).toBe(1);
    expect(await shown('office')).toBeUndefined();
  });

  it('puts a network on the same NIC of all hosts that wait for one', async () => {
    const { engine } = app;
    await engine.clusters.add({ name: 'pair', dataCenter: 'Default' });
    for (const name of ['node2', 'node3'])
      await engine.hosts.add({ name, cluster: 'pair', how: { kind: 'simulated', delayMs: 5 } });
    await engine.networks.add({ name: 'lan20', vlan: 20, clusters: ['pair'] });
    await see
      .poll(async () => (await engine.hosts.list({})).filter(({ state }) => state === 'up').map(({ name }) => name))
      .toEqual(expect.arrayContaining(['node2', 'node3']));
    await page.keyboard.press('Escape');
    await new Shell(page).go('Networks');
    await page.getByRole('main').getByRole('link', { name: 'lan20', exact: true }).click();
    await see(page.getByRole('link', { name: 'Choose a NIC on node2' })).toBeVisible();
    await page.getByRole('button', { name: 'Choose for all' }).click();
    await see(dialog.getByLabel('NIC on all of these hosts')).toHaveValue('eth1');
    await see(dialog.getByRole('heading', { name: 'node3' })).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Set up all' }).click();
    const nics = async () => (await engine.networks.show({ network: 'lan20' })).attachments.map((one) => one.nic);
    await see.poll(nics).toEqual(['eth1', 'eth1']);
    await see(page.getByRole('link', { name: /^Choose a NIC/ })).toHaveCount(0);
    expect(wrongs).toEqual([]);
  });
});
