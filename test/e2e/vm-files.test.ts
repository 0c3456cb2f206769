import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, see } from './browser';
import { newFolder, openVirtualMachines, type VmsWindow } from './fixture';

describe.skipIf(!hasChromium)('VMs in files, in a browser (needs chromium)', () => {
  let { app, page, wrongs, vms, shell } = {} as VmsWindow;
  const folder = newFolder();
  const file = join(folder, 'old.ova');

  beforeAll(async () => {
    ({ app, page, wrongs, vms, shell } = await openVirtualMachines({
      prepare: async (engine) => {
        await engine.folders.allow({ path: folder });
        await engine.vms.add({
          ...{ name: 'old', boot: { kind: 'devices' }, disks: [{ sizeBytes: 1024 ** 3 }], memoryMiB: 640 },
          ...{ vnics: [{ network: 'blue' }], start: true },
        });
      },
    }));
    await page.getByRole('link', { name: 'old', exact: true }).click();
    await see(vms.head.getByText('Up', { exact: true })).toBeVisible();
  });

  it('are exported while they are down', async () => {
    await app.engine.vms.stop({ vm: 'old' });
    await see(vms.head.getByText('Down', { exact: true })).toBeVisible();
    await vms.choose(page.getByRole('button', { name: 'More actions for old' }), 'Export');
    const send = shell.dialog.getByRole('button', { name: 'Export VM' });
    await see(send).toBeDisabled();
    await shell.dialog.getByLabel('New file on the computer').fill(file);
    await send.click();
    await see(shell.dialog).toHaveCount(0);
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
  });

  it('are imported after the form has shown what a file describes', async () => {
    await shell.go('Virtual machines');
    await page.getByRole('button', { name: 'Import VM' }).click();
    writeFileSync(join(folder, 'bad.ova'), 'not an appliance');
    await shell.dialog.getByLabel('File on the computer').fill(join(folder, 'bad.ova'));
    await shell.dialog.getByLabel('File on the computer').fill(file);
    await see(shell.dialog.getByRole('status')).toContainText('old: 640 MiB, 1 CPU, 1 disk, 1 NIC');
    await shell.dialog.getByLabel('Name', { exact: true }).fill('new');
    await shell.dialog.getByRole('button', { name: 'Import VM' }).click();
    await see(shell.dialog).toHaveCount(0);
    await see(vms.row('new')).toBeVisible();
    await expect
      .poll(async () => (await app.engine.vms.show({ vm: 'new' })).disks.map(({ sizeBytes }) => sizeBytes))
      .toEqual([1024 ** 3]);
    const vm = await app.engine.vms.show({ vm: 'new' });
    expect(vm).toMatchObject({ memoryMiB: 640, vnics: [{ networkId: expect.any(String) as string }] });
    expect(wrongs).toEqual([]);
  });
});
