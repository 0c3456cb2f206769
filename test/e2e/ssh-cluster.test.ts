import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openSimulatedApp, type SimulatedApp } from '../support/simulated-app';
import { SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';
import { hasChromium, see, signIn } from './browser';
import { openWindow } from './fixture';
import { HostScreens } from './pages/host-screens';
import { NetworkScreens } from './pages/network-screens';
import { Shell } from './pages/shell';

const { networks: lacking } = await sshHere();
const missing = hasChromium ? lacking : 'needs chromium';
/** A folder for the guide's screenshots; without it none are taken. */
const pictures = process.env['ATOLL_PICTURES'];
const NODES = ['node1', 'node2', 'node3'] as const;

describe.skipIf(missing !== null)(
  `three hosts over SSH, in a browser${missing === null ? '' : ` (${missing})`}`,
  () => {
    let app: SimulatedApp;
    let net: SshHosts;
    let machines: SshTestHost[];
    let browser: Browser;
    let page: Page;
    let shell: Shell;
    let hosts: HostScreens;
    let networks: NetworkScreens;

    beforeAll(async () => {
      [app, net] = await Promise.all([openSimulatedApp(), SshHosts.open()]);
      await app.engine.folders.allow({ path: dirname(net.keyFile) });
      machines = [await net.add(), await net.add(), await net.add()];
      ({ browser, page } = await openWindow());
      [shell, hosts, networks] = [new Shell(page), new HostScreens(page), new NetworkScreens(page)];
      await signIn(page, app.door.link());
    });
    afterAll(async () => {
      await browser.close();
      await app.close();
      await net.remove();
    });

    const shoot = async (name: string): Promise<void> => {
      if (pictures === undefined) return;
      mkdirSync(pictures, { recursive: true });
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(pictures, `${name}.png`) });
    };
    /** On a busy machine a host may be added at the second attempt, and the failure's notice covers the buttons. */
    const closeAlerts = async (): Promise<void> => {
      for (const close of await page.getByRole('button', { name: /^Close .*alert/ }).all()) await close.click();
    };
    const onHost = (name: string) => networks.part('Hosts').getByRole('listitem').filter({ hasText: name });

    it('are added, each after confirming its fingerprint and inspecting it', async () => {
      await shell.go('Hosts');
      for (const [at, name] of NODES.entries()) {
        const machine = machines[at]!;
        await hosts.beginToAdd({ name, address: `root@127.0.0.1:${machine.port}`, keyFile: net.keyFile });
        await see(hosts.fingerprint).toHaveText(machine.fingerprint, { timeout: 30_000 });
        if (at === 0) await shoot('host-fingerprint');
        await hosts.confirm();
        await see(hosts.checks).toContainText('nftables', { timeout: 30_000 });
        if (at === 0) await shoot('host-checks');
        await hosts.add();
        await see(page.getByRole('heading', { name })).toBeVisible();
        await shell.go('Hosts');
      }
      for (const name of NODES) await see(hosts.row(name)).toContainText('Up', { timeout: 60_000 });
      await shoot('host-three');
    }, 180_000);

    it('get a network at once, with a step of the job for each', async () => {
      await shell.go('Networks');
      await closeAlerts();
      await networks.create('blue');
      await see(page.getByRole('heading', { name: 'blue' })).toBeVisible();
      for (const name of NODES) await see(onHost(name)).toContainText('In sync', { timeout: 60_000 });
      await shoot('host-network');
      await shell.go('Activity');
      for (const name of NODES) await see(page.getByRole('main')).toContainText(`Set up ${name}`);
      await shoot('host-steps');
    }, 120_000);

    it('lose a link: that host is non-responsive, its work waits, and finishes when the link is back', async () => {
      await app.engine.vms.add({ name: 'far', cluster: 'Default', host: 'node2', vnics: [], start: false });
      await machines[1]!.cable(false);
      await shell.go('Hosts');
      await see(hosts.row('node2')).toContainText('Non-responsive', { timeout: 60_000 });
      await see(hosts.row('node1')).toContainText('Up');
      await shoot('host-lost');
      await page.getByRole('main').getByRole('link', { name: 'node2', exact: true }).click();
      await page.getByRole('button', { name: /^More actions/ }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      await see(shell.dialog.getByRole('alert')).toContainText('has the disks of "far"');
      await shoot('host-holds');
      await shell.dialog.getByRole('link', { name: 'Forget node2 and its VMs' }).click();
      await see(shell.dialog.getByRole('checkbox', { name: 'Also forget its VM' })).toBeChecked();
      await see(shell.dialog.getByText('forget the VM "far"')).toBeVisible();
      await shoot('host-forget');
      await page.keyboard.press('Escape');
      await see(shell.dialog).toHaveCount(0);
      await shell.go('Networks');
      await closeAlerts();
      await networks.create('green');
      await see(page.getByRole('heading', { name: 'green' })).toBeVisible();
      for (const name of ['node1', 'node3']) await see(onHost(name)).toContainText('In sync', { timeout: 60_000 });
      await see(onHost('node2')).toContainText('Pending');
      await shoot('host-waits');
      await machines[1]!.cable(true);
      await see(onHost('node2')).toContainText('In sync', { timeout: 90_000 });
      await shell.go('Hosts');
      await see(hosts.row('node2')).toContainText('Up', { timeout: 30_000 });
    }, 240_000);
  },
);
