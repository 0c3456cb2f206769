import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImportedLines } from '../../contract';
import { simulatedStateFile } from '../../hosts/registry';
import { createSimulatedHost } from '../../hosts/simulated/simulated-host';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';

/** A folder for the guide's screenshots; without it none are taken. */
const pictures = process.env['ATOLL_PICTURES'];
const OTHER = '0198c5a0-0000-7000-8000-00000000dead';
const HOW = { kind: 'simulated', delayMs: 20, faultRate: 0, memoryMiB: 65_536, cpus: 16 } as const;

describe.skipIf(!hasChromium)(`importing what was on a host before${hasChromium ? '' : ' (needs chromium)'}`, () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];

  beforeAll(async () => {
    app = await openApp();
    await ended(await app.engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 20 } }));
    await ended(await app.engine.hosts.maintenance({ host: 'node1' }));
    await furnish();
    await ended(await app.engine.hosts.activate({ host: 'node1' }));
    ({ page, wrongs } = await openWindow());
    await signIn(page, app.door.link());
    await new Shell(page).go('Hosts');
    await page.getByRole('main').getByRole('link', { name: 'node1', exact: true }).click();
  });
  const picture = async (name: string): Promise<void> => {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  };

  async function ended({ job }: { job: string | null }): Promise<void> {
    if (job !== null) for await (const { state } of await app.engine.jobs.follow({ job })) void state;
  }

  /** The existing objects of the host: a bridge with two VMs, one with a NIC, and objects of another Atoll. */
  async function furnish(): Promise<void> {
    const { host } = await app.engine.hosts.show({ host: 'node1' });
    const stateFile = simulatedStateFile(app.home, host.id);
    const machine = createSimulatedHost({ id: host.id, storeId: OTHER, how: HOW, stateFile });
    await machine.connect(new AbortController().signal);
    const { control } = machine;
    await control.addForeignBridge('br-lab');
    await control.addAddress('br-lab', '10.7.0.1/24');
    await control.addForeignBridge('br0');
    await control.setMaster('eth1', 'br0');
    await control.addForeignBridge('teal', `atoll:${OTHER}:${OTHER}`);
    const vm = (n: number, name: string, bridge: string, running: boolean, lines?: ImportedLines) =>
      control.addForeignVm(
        { id: `${n}1111111-1111-4111-8111-111111111111`, name },
        [{ mac: `52:54:00:00:00:0${n}`, bridge }],
        { running, ...(lines ? { lines } : {}) },
      );
    await vm(1, 'web', 'br-lab', true);
    const usb = { id: 'usb', what: 'hostdev usb', xml: '<hostdev/>', canCarry: false };
    await control.addPart('11111111-1111-4111-8111-111111111111', usb);
    await vm(2, 'db', 'br-lab', false);
    await vm(3, '<b>office</b>', 'br0', true, { console: false, screen: 'spice' });
    await machine.close();
  }

  const part = () => page.getByRole('region', { name: 'Not managed by Atoll' });
  const box = (name: string) => part().getByRole('checkbox', { name: `Select ${name}`, exact: true });
  const dialog = () => page.getByRole('dialog');

  it('lists existing objects, and whether each can be imported', async () => {
    await see(box('br-lab')).toBeVisible();
    await see(part().getByText('would be an isolated network')).toBeVisible();
    await see(part().getByText('would be a regular network')).toBeVisible();
    await see(part().getByText('<b>office</b>')).toBeVisible();
    await see(part().getByText(/Can't be imported: it belongs to another Atoll/)).toBeVisible();
    await see(box('teal')).toHaveCount(0);
    await part().getByRole('button', { name: 'Import…' }).focus();
    await see(page.getByRole('tooltip')).toHaveText('Select VMs or bridges first.');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('shows the effect of sealing first, and refuses without the VMs', async () => {
    await box('br-lab').check();
    await part().getByRole('button', { name: 'Import…' }).click();
    await see(dialog()).toContainText("remove the host's address 10.7.0.1/24 from br-lab");
    await see(dialog()).toContainText('import the VM "web"');
    await see(dialog()).toContainText('seal br-lab against the host');
    await picture('host-import');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByLabel('Also import its VMs').uncheck();
    await see(dialog().getByRole('alert')).toContainText('only VMs that Atoll manages');
    await see(dialog().getByRole('button', { name: 'Import' })).toBeDisabled();
    await dialog().getByLabel('Also import its VMs').check();
    await dialog().getByLabel('Name in Atoll').fill('school');
    await see(dialog()).toContainText('the isolated network "school"');
  });

  it('imports several at once, and shows them in their places', async () => {
    await dialog().getByRole('button', { name: 'Import' }).click();
    await see(dialog()).toBeHidden();
    await see(box('br-lab')).toBeHidden();
    await see(box('web')).toBeHidden();
    await box('br0').check();
    await box('<b>office</b>').check();
    await part().getByRole('button', { name: 'Import…' }).click();
    await see(dialog()).toContainText('the regular network "br0" on eth1');
    await dialog().getByRole('button', { name: 'Import' }).click();
    await see(box('br0')).toBeHidden();
    await page.getByRole('tab', { name: 'Virtual machines (3)' }).click();
    for (const name of ['web', 'db', '<b>office</b>'])
      await see(page.getByRole('link', { name, exact: true })).toBeVisible();
    await page.getByRole('tab', { name: /^Networks/ }).click();
    await see(page.getByRole('main').getByRole('link', { name: 'school', exact: true })).toBeVisible();
  });

  it('warns of another Atoll database, shows each mark that it would rewrite, and adopts the objects', async () => {
    await page.getByRole('tab', { name: 'Overview' }).click();
    const warning = page.getByRole('main').locator('.pf-v6-c-alert', { hasText: 'Managed by another Atoll database' });
    await see(warning).toContainText('teal');
    await see(warning).toContainText(OTHER);
    await picture('host-other-store');
    await warning.getByRole('button', { name: 'Take over…' }).click();
    await see(dialog()).toContainText(`rewrite the mark of teal: from the database ${OTHER}`);
    await see(dialog()).toContainText('it stays sealed throughout');
    await picture('host-take-over');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Take over' }).click();
    await see(dialog()).toBeHidden();
    await see(warning).toBeHidden();
    await page.getByRole('tab', { name: /^Networks/ }).click();
    await see(page.getByRole('main').getByRole('link', { name: 'teal', exact: true })).toBeVisible();
  });

  it('shows what the owner manages of an imported VM, and releases it unchanged', async () => {
    await new Shell(page).go('Virtual machines');
    await page.getByRole('link', { name: 'web', exact: true }).click();
    await see(page.getByText('As defined on the host')).toBeVisible();
    const hardware = page.getByRole('region', { name: 'Hardware' });
    await see(hardware.getByText('q35')).toBeVisible();
    await see(hardware.getByRole('list', { name: 'Kept as they are' })).toContainText('USB device of the host');
    await page.getByRole('button', { name: 'More actions for web' }).click();
    await see(page.getByRole('menuitem', { name: 'Remove…' })).toHaveCount(0);
    await page.getByRole('menuitem', { name: 'Forget…' }).click();
    await see(dialog()).toContainText('it stays unchanged on "node1"');
    await see(dialog()).toContainText('its NIC on "school" is cut off');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });

  it('opens console and screen of an imported VM, or says why its definition allows none', async () => {
    await page.getByRole('tab', { name: 'Console' }).click();
    await see(page.getByText('Simulated console of web')).toBeVisible();
    await page.getByRole('tab', { name: 'Screen' }).click();
    await see(page.getByRole('button', { name: 'Take screenshot' })).toBeEnabled();
    await new Shell(page).go('Virtual machines');
    await page.getByRole('link', { name: '<b>office</b>', exact: true }).click();
    for (const [tab, why] of [
      ['Console', 'no serial port that Atoll can open'],
      ['Screen', 'only a SPICE display'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).focus();
      await see(page.getByRole('tooltip')).toContainText(why);
    }
  });

  it('releases the bridge when its network is removed', async () => {
    await new Shell(page).go('Networks');
    await page.getByRole('main').getByRole('link', { name: 'school', exact: true }).click();
    await see(page.getByText('Existing bridge')).toBeVisible();
    await page.getByRole('button', { name: 'Remove…' }).click();
    await see(dialog()).toContainText('stays on "node1"');
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await see(dialog()).toBeHidden();
    await new Shell(page).go('Hosts');
    await page.getByRole('main').getByRole('link', { name: 'node1', exact: true }).click();
    await see(box('br-lab')).toBeVisible();
    expect(wrongs).toEqual([]);
  });
});
