import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { type ScreenName, Shell } from './pages/shell';

describe.skipIf(!hasChromium)('invalid forms (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let dialog: Locator;

  beforeAll(async () => {
    app = await openApp();
    const { engine } = app;
    await engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } });
    await engine.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await engine.networks.add({ name: 'office', isIsolated: false, clusters: ['Default'] });
    await see.poll(async () => (await engine.hosts.list({})).every(({ state }) => state === 'up')).toBe(true);
    await engine.vms.add({ name: 'web', host: 'node1', vnics: [{ network: 'blue' }], start: false });
    ({ page, wrongs } = await openWindow());
    dialog = page.getByRole('dialog');
    await signIn(page, app.door.link());
  });
  beforeEach(() => page.keyboard.press('Escape'));

  const open = async (screen: ScreenName, button: string, thing?: string): Promise<void> => {
    await new Shell(page).go(screen);
    if (thing !== undefined)
      await page.getByRole('main').getByRole('link', { name: thing, exact: true }).first().click();
    await page.getByRole('button', { name: button }).first().click();
    await see(dialog).toBeVisible();
  };
  /** A file in a separate folder that the screens may use. */
  const allowedFile = async (name: string): Promise<string> => {
    const folder = mkdtempSync('/tmp/atoll-allowed-');
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, name), 'x');
    await app.engine.folders.allow({ path: folder });
    return join(folder, name);
  };
  /** Finds a field by its label, which has a star if it is required. */
  const field = (label: string): Locator =>
    dialog.getByLabel(new RegExp(`^${label.replace(/[()]/g, '\\$&')}(\\s*\\*)?$`));
  const fill = async (fields: Record<string, string>): Promise<void> => {
    for (const [label, words] of Object.entries(fields)) await field(label).fill(words);
  };
  /** Each error is at its field, and all input is still there. */
  const complains = async (typed: Record<string, string>, said: Record<string, string | RegExp>): Promise<void> => {
    for (const [label, words] of Object.entries(said)) {
      await see(field(label), label).toHaveAttribute('aria-invalid', 'true');
      await see(page.locator(`[id="${await field(label).getAttribute('aria-describedby')}"]`), label).toContainText(
        words,
      );
    }
    for (const [label, words] of Object.entries(typed)) await see(field(label), label).toHaveValue(words);
  };
  const focus = (label: string) => see(field(label)).toBeFocused();
  const close = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await see(dialog).toBeHidden();
  };

  it('a network', async () => {
    await open('Networks', 'Create network');
    const typed = { Name: 'bond7', MTU: '5', Label: 'a b', Comment: 'kept' };
    await fill(typed);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await complains(typed, { Name: /must/i, MTU: /must/i, Label: /must|up to/i });
    await focus('Name');
    await fill({ Name: 'blue', MTU: '1500', Label: '' });
    await dialog.getByRole('button', { name: 'Create' }).click();
    await complains({ Name: 'blue', Comment: 'kept' }, { Name: 'already' });
    await focus('Name');
    await close();
  });

  it('a VM with a new network', async () => {
    await open('Virtual machines', 'Create VM');
    await field('nic1').selectOption({ label: 'New isolated network…' });
    const name = 'New network name';
    const typed = { Name: 'x'.repeat(300), [name]: 'bond7', 'Memory (MiB)': '5', CPUs: '0' };
    await fill(typed);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await complains(typed, { Name: /./, [name]: /./, 'Memory (MiB)': 'at least 32', CPUs: 'at least 1' });
    await fill({ CPUs: '9999', 'Memory (MiB)': '99999999' });
    await complains({}, { 'Memory (MiB)': 'at most', CPUs: 'at most' });
    // Nothing was sent: the form stays open.
    await focus('Memory (MiB)');
    await fill({ Name: 'web2', [name]: 'blue', 'Memory (MiB)': '', CPUs: '1' });
    await dialog.getByRole('button', { name: 'Create' }).click();
    await complains({ Name: 'web2', [name]: 'blue' }, { [name]: 'already' });
    await focus(name);
    await see(field('Name')).not.toHaveAttribute('aria-invalid', 'true');
    await close();
  });

  it('a VM to be installed, without its ISO', async () => {
    await open('Virtual machines', 'Create VM');
    await dialog.getByLabel('Boots from').selectOption({ label: 'Install from ISO' });
    await fill({ Name: 'web3' });
    await dialog.getByRole('button', { name: 'Create VM' }).click();
    // In the words of the contract, not of its library.
    await complains({ Name: 'web3' }, { 'Installer ISO': 'Must not be empty' });
    await close();
  });

  it('a disk outside the allowed folders, and a suggested one', async () => {
    const disk = await allowedFile('small.qcow2');
    await open('Virtual machines', 'Create VM');
    await dialog.getByLabel('Boots from').selectOption({ label: 'Disk on the host' });
    const path = field('Path on the host');
    await fill({ 'Path on the host': disk });
    await see(dialog).toContainText(dirname(disk));
    await see(path).toHaveAttribute('list', /./);
    const list = page.locator(`[id="${await path.getAttribute('list')}"] option`);
    await see(list).toHaveAttribute('value', disk);
    await fill({ Name: 'web3', 'Path on the host': '/etc/shadow' });
    await dialog.getByRole('button', { name: 'Create' }).click();
    await complains({ Name: 'web3' }, { 'Path on the host': 'in no folder that you allowed' });
    await close();
  });

  it('a host over SSH', async () => {
    await open('Hosts', 'Add host');
    await dialog.getByText('Over SSH').click();
    await dialog.getByLabel('Sign in with').selectOption('key');
    await dialog.getByText('More', { exact: true }).click();
    const key = await allowedFile('key');
    const typed = { Name: 'node2', Address: '127.0.0.1:1', 'Private key': key, Comment: 'kept' };
    await fill({ ...typed, Address: '' });
    await dialog.getByRole('button', { name: 'Next' }).click();
    await complains({ 'Private key': key }, { Address: /./ });
    await fill({ Address: '127.0.0.1:1' });
    await dialog.getByRole('button', { name: 'Next' }).click();
    await see(dialog.getByRole('alert')).toContainText('127.0.0.1:1');
    for (const part of [
      dialog.getByLabel('Address'),
      dialog.getByRole('alert'),
      // Without a user, that of this computer signs in.
      dialog.getByText(`ssh -p 1 ${userInfo().username}@127.0.0.1`),
    ])
      await see(part.last()).toBeInViewport();
    await see(dialog.getByRole('list', { name: 'Connection' }).getByText('Reach')).toBeVisible();
    await complains(typed, {});
    await close();
  });

  it('a snapshot', async () => {
    await app.engine.snapshots.add({ vms: ['web'], name: 'before' });
    await see.poll(async () => (await app.engine.vms.show({ vm: 'web' })).state).toBe('down');
    await open('Virtual machines', 'Take snapshot', 'web');
    await fill({ Name: ' ', Comment: 'kept' });
    await dialog.getByRole('button', { name: 'Take snapshot' }).click();
    await complains({ Comment: 'kept' }, { Name: 'not be empty' });
    await focus('Name');
    await fill({ Name: 'before' });
    await dialog.getByRole('button', { name: 'Take snapshot' }).click();
    await complains({ Name: 'before', Comment: 'kept' }, { Name: 'already' });
    await close();
  });

  it('an edited VM', async () => {
    await open('Virtual machines', 'Edit…', 'web');
    const typed = { Name: ' ', 'Memory (MiB)': '5', Comment: 'kept' };
    await fill(typed);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await complains(typed, { Name: 'not be empty', 'Memory (MiB)': 'at least 32' });
    await focus('Name');
    await close();
  });

  it('an edited host, without the error of a field that is edited', async () => {
    await open('Hosts', 'Edit…', 'node1');
    await fill({ Name: ' ', Comment: 'rack 2' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await complains({ Comment: 'rack 2' }, { Name: /./ });
    await app.engine.hosts.add({ name: 'taken', how: { kind: 'simulated' } });
    await fill({ Name: 'taken' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await complains({ Name: 'taken' }, { Name: 'already' });
    await see(dialog.getByRole('alert')).toBeVisible();
    await fill({ Name: 'node1' });
    await see(field('Name')).not.toHaveAttribute('aria-invalid', 'true');
    await see(dialog.getByRole('alert')).toBeHidden();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await see(dialog).toBeHidden();
    await see(page.getByText('rack 2')).toBeVisible();
  });

  it('Set up networks', async () => {
    await new Shell(page).go('Hosts');
    await page.getByRole('main').getByRole('link', { name: 'node1', exact: true }).click();
    await page.getByRole('tab', { name: 'Networks' }).click();
    await page.getByRole('button', { name: 'Set up networks…' }).click();
    await dialog.getByLabel('NIC of office').selectOption('eth1');
    await dialog.getByLabel('Address on office').selectOption('static');
    await fill({ 'Address and length': '300.1.2.3' });
    await complains({ 'Address and length': '300.1.2.3' }, { 'Address and length': 'prefix length' });
    await see(dialog.getByLabel('NIC of office')).toHaveValue('eth1');
    await close();
  });

  it('the backup rule', async () => {
    await open('Backups', 'Edit…');
    await fill({ 'Interval (hours)': '0', 'Backups to keep': '' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await complains({ 'Interval (hours)': '0' }, { 'Interval (hours)': /./, 'Backups to keep': /./ });
    await close();
  });

  it('cause no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
