import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, see } from './browser';
import { newFolder, openVirtualMachines, type VmsWindow } from './fixture';

describe.skipIf(!hasChromium)('disks, in a browser (needs chromium)', () => {
  let { app, page, wrongs, vms, shell } = {} as VmsWindow;
  const folder = newFolder();
  const iso = join(folder, 'installer.iso');

  beforeAll(async () => {
    writeFileSync(iso, 'x');
    ({ app, page, wrongs, vms, shell } = await openVirtualMachines({
      prepare: (engine) => engine.folders.allow({ path: folder }),
    }));
  });

  const row = (name: string) => page.getByRole('listitem').filter({ hasText: `${name} ·` });

  it('come with an installer, 20 GiB by default, and a second one', async () => {
    const form = await vms.openForm();
    await form.getByLabel('Name', { exact: false }).first().fill('inst');
    await form.getByLabel('Boots from').selectOption({ label: 'Install from ISO' });
    await form.getByLabel('Installer ISO').fill(iso);
    await see(form.getByLabel('Disk 1 (GiB)')).toHaveValue('20');
    await form.getByRole('button', { name: 'Add disk' }).click();
    await form.getByLabel('Disk 2 (GiB)').fill('5');
    await form.getByLabel('Bus').nth(1).selectOption({ label: 'SATA (any guest)' });
    await form.getByRole('button', { name: 'Create VM' }).click();
    await see(page.getByRole('heading', { level: 1, name: 'inst' })).toBeVisible();
    await see(vms.head.getByText('Up', { exact: true })).toBeVisible();
    await see(row('disk1')).toContainText('20 GiB, virtio, qcow2');
    await see(row('disk2')).toContainText('5 GiB, sata, qcow2');
    await see(row('disk1')).toContainText('used');
    await see(page.getByText('are free on the host')).toBeVisible();
  });

  it('are made of a file while the VM runs; one on SATA needs a stop, and says so', async () => {
    await page.getByRole('button', { name: 'Add disk' }).click();
    await shell.dialog.getByLabel('Content').selectOption({ label: 'From a file' });
    await shell.dialog.getByRole('button', { name: 'Add disk' }).click();
    await see(shell.dialog.getByText('Enter the path of a file')).toBeVisible();
    await shell.dialog.getByLabel('File').fill(iso);
    await shell.dialog.getByLabel('Bus').selectOption({ label: 'SATA (any guest)' });
    await shell.dialog.getByRole('button', { name: 'Add disk' }).click();
    await see(shell.dialog.getByText('is on SATA, and the VM "inst" runs').first()).toBeVisible();
    await shell.dialog.getByLabel('Bus').selectOption({ label: 'SCSI (virtio-scsi)' });
    await shell.dialog.getByRole('button', { name: 'Add disk' }).click();
    await see(row('disk3')).toContainText('scsi, qcow2');
    await app.engine.disks.remove({ vm: 'inst', disk: 'disk3' });
    await see(row('disk3')).toHaveCount(0);
    await row('disk2').getByRole('button', { name: 'More actions' }).click();
    for (const name of [/^Move to another VM/, /^Remove/])
      await see(page.getByRole('menuitem', { name })).toContainText("A running VM can't gain or lose a disk on SATA");
    await page.keyboard.press('Escape');
  });

  it('are changed while the VM is down', async () => {
    await app.engine.vms.stop({ vm: 'inst' });
    const add = page.getByRole('button', { name: 'Add disk' });
    await add.click();
    await shell.dialog.getByLabel('Disk (GiB)').fill('');
    await shell.dialog.getByRole('button', { name: 'Add disk' }).click();
    await see(shell.dialog.getByText('Must be at least 1 MiB')).toBeVisible();
    await shell.dialog.getByLabel('Disk (GiB)').fill('999');
    await shell.dialog.getByRole('button', { name: 'Add disk' }).click();
    await see(shell.dialog.getByText('64 GiB are free').first()).toBeVisible();
    await shell.dialog.getByLabel('Disk (GiB)').fill('2');
    await shell.dialog.getByRole('button', { name: 'Add disk' }).click();
    await see(row('disk3')).toContainText('2 GiB, virtio, qcow2');
  });

  it('grow, and never shrink', async () => {
    await row('disk3').getByRole('button', { name: 'Grow' }).click();
    await shell.dialog.getByLabel('Disk (GiB)').fill('1');
    await shell.dialog.getByRole('button', { name: 'Grow' }).click();
    await see(shell.dialog.getByText("can't shrink").first()).toBeVisible();
    await shell.dialog.getByLabel('Disk (GiB)').fill('3.5');
    await shell.dialog.getByRole('button', { name: 'Grow' }).click();
    await see(row('disk3')).toContainText('3.5 GiB');
  });

  it('are removed with a preview, and undo restores one', async () => {
    await vms.choose(row('disk3').getByRole('button', { name: 'More actions' }), 'Remove');
    await see(shell.dialog.getByText('its file goes to the trash')).toBeVisible();
    await shell.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await see(row('disk3')).toHaveCount(0);
    await app.engine.undo.run({});
    await see(row('disk3')).toContainText('3.5 GiB');
    expect(wrongs).toEqual([]);
  });
});
