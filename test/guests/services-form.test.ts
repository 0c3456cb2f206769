import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserDoor, startServer } from '../../server/start';
import { hasChromium, see, signIn } from '../e2e/browser';
import { openWindow } from '../e2e/fixture';
import { ConsoleScreen } from '../e2e/pages/console-screen';
import { NetworkScreens } from '../e2e/pages/network-screens';
import { Shell } from '../e2e/pages/shell';
import { VmScreens } from '../e2e/pages/vm-screens';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';
import { netHere } from '../support/net-here';

const here = await labHere();
const missing =
  here.vms ?? (hasChromium ? null : 'needs chromium') ?? (process.getuid?.() === 0 ? netHere('dnsmasq') : 'needs root');
/** A tiny guest boots in seconds, on a busy machine in a minute. */
const BOOT = { timeout: 240_000 };
/** An address of this computer that is not its loopback: behind the uplink of a lab it is on the internet side. */
const outer = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
/** What makes a tiny guest a router: it forwards, and answers on the uplink's side for the guests behind it. */
const FORWARD = 'for i in ip_forward conf/all/proxy_arp; do echo 1 >/proc/sys/net/ipv4/$i; done; echo forwarding-$?';

describe.skipIf(missing !== null)(`addresses and names inside, with guests in a browser (${missing ?? 'lab'})`, () => {
  let lab: LabApp;
  let door: BrowserDoor;
  let page: Page;
  let wrongs: string[];
  let shell: Shell;
  let networks: NetworkScreens;
  let vms: VmScreens;
  let terminal: ConsoleScreen;
  let internet: Server;
  let visits = 0;

  beforeAll(async () => {
    lab = await LabApp.open();
    await lab.done(lab.client.hosts.add({ name: 'lab', how: { kind: 'lab' } }));
    door = await startServer({ app: lab.app });
    internet = createServer((_, answer) => {
      visits += 1;
      answer.end('the internet side');
    });
    await new Promise<void>((listening) => internet.listen(0, outer ?? '127.0.0.1', listening));
    ({ page, wrongs } = await openWindow());
    shell = new Shell(page);
    networks = new NetworkScreens(page);
    vms = new VmScreens(page);
    terminal = new ConsoleScreen(page);
    await signIn(page, door.link());
  });
  afterAll(async () => {
    internet?.close();
    await door?.close();
    await lab?.dispose();
  });

  const part = () => networks.part('Addresses and names inside');

  /** A picture for docs/guide/services.md, if they are to be taken. */
  async function picture(name: string): Promise<void> {
    if (process.env['ATOLL_PICTURES'] === undefined) return;
    await page.screenshot({ path: resolve(`docs/pictures/guide/${name}.png`), animations: 'disabled' });
  }

  async function openNetwork(): Promise<void> {
    await shell.go('Networks');
    await networks.row('blue').getByRole('link', { name: 'blue' }).click();
  }

  it('are switched on in the form of a new network', async () => {
    await shell.go('Networks');
    const form = await networks.openForm();
    await form.getByLabel(/^Name/).fill('blue');
    await form.getByLabel('Addresses and names inside').check();
    await picture('services-form');
    await form.getByRole('button', { name: 'Create network' }).click();
    await see(part().getByText('No VMs on this network yet.')).toBeVisible();
  });

  async function openConsole(vm: string): Promise<void> {
    await shell.go('Virtual machines');
    await page.getByRole('link', { name: vm, exact: true }).first().click();
    await page.getByRole('tab', { name: 'Console' }).click();
    await terminal.type('');
    await see(terminal.rows).toContainText('#', BOOT);
  }

  /** What a guest whose console is open gets from the internet side. */
  async function browse(): Promise<void> {
    const { port } = internet.address() as AddressInfo;
    await terminal.type(`clear; wget -q -T 5 -O - http://${outer}:${port}/ || echo no-"answer"`);
  }

  it('serve three VMs, of which one is the gateway with the uplink', async () => {
    await shell.go('Hosts');
    await page.getByRole('main').getByRole('link', { name: 'lab', exact: true }).click();
    await page.getByRole('region', { name: 'Uplink' }).getByRole('button', { name: 'Enable uplink' }).click();
    await see(page.getByRole('region', { name: 'Uplink' })).toContainText('out0', BOOT);
    for (const name of ['gw', 'db', 'web']) {
      await shell.go('Virtual machines');
      const form = await vms.openForm();
      await form.getByLabel(/^Name/).first().fill(name);
      await form.getByLabel('nic1', { exact: true }).selectOption({ label: 'blue' });
      if (name === 'gw') {
        await form.getByRole('button', { name: 'Add vNIC' }).click();
        await form.getByLabel('nic2', { exact: true }).selectOption({ label: 'outside' });
      }
      await form.getByRole('button', { name: 'Create VM' }).click();
      await see(page.getByRole('heading', { level: 1, name })).toBeVisible();
    }
    await openNetwork();
    await part().getByRole('button', { name: 'Addresses and names' }).click();
    await shell.dialog.getByLabel('Gateway VM').selectOption({ label: 'gw' });
    await shell.dialog.getByRole('button', { name: 'Save' }).click();
    await see(shell.dialog).toHaveCount(0);
  });

  it('give each VM a lease', async () => {
    await see(part().getByText(/Leased until/)).toHaveCount(3, BOOT);
    await picture('services-page');
  });

  it('let web find db and its gateway by name', async () => {
    await openConsole('web');
    // The gateway was chosen after the lease: a guest asks for a new one as it would at half its time.
    await terminal.type('killall -USR1 udhcpc; until ip route | grep -q default; do sleep 1; done; clear');
    await terminal.type('ping -c 2 db; ip route');
    await see(terminal.rows).toContainText('2 packets received', BOOT);
    await see(terminal.rows).toContainText('default via', BOOT);
    await picture('services-console');
    await terminal.type('clear; nslookup gw.blue.internal');
    await see(terminal.rows).toContainText('gw.blue.internal', BOOT);
  });

  it.skipIf(outer === undefined)('let web reach the internet side only through its gateway', async () => {
    await browse();
    await see(terminal.rows).toContainText('no-answer', BOOT);
    expect(visits).toBe(0);
    await openConsole('gw');
    await terminal.type(FORWARD);
    await see(terminal.rows).toContainText('forwarding-0', BOOT);
    await openConsole('web');
    await browse();
    await see(terminal.rows).toContainText('the internet side', BOOT);
    expect(visits).toBe(1);
    await picture('services-gateway');
    await terminal.type('clear; ip route del default; echo removed-$?');
    await see(terminal.rows).toContainText('removed-0', BOOT);
    await browse();
    await see(terminal.rows).toContainText('no-answer', BOOT);
    await terminal.type('clear; killall -USR1 udhcpc; until ip route | grep default; do sleep 1; done');
    await see(terminal.rows).toContainText('default via', BOOT);
    await browse();
    await see(terminal.rows).toContainText('the internet side', BOOT);
    expect(visits).toBe(2);
  });

  it.skipIf(outer === undefined)('give web no other way while its gateway is stopped', async () => {
    await lab.done(lab.client.vms.stop({ vm: 'gw' }));
    await openConsole('web');
    await browse();
    await see(terminal.rows).toContainText('no-answer', BOOT);
    await terminal.type('clear; ping -c 1 -W 5 db');
    await see(terminal.rows).toContainText('1 packets received', BOOT);
    expect(visits).toBe(2);
  });

  it('are in the certificate, which the live probe confirms', async () => {
    await openNetwork();
    await networks.tab('Isolation').click();
    await page.getByRole('button', { name: 'Check with probe' }).click();
    await see(networks.part('lab').getByText('checks passed, probed')).toBeVisible(BOOT);
    // What this computer's kernel can't report is not checked.
    await see(page.getByText(/(verified|points checked,) on 1 of 1 host/)).toBeVisible();
    await picture('services-certificate');
    const json = JSON.parse(await networks.saved('Save as JSON')) as { verdict: string };
    expect(json.verdict).toBe('isolated');
  });

  it('cause no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
