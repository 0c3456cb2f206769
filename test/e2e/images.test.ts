import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, see } from './browser';
import { newFolder, openVirtualMachines, type VmsWindow } from './fixture';

describe.skipIf(!hasChromium)('cloud images, in a browser (needs chromium)', () => {
  let { app, page, wrongs, vms, shell } = {} as VmsWindow;
  const folder = newFolder();
  const file = join(folder, 'cloud.raw');

  beforeAll(async () => {
    writeFileSync(file, Buffer.alloc(1024 * 1024));
    ({ app, page, wrongs, vms, shell } = await openVirtualMachines({
      prepare: (engine) => engine.folders.allow({ path: folder }),
    }));
  });

  it('leads from the form of a new VM to the images, and adds one', async () => {
    const form = await vms.openForm();
    await see(form.getByText('There is no image yet.')).toBeVisible();
    await form.getByRole('link', { name: 'Add image' }).click();
    await shell.dialog.getByLabel('File on the computer').fill(join(folder, 'nothing.raw'));
    await see(shell.dialog.getByLabel('Name')).toHaveValue('nothing');
    await shell.dialog.getByLabel('File on the computer').fill(file);
    await shell.dialog.getByRole('button', { name: 'Add image' }).click();
    await see(page.getByRole('row', { name: /cloud raw 1.0 MiB/ })).toBeVisible();
  });

  it('renames an image', async () => {
    await page.getByRole('button', { name: 'Rename cloud' }).click();
    await shell.dialog.getByLabel('Name').fill('debian');
    await shell.dialog.getByRole('button', { name: 'Rename' }).click();
    await see(page.getByRole('row', { name: /^debian/ })).toContainText('none');
  });

  it('configures the first boot of a VM, and shows the files that it will write', async () => {
    await page.getByRole('link', { name: 'Create a VM from debian' }).click();
    const form = shell.dialog;
    await see(form.getByLabel('Boots from')).toHaveValue('image');
    await form.getByLabel('Name', { exact: false }).first().fill('db');
    await form.getByLabel('Disk (GiB)').fill('5');
    await form.getByLabel('Copy of the image').selectOption('Full');
    await see(form.getByText('The first start copies the image')).toBeVisible();
    await form.getByLabel('Copy of the image').selectOption('Thin');
    await form.getByRole('button', { name: 'Create VM' }).click();
    await see(form.getByText('First-boot data need a user').first()).toBeVisible();
    await form.getByLabel('User', { exact: true }).fill('me');
    await form.getByLabel('Password').fill('secret 1');
    await form.getByLabel('SSH public keys').fill('-----BEGIN OPENSSH PRIVATE KEY-----');
    await see(form.getByText('This is a private key')).toBeVisible();
    await form.getByLabel('SSH public keys').fill('ssh-ed25519 AAAA me\nssh-rsa BBBB');
    await form.getByLabel('Address of nic1').fill('10.9.0.0/24');
    await see(form.getByText('Is the address of the network itself')).toBeVisible();
    await form.getByLabel('Address of nic1').fill('10.9.0.2/24, fd00::2/64');
    await form.getByLabel('Start immediately').uncheck();
    await form.getByText('Show the first-boot files').click();
    await see(form.getByText('hashed_passwd: "(hidden)"')).toBeVisible();
    await see(form.getByText('- "fd00::2/64"')).toBeVisible();
    await form.getByRole('button', { name: 'Create VM' }).click();
    await see(page.getByRole('heading', { level: 1, name: 'db' })).toBeVisible();
    const vm = await app.engine.vms.show({ vm: 'db' });
    expect(vm).toMatchObject({
      vnics: [{ assignedAddress: '10.9.0.2/24' }],
      boot: {
        diskBytes: 5 * 1024 ** 3,
        seed: {
          user: 'me',
          passwordHash: expect.stringMatching(/^\$6\$/) as string,
          sshKeys: ['ssh-ed25519 AAAA me', 'ssh-rsa BBBB'],
        },
      },
    });
  });

  it('clones a VM that is down, and makes an image of it', async () => {
    const stateOf = async (vm: string) => (await app.engine.vms.show({ vm })).state;
    await app.engine.vms.start({ vm: 'db' });
    await see.poll(() => stateOf('db')).toBe('up');
    await app.engine.vms.stop({ vm: 'db' });
    await see.poll(() => stateOf('db')).toBe('down');
    await vms.choose(page.getByRole('button', { name: 'More actions for db' }), 'Clone');
    await see(shell.dialog.getByLabel('Name')).toHaveValue('db-copy');
    await shell.dialog.getByLabel('Name').fill('db');
    await shell.dialog.getByRole('button', { name: 'Clone' }).click();
    await see(shell.dialog.getByText('already has a VM "db"').first()).toBeVisible();
    await shell.dialog.getByLabel('Name').fill('db-copy');
    await shell.dialog.getByRole('button', { name: 'Clone' }).click();
    await see.poll(() => stateOf('db-copy').catch(() => null)).toBe('down');
    await vms.choose(page.getByRole('button', { name: 'More actions for db' }), 'Make image');
    await shell.dialog.getByLabel('Name of the image').fill('of db');
    await shell.dialog.getByRole('button', { name: 'Make image' }).click();
    await shell.go('Images');
    await see(page.getByRole('row', { name: /^of db qcow2 .* 5.0 GiB none/ })).toBeVisible();
    await page.getByRole('button', { name: 'Add image' }).first().click();
    await shell.dialog.getByLabel('Source').selectOption({ label: 'The boot disk of db-copy' });
    await see(shell.dialog.getByLabel('Name')).toHaveValue('db-copy');
    await shell.dialog.getByRole('button', { name: 'Add image' }).click();
    await see(page.getByRole('row', { name: /^db-copy qcow2/ })).toBeVisible();
    await app.engine.vms.remove({ vm: 'db-copy' });
    for (const image of ['of db', 'db-copy']) await app.engine.images.remove({ image });
  });

  it('shows which VMs use an image, and does not remove it', async () => {
    await shell.go('Images');
    await see(page.getByRole('row', { name: /^debian/ }).getByRole('link', { name: 'db', exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Remove debian' }).click();
    await see(shell.dialog.getByText('is used by "db"').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await app.engine.vms.remove({ vm: 'db' });
    await see(page.getByRole('row', { name: /^debian/ })).toContainText('none');
    await page.getByRole('button', { name: 'Remove debian' }).click();
    await shell.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await see(page.getByText('No images yet')).toBeVisible();
  });

  it('shows no error of a script', () => {
    expect(wrongs).toEqual([]);
  });
});
