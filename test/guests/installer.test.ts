import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserDoor, startServer } from '../../server/start';
import { hasChromium, see, signIn } from '../e2e/browser';
import { openWindow } from '../e2e/fixture';
import { ConsoleScreen } from '../e2e/pages/console-screen';
import { Shell } from '../e2e/pages/shell';
import { VmScreens } from '../e2e/pages/vm-screens';
import { buildOnce } from '../support/build-once';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';

const NAME = 'tiny-installer.iso';
const SCRIPT = resolve('scripts/installer-iso.sh');
const here = await labHere();
const lacking = ['apt-get', 'busybox', 'grub-mkrescue', 'xorriso'].find(
  (tool) => spawnSync('which', [tool]).status !== 0,
);
const missing =
  here.vms ?? (hasChromium ? null : 'needs chromium') ?? (lacking === undefined ? null : `missing here: ${lacking}`);
/** A boot from CD takes half a minute of processor time without KVM. */
const BOOT = { timeout: 600_000 };

describe.skipIf(missing !== null)(`installing from a CD into a new disk, in a browser (${missing ?? 'ISO'})`, () => {
  let lab: LabApp;
  let door: BrowserDoor;
  let page: Page;
  let wrongs: string[];
  let shell: Shell;
  let vms: VmScreens;
  let terminal: ConsoleScreen;
  let folder: string;
  let iso: string;

  beforeAll(async () => {
    const built = buildOnce('installer-iso', SCRIPT, (folder) =>
      execFileSync('sh', [SCRIPT, join(folder, NAME)], { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    folder = mkdtempSync(join(tmpdir(), 'images-'));
    iso = join(folder, NAME);
    copyFileSync(join(built, NAME), iso);
    lab = await LabApp.open();
    await lab.done(lab.client.hosts.add({ name: 'lab', how: { kind: 'lab' } }));
    await lab.done(lab.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await lab.client.folders.allow({ path: folder });
    door = await startServer({ app: lab.app });
    ({ page, wrongs } = await openWindow());
    [shell, vms, terminal] = [new Shell(page), new VmScreens(page), new ConsoleScreen(page)];
    await signIn(page, door.link());
  });
  afterAll(async () => {
    await door?.close();
    await lab?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A picture for docs/guide/vms.md, if they are to be taken. */
  async function picture(name: string): Promise<void> {
    if (process.env['ATOLL_PICTURES'] === undefined) return;
    await page.screenshot({ path: resolve(`docs/pictures/guide/${name}.png`), animations: 'disabled' });
  }

  it('begins in one form: a CD and a size', async () => {
    await shell.go('Virtual machines');
    const form = await vms.openForm();
    await form.getByLabel('Name', { exact: false }).first().fill('desk');
    await form.getByLabel('Boots from').selectOption({ label: 'Install from ISO' });
    await form.getByLabel('Installer ISO').fill(iso);
    await form.getByLabel('Disk 1 (GiB)').fill('1');
    await form.getByLabel('Memory (MiB)').fill('512');
    await picture('vm-installer-form');
    await form.getByRole('button', { name: 'Create VM' }).click();
    await see(page.getByRole('heading', { level: 1, name: 'desk' })).toBeVisible();
  });

  it('boots the CD, for the empty disk is skipped, and installs', async () => {
    await page.getByRole('tab', { name: 'Console' }).click();
    await see(terminal.rows).toContainText('Install on it?', BOOT);
    await terminal.type('y');
    await see(terminal.rows).toContainText('Copying the system', BOOT);
    await picture('vm-installer-console');
  });

  it('restarts into the disk, with the CD still in its drive', async () => {
    await see(terminal.rows).toContainText('Installed system, booted from /dev/vda1 of 1023 MiB', BOOT);
    await picture('vm-installed-console');
    const { state, cdroms } = await lab.client.vms.show({ vm: 'desk' });
    expect([state, cdroms.map(({ path }) => path)]).toEqual(['up', [iso]]);
  });

  it('ejects the CD while the system runs, and boots the disk again', async () => {
    // The console shows earlier output again: what is there afterwards must be of another boot.
    await terminal.type('clear');
    await see(terminal.rows).not.toContainText('booted from');
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Eject' }).click();
    await see(page.getByRole('button', { name: 'Eject' })).toHaveCount(0);
    await lab.done(lab.client.vms.reset({ vm: 'desk' }));
    await page.getByRole('tab', { name: 'Console' }).click();
    await see(terminal.rows).toContainText('booted from /dev/vda1', BOOT);
    expect((await lab.client.vms.show({ vm: 'desk' })).cdroms).toMatchObject([{ path: null }]);
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
