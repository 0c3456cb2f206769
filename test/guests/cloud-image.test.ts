import { execFileSync, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserDoor, startServer } from '../../server/start';
import { hasChromium, see, signIn } from '../e2e/browser';
import { openWindow } from '../e2e/fixture';
import { ConsoleScreen } from '../e2e/pages/console-screen';
import { Shell } from '../e2e/pages/shell';
import { buildOnce } from '../support/build-once';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';

const SCRIPT = resolve('scripts/cloud-image.sh');
const here = await labHere();
const missing =
  here.vms ??
  (hasChromium ? null : 'needs chromium') ??
  (process.getuid?.() === 0 ? null : 'needs root') ??
  (spawnSync('which', ['mmdebstrap']).status === 0 ? null : 'missing here: mmdebstrap');
/** A boot takes about two minutes of processor time without KVM. */
const BOOT = { timeout: 840_000 };
const PASSWORD = 'correct horse';

describe.skipIf(missing !== null)(`cloud images with real guests, in a browser (${missing ?? 'Debian'})`, () => {
  let lab: LabApp;
  let door: BrowserDoor;
  let page: Page;
  let wrongs: string[];
  let shell: Shell;
  let terminal: ConsoleScreen;
  let image: string;

  beforeAll(async () => {
    image = join(
      buildOnce('cloud-image', SCRIPT, (folder) =>
        execFileSync('sh', [SCRIPT, join(folder, 'debian-13.qcow2')], { stdio: ['ignore', 'ignore', 'inherit'] }),
      ),
      'debian-13.qcow2',
    );
    lab = await LabApp.open();
    await lab.done(lab.client.hosts.add({ name: 'lab', how: { kind: 'lab' } }));
    await lab.done(lab.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await lab.client.folders.allow({ path: join(image, '..') });
    door = await startServer({ app: lab.app });
    ({ page, wrongs } = await openWindow());
    [shell, terminal] = [new Shell(page), new ConsoleScreen(page)];
    await signIn(page, door.link());
  });
  afterAll(async () => {
    await door?.close();
    await lab?.dispose();
  });

  /** A picture for docs/guide/vms.md, if they are to be taken. */
  async function picture(name: string): Promise<void> {
    if (process.env['ATOLL_PICTURES'] === undefined) return;
    await page.screenshot({ path: resolve(`docs/pictures/guide/${name}.png`), animations: 'disabled' });
  }

  async function create(name: string, address: string, prepare: () => Promise<void> = () => Promise.resolve()) {
    await shell.go('Images');
    await page.getByRole('link', { name: 'Create a VM from debian-13' }).click();
    const form = shell.dialog;
    await form.getByLabel('Name', { exact: false }).first().fill(name);
    await form.getByLabel('Memory (MiB)').fill('512');
    await form.getByLabel('Disk (GiB)').fill('5');
    await form.getByLabel('User', { exact: true }).fill('me');
    await form.getByLabel('Password').fill(PASSWORD);
    await form.getByLabel('Address of nic1').fill(address);
    await prepare();
    await form.getByRole('button', { name: 'Create VM' }).click();
    await see(page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  async function logIn(): Promise<void> {
    await page.getByRole('tab', { name: 'Console' }).click();
    await see(terminal.rows).toContainText('login:', BOOT);
    await terminal.type('me');
    await see(terminal.rows).toContainText('Password:');
    await terminal.type(PASSWORD);
    await see(terminal.rows).toContainText('me@', BOOT);
  }

  it('adds the image', async () => {
    await shell.go('Images');
    await page.getByRole('button', { name: 'Add image' }).first().click();
    await shell.dialog.getByLabel('File on the computer').fill(image);
    await shell.dialog.getByRole('button', { name: 'Add image' }).click();
    await see(page.getByRole('row', { name: /debian-13 qcow2/ })).toBeVisible(BOOT);
  });

  it('boots two VMs from it, with a user and an address each', async () => {
    await create('web', '10.9.0.2/24');
    await create('db', '10.9.0.3/24', async () => {
      await shell.dialog.getByText('Show the first-boot files').scrollIntoViewIfNeeded();
      await picture('vm-cloud-image-form');
    });
  });

  it('logs in on the console: the address is set and the disk has grown', async () => {
    await logIn();
    await terminal.type('clear; ip -br -4 a; df -BG --output=size / ; hostname');
    await see(terminal.rows).toContainText('10.9.0.3/24');
    await see(terminal.rows).toContainText('5G');
    await see(terminal.rows).toContainText('db');
  });

  it('logs in from one guest to the other by ssh', async () => {
    await terminal.type(
      'clear; until (echo >/dev/tcp/10.9.0.2/22) 2>/dev/null; do sleep 5; done; ssh -o StrictHostKeyChecking=no me@10.9.0.2',
    );
    await see(terminal.rows).toContainText("me@10.9.0.2's password:", BOOT);
    await terminal.type(PASSWORD);
    await see(terminal.rows).toContainText('me@web', BOOT);
    await terminal.type('clear; ip -br -4 a');
    await see(terminal.rows).toContainText('10.9.0.2/24');
    await picture('vm-cloud-image-console');
  });

  it('shows what the guest agent reports', async () => {
    await page.getByRole('tab', { name: 'Overview' }).click();
    await see(page.getByText('Debian GNU/Linux 13').first()).toBeVisible(BOOT);
    await picture('vm-cloud-image-page');
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
