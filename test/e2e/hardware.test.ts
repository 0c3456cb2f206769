import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, see } from './browser';
import { newFolder, openVirtualMachines, type VmsWindow } from './fixture';

describe.skipIf(!hasChromium)('hardware, in a browser (needs chromium)', () => {
  let { app, page, wrongs, vms, shell } = {} as VmsWindow;
  const folder = newFolder();
  const iso = join(folder, 'installer.iso');

  beforeAll(async () => {
    writeFileSync(iso, 'x');
    ({ app, page, wrongs, vms, shell } = await openVirtualMachines({
      prepare: (engine) => engine.folders.allow({ path: folder }),
    }));
  });

  it('is filled in by a preset, and each value can be changed', async () => {
    const form = await vms.openForm();
    await form.getByText('Hardware', { exact: true }).click();
    await see(form.getByText('The hardware of the tiny guest is fixed.')).toBeVisible();
    await form.getByLabel('Name', { exact: false }).first().fill('win');
    await form.getByLabel('Boots from').selectOption({ label: 'Install from ISO' });
    await form.getByLabel('Installer ISO').fill(iso);
    await form.getByLabel('Guest').selectOption({ label: 'Windows 11' });
    await see(form.getByLabel('TPM')).toHaveValue('2.0');
    await see(form.getByLabel('Firmware')).toHaveValue('uefi-secure');
    await see(form.getByLabel('NIC model')).toHaveValue('e1000e');
    await see(form.getByLabel('Clock')).toHaveValue('localtime');
    await see(form.getByLabel('Bus')).toHaveValue('sata');
    await see(form.getByLabel('Disk 1 (GiB)')).toHaveValue('64');
    await see(form.getByLabel('Memory (MiB)')).toHaveValue('4096');
    await form.getByLabel('Disk 1 (GiB)').fill('8');
    await form.getByLabel('Sound card').selectOption({ label: 'None' });
    await form.getByRole('button', { name: 'Create VM' }).click();
    await see(page.getByRole('heading', { level: 1, name: 'win' })).toBeVisible();
    await see(vms.head.getByText('Up', { exact: true })).toBeVisible();
    const [vm] = await app.engine.vms.list({});
    expect(vm).toMatchObject({
      ...{ memoryMiB: 4096, cpus: 2, disks: [{ bus: 'sata', sizeBytes: 8 * 1024 ** 3 }] },
      hardware: { firmware: 'uefi-secure', tpm: '2.0', nicModel: 'e1000e', clock: 'localtime', sound: 'none' },
    });
  });

  it('is changed while the VM is down, and says so while it runs', async () => {
    const edit = page.getByRole('button', { name: 'Edit hardware…' });
    await see(edit).toHaveAttribute('aria-disabled', 'true');
    await app.engine.vms.stop({ vm: 'win' });
    await see(edit).not.toHaveAttribute('aria-disabled', 'true');
    await edit.click();
    await shell.dialog.getByLabel('CPUs').fill('0');
    await shell.dialog.getByRole('button', { name: 'Save' }).click();
    await see(shell.dialog.getByText('Must be at least 1')).toBeVisible();
    await shell.dialog.getByLabel('CPUs').fill('3');
    await shell.dialog.getByLabel('Firmware').selectOption({ label: 'BIOS' });
    await shell.dialog.getByLabel('First boot device').selectOption({ label: 'CD drives' });
    await shell.dialog.getByRole('button', { name: 'Save' }).click();
    await see(shell.dialog).toHaveCount(0);
    await see(page.getByRole('main').getByText('BIOS', { exact: true })).toBeVisible();
    expect(await app.engine.vms.show({ vm: 'win' })).toMatchObject({
      ...{ cpus: 3, memoryMiB: 4096, hardware: { firmware: 'bios', bootFirst: 'cdrom', nicModel: 'e1000e' } },
    });
    await edit.click();
    await shell.dialog.getByLabel('Boot order').selectOption({ label: 'cd1 (CD drive)' });
    await shell.dialog.getByLabel('Add a device').selectOption({ label: 'nic1 (vNIC)' });
    await shell.dialog.getByRole('button', { name: 'Try nic1 (vNIC) earlier' }).click();
    await see(shell.dialog.getByRole('group', { name: 'Boot order' }).getByRole('listitem').first()).toContainText(
      'nic1',
    );
    await shell.dialog.getByRole('button', { name: 'Save' }).click();
    await see(page.getByRole('main').getByText('nic1 (vNIC), cd1 (CD drive)')).toBeVisible();
    expect((await app.engine.vms.show({ vm: 'win' })).hardware.bootOrder).toEqual(['vnic:nic1', 'cdrom:cd1']);
    await app.engine.undo.run({});
    await see(page.getByRole('main').getByText('nic1 (vNIC), cd1 (CD drive)')).toHaveCount(0);
    await app.engine.undo.run({});
    await see(page.getByRole('main').getByText('UEFI with Secure Boot', { exact: true })).toBeVisible();
    expect(wrongs).toEqual([]);
  });

  it('boots from the network first when the form of a new VM says so', async () => {
    await shell.go('Virtual machines');
    const form = await vms.openForm();
    await form.getByLabel('Name', { exact: false }).first().fill('thin');
    await form.getByLabel('Boots from').selectOption({ label: 'Network (PXE)' });
    await see(form.getByLabel('Disk 1 (GiB)')).toHaveValue('20');
    await form.getByRole('button', { name: 'Remove disk1' }).click();
    await see(form.getByText('Without a disk it boots')).toBeVisible();
    await form.getByText('Hardware', { exact: true }).click();
    await form.getByLabel('Machine type').selectOption({ label: 'i440FX (old guests)' });
    await form.getByRole('button', { name: 'Create VM' }).click();
    await see(page.getByRole('heading', { level: 1, name: 'thin' })).toBeVisible();
    expect(await app.engine.vms.show({ vm: 'thin' })).toMatchObject({
      ...{ boot: { kind: 'devices' }, cdroms: [], disks: [], hardware: { bootFirst: 'network', machine: 'i440fx' } },
    });
  });
});
