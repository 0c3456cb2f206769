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
import { labHere } from '../support/lab-here';
import { netHere } from '../support/net-here';
import { labPlace, outerAddress, type ServicesPlace, sshPlace } from '../support/services-places';
import { sshHere } from '../support/ssh-hosts';

const root = process.getuid?.() === 0 ? netHere('dnsmasq') : 'needs root';
const browser = (hasChromium ? null : 'needs chromium') ?? root;
/** The hosts of the scene, and why it can't be played on them. */
const PLACES = [
  {
    title: 'a lab',
    open: labPlace,
    missing: (await labHere()).vms ?? browser ?? (outerAddress === undefined ? 'needs a network' : null),
  },
  { title: 'a host over SSH', open: sshPlace, missing: (await sshHere()).vms ?? browser },
];
/** A tiny guest boots in seconds, on a busy machine in a minute. */
const BOOT = { timeout: 240_000 };
/** What makes a tiny guest a router: it forwards, and answers on the uplink's side for the guests behind it. */
const FORWARD = 'for i in ip_forward conf/all/proxy_arp; do echo 1 >/proc/sys/net/ipv4/$i; done; echo forwarding-$?';

for (const { title, missing, open } of PLACES)
  describe.skipIf(missing !== null)(`addresses and names inside, with guests in a browser (${missing ?? title})`, () =>
    scene(open, title === 'a lab' && process.env['ATOLL_PICTURES'] !== undefined),
  );

/** `takesPictures`: for docs/guide/services.md. */
function scene(open: () => Promise<ServicesPlace>, takesPictures: boolean): void {
  let place: ServicesPlace;
  let door: BrowserDoor;
  let page: Page;
  let wrongs: string[];
  let shell: Shell;
  let networks: NetworkScreens;
  let vms: VmScreens;
  let terminal: ConsoleScreen;

  beforeAll(async () => {
    place = await open();
    door = await startServer({ app: place.app.app });
    ({ page, wrongs } = await openWindow());
    shell = new Shell(page);
    networks = new NetworkScreens(page);
    vms = new VmScreens(page);
    terminal = new ConsoleScreen(page);
    await signIn(page, door.link());
  });
  afterAll(async () => {
    await door?.close();
    await place?.dispose();
  });

  const part = () => networks.part('Addresses and names inside');

  async function picture(name: string): Promise<void> {
    if (!takesPictures) return;
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
    await terminal.type(`clear; ip route; wget -q -T 5 -O - ${place.url} || echo no-"answer"`);
  }

  async function enableUplink(): Promise<void> {
    await shell.go('Hosts');
    await page.getByRole('main').getByRole('link', { name: place.host, exact: true }).click();
    await page.getByRole('region', { name: 'Uplink' }).getByRole('button', { name: 'Enable uplink' }).click();
    await see(page.getByRole('region', { name: 'Uplink' })).toContainText('out0', BOOT);
  }

  it('serve three VMs, of which one is the gateway with the uplink', async () => {
    if (place.isUplinkOffered) await enableUplink();
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

  it('let web reach the internet side only through its gateway', async () => {
    await browse();
    await see(terminal.rows).toContainText('no-answer', BOOT);
    expect(place.visits()).toBe(0);
    await openConsole('gw');
    await terminal.type(`${place.gatewaySetUp}; ${FORWARD}`);
    await see(terminal.rows).toContainText('forwarding-0', BOOT);
    await openConsole('web');
    await browse();
    await see(terminal.rows).toContainText('the internet side', BOOT);
    expect(place.visits()).toBe(1);
    await picture('services-gateway');
    await terminal.type('clear; ip route del default; echo removed-$?');
    await see(terminal.rows).toContainText('removed-0', BOOT);
    await browse();
    await see(terminal.rows).toContainText('no-answer', BOOT);
    await terminal.type('clear; killall -USR1 udhcpc; until ip route | grep default; do sleep 1; done');
    await see(terminal.rows).toContainText('default via', BOOT);
    await browse();
    await see(terminal.rows).toContainText('the internet side', BOOT);
    expect(place.visits()).toBe(2);
  });

  it('give web no other way while its gateway is stopped', async () => {
    await place.app.done(place.app.client.vms.stop({ vm: 'gw' }));
    await openConsole('web');
    await browse();
    await see(terminal.rows).toContainText('no-answer', BOOT);
    await terminal.type('clear; ping -c 1 -W 5 db');
    await see(terminal.rows).toContainText('1 packets received', BOOT);
    expect(place.visits()).toBe(2);
  });

  it('are in the certificate, which the live probe confirms', async () => {
    await openNetwork();
    await networks.tab('Isolation').click();
    await page.getByRole('button', { name: 'Check with probe' }).click();
    await see(networks.part(place.host).getByText('checks passed, probed')).toBeVisible(BOOT);
    // What this computer's kernel can't report is not checked.
    await see(page.getByText(/(verified|points checked,) on 1 of 1 host/)).toBeVisible();
    await picture('services-certificate');
    const json = JSON.parse(await networks.saved('Save as JSON')) as { verdict: string };
    expect(json.verdict).toBe('isolated');
  });

  it('cause no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
}
