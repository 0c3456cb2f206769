import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { simulatedStateFile } from '../../hosts/registry';
import { createSimulatedHost } from '../../hosts/simulated/simulated-host';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { NetworkScreens } from './pages/network-screens';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('addresses and names inside, in a browser (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let networks: NetworkScreens;
  let shell: Shell;
  const part = () => networks.part('Addresses and names inside');

  beforeAll(async () => {
    app = await openApp();
    await app.engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } });
    ({ page } = await openWindow());
    networks = new NetworkScreens(page);
    shell = new Shell(page);
    await signIn(page, app.door.link());
    await shell.go('Networks');
  });

  async function ended(answer: Promise<{ job: string | null }>): Promise<void> {
    const { job } = await answer;
    if (job !== null) for await (const { state } of await app.engine.jobs.follow({ job })) void state;
  }

  it('switches them on in the form of a new network', async () => {
    const form = await networks.openForm();
    await form.getByLabel(/^Name/).fill('blue');
    await form.getByLabel('Addresses and names inside').check();
    await form.getByRole('button', { name: 'Create network' }).click();
    await see(part().getByText('No VMs on this network yet.')).toBeVisible();
  });

  it('lists the reservation of a new VM, and its server', async () => {
    for (const name of ['web', 'db'])
      await app.engine.vms.add({ name, host: 'node1', boot: { kind: 'tiny' }, vnics: [{ network: 'blue' }] });
    await see(part().getByText('10.1.0.2', { exact: true })).toBeVisible();
    await see(part().getByText('db.blue.internal')).toBeVisible();
    await see(part().getByText('Server on node1')).toBeVisible();
    await see(part().getByText('Running')).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('says when the range for unknown guests is used up', async () => {
    await ended(
      app.engine.networks.updateServices({ network: 'blue', pool: { from: '10.1.0.200', to: '10.1.0.200' } }),
    );
    await ended(app.engine.hosts.maintenance({ host: 'node1' }));
    const { host } = await app.engine.hosts.show({ host: 'node1' });
    const how = { kind: 'simulated', delayMs: 5, faultRate: 0, memoryMiB: 65_536, cpus: 16 } as const;
    const stateFile = simulatedStateFile(app.home, host.id);
    const machine = createSimulatedHost({ id: host.id, storeId: host.id, how, stateFile });
    const signal = new AbortController().signal;
    await machine.connect(signal);
    const port = (await machine.observe(signal)).nics.find(({ alias }) => alias?.endsWith(':services'));
    await machine.control.askForAddresses(port?.name ?? '', ['02:00:00:00:00:01']);
    await machine.close();
    await ended(app.engine.hosts.activate({ host: 'node1' }));
    await see(part().getByText('The only address of the range for unknown guests is leased')).toBeVisible();
    await see(part().getByText('Unknown guest 02:00:00:00:00:01')).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('changes the address of a VM, and shows the lease once it runs', async () => {
    await part()
      .getByRole('listitem')
      .filter({ hasText: 'db' })
      .getByRole('button', { name: 'Change address' })
      .click();
    await shell.dialog.getByLabel('Address').fill('10.1.0.254');
    await shell.dialog.getByRole('button', { name: 'Save' }).click();
    await see(shell.dialog.getByText("Can't reserve 10.1.0.254").first()).toBeVisible();
    await shell.dialog.getByLabel('Address').fill('10.1.0.77');
    await shell.dialog.getByRole('button', { name: 'Save' }).click();
    await see(part().getByText('10.1.0.77', { exact: true })).toBeVisible();
    await app.engine.vms.start({ vm: 'db' });
    await see(
      part()
        .getByRole('listitem')
        .filter({ hasText: 'db' })
        .getByText(/Leased until/),
    ).toBeVisible();
  });

  it('sets a gateway VM, IPv6 and a guard, with errors at their fields', async () => {
    await part().getByRole('button', { name: 'Addresses and names' }).click();
    const form = shell.dialog;
    await form.getByLabel('Subnet').fill('10.1.0.0/31');
    await see(form.getByText(/too small/)).toBeVisible();
    await form.getByLabel('Subnet').fill('');
    await form.getByLabel('Gateway VM').selectOption({ label: 'web' });
    await form.getByLabel('IP version').selectOption({ label: 'IPv4 and IPv6' });
    await form.getByLabel('IPv6 subnet').fill('fd00::/48');
    await see(form.getByText(/guests choose the other 64 bits/)).toBeVisible();
    await form.getByLabel('IPv6 subnet').fill('fd00::/64');
    await form.getByLabel('Drop the answers of other servers').check();
    await form.getByRole('button', { name: 'Save' }).click();
    await see(form).toHaveCount(0);
    const { network } = await app.engine.networks.show({ network: 'blue' });
    expect(network.services).toMatchObject({
      gatewayVmId: (await app.engine.vms.show({ vm: 'web' })).id,
      ...{ families: 'dual', subnet6: 'fd00::/64', guard: true },
    });
    await see(
      part()
        .getByText(/^fd00::[0-9a-f:]+$/)
        .first(),
    ).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('switches them off', async () => {
    await part().getByRole('button', { name: 'Addresses and names' }).click();
    await shell.dialog.getByLabel('Addresses and names inside').uncheck();
    await shell.dialog.getByRole('button', { name: 'Save' }).click();
    await see(part().getByText(/^Off\./)).toBeVisible();
  });
});
