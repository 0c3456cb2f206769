import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Forward } from '../../contract';
import { freePort } from '../../hosts/free-port';
import { type BrowserDoor, startServer } from '../../server/start';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';
import { accessibilityFaults, hasChromium, newWindow, see, signIn } from './browser';
import { openWindow } from './fixture';
import { Forwards } from './pages/forwards';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';

const { vms: missing } = await labHere();
const why = [...(hasChromium ? [] : ['chromium']), ...(missing === null ? [] : [missing])].join(', ');
/** Guests boot without hardware acceleration, four at a time. */
const BOOTED = { timeout: 60_000 };

describe.skipIf(why !== '')(`the uplink, in a browser, on a real lab${why === '' ? '' : ` (needs ${why})`}`, () => {
  let lab: LabApp;
  let door: BrowserDoor;
  let browser: Browser;
  let page: Page;
  let wrongs: string[];
  let forwards: Forwards;

  beforeAll(async () => {
    lab = await LabApp.open();
    door = await startServer({ app: lab.app });
    ({ browser, page, wrongs } = await openWindow());
    forwards = new Forwards(page);
    await signIn(page, door.link());
  });
  afterAll(async () => {
    await door?.close();
    await lab?.dispose();
  });

  const all = (): Promise<Forward[]> => lab.client.forwards.list({});

  it('is enabled with one checkbox on the first screen; the map then shows the outside strip and its only edge', async () => {
    await page.getByLabel('With uplink').check();
    await page.getByRole('button', { name: 'Create demo lab' }).click();
    const map = new MapScreen(page);
    await see(map.vm('gw').getByLabel('Up', { exact: true })).toBeVisible(BOOTED);
    await see(map.frame.getByRole('button', { name: 'outside · out0 on laptop' })).toBeVisible();
    await see(map.frame.getByText('only gateway')).toBeVisible();
    await map.vm('web').click();
    await see(map.drawer.getByRole('heading', { name: 'Reaches only via gw' })).toBeVisible();
    await see(map.drawer.getByText('the outside')).toBeVisible();
    await see(map.frame.getByText('regular, uplink out0')).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it("lists the gateway's forward on the VM's page, and its link opens the page of the real guest", async () => {
    await new MapScreen(page).vm('gw').click();
    await see(new MapScreen(page).drawer.getByRole('link', { name: /127\.0\.0\.2/ })).toBeVisible();
    await page.getByRole('link', { name: 'Open gw' }).click();
    const [first] = await all();
    await see(forwards.row(first!.hostPort)).toContainText('Open');
    await expect
      .poll(async () => {
        const opening = page.waitForEvent('popup');
        await forwards.row(first!.hostPort).getByRole('link').click();
        const popup = await opening;
        const said = await popup.textContent('body').catch(() => '');
        await popup.close();
        return said;
      }, BOOTED)
      .toContain('This is gw');
  });

  it('opens nothing else: no address of blue answers the browser, nor another port of gw', async () => {
    const { page: other } = await newWindow(browser);
    const [first] = await all();
    const opens = (url: string): Promise<boolean> =>
      other.goto(url, { timeout: 3_000 }).then(
        async (answer) => (await answer?.text())?.includes('tiny Atoll guest') ?? false,
        () => false,
      );
    expect(await opens(`http://127.0.0.2:${first!.hostPort}/`)).toBe(true);
    for (const name of ['web', 'db', 'gw']) {
      for (const { assignedAddress } of (await lab.client.vms.show({ vm: name })).vnics)
        expect(await opens(`http://${assignedAddress?.split('/')[0]}/`), `${name} at ${assignedAddress}`).toBe(false);
    }
    await other.context().close();
  });

  it('refuses invalid forwards at the field, and changes nothing', async () => {
    const taken = createServer().listen(0, '127.0.0.2');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const [first] = await all();
    await forwards.open();
    for (const [guestPort, hostPort, words] of [
      ['0', '', 'must be a number from 1 to 65535'],
      ['', '', 'must be a number from 1 to 65535'],
      ['70000', '', 'must be a number from 1 to 65535'],
      ['80', '70000', 'or 0 for any free port'],
      ['80', String(port), `Another program of this computer uses tcp 127.0.0.2:${port}`],
      ['80', String(first!.hostPort), 'is already forwarded to the VM "gw"'],
    ] as const) {
      await forwards.send(guestPort, hostPort);
      await see(forwards.form.getByText(words).first()).toBeVisible();
    }
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    taken.close();
    expect(await all()).toEqual([first]);
  });

  it('adds a forward and removes it again', async () => {
    const port = await freePort('tcp', 0);
    await forwards.open();
    await forwards.send('80', String(port));
    await see(forwards.row(port)).toContainText('Open');
    expect(await text(port)).toMatch(/This is gw/);
    await forwards.remove(port);
    await see(forwards.row(port)).toHaveCount(0);
    await expect.poll(() => text(port).catch(() => 'closed')).toBe('closed');
  });

  it('is closed while the VM is down, and open again when it runs', async () => {
    const [{ hostPort }] = (await all()) as [Forward];
    await lab.done(lab.client.vms.stop({ vm: 'gw' }));
    await see(forwards.row(hostPort)).toContainText('opens when the VM runs');
    await see(forwards.row(hostPort).getByRole('link')).toHaveCount(0);
    await expect(text(hostPort)).rejects.toThrow();
    await lab.done(lab.client.vms.start({ vm: 'gw' }));
    await see(forwards.row(hostPort).getByRole('link')).toBeVisible();
    await expect.poll(() => text(hostPort).catch(() => ''), BOOTED).toMatch(/This is gw/);
  });

  it("is shown on the host's page, with its purpose and its users", async () => {
    await new Shell(page).go('Hosts');
    await page.getByRole('main').getByRole('link', { name: 'laptop', exact: true }).click();
    const part = page.getByRole('region', { name: 'Uplink' });
    await see(part).toContainText('out0');
    await part.getByRole('button', { name: 'Disable uplink…' }).click();
    const dialog = page.getByRole('dialog');
    await see(dialog).toContainText('The uplink of the host "laptop" is used by "gw"');
    await page.keyboard.press('Escape');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await all()).toHaveLength(1);
  });

  it('is disabled and enabled again once no VM uses it', async () => {
    const vnic = (await lab.client.vms.show({ vm: 'gw' })).vnics.at(-1)?.name ?? '';
    await lab.done(lab.client.vnics.remove({ vm: 'gw', vnic }));
    const part = page.getByRole('region', { name: 'Uplink' });
    const nics = page.getByRole('region', { name: 'NICs' });
    await see(nics).toContainText('out0');
    await part.getByRole('button', { name: 'Disable uplink…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable uplink' }).click();
    await see(part).toContainText('Nothing in this lab reaches a real network.');
    await see(nics).toHaveCount(0);
    await part.getByRole('button', { name: 'Enable uplink' }).click();
    await see(part).toContainText('out0');
    await see(nics).toContainText('on outside');
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});

/** The response of a port on this computer's loopback. */
async function text(port: number): Promise<string> {
  const signal = AbortSignal.timeout(5_000);
  return (await fetch(`http://127.0.0.2:${port}/`, { headers: { connection: 'close' }, signal })).text();
}
