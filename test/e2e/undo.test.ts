import { beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, hasChromium, see } from './browser';
import { openVirtualMachines, type VmsWindow } from './fixture';

describe.skipIf(!hasChromium)('undo, in a browser (needs chromium)', () => {
  let { app, page, wrongs, vms, shell } = {} as VmsWindow;

  beforeAll(async () => {
    ({ app, page, wrongs, vms, shell } = await openVirtualMachines({
      prepare: (engine) => engine.vms.add({ name: 'web', vnics: [{ network: 'blue' }] }),
    }));
    await vms.row('web').getByRole('link', { name: 'web' }).click();
  });
  it('names the next undo in the status bar, and runs it by key', async () => {
    await vms.vnic('nic1').getByRole('button', { name: 'Unplug' }).click();
    await see(shell.undo).toHaveText('Undo: unplug web from blue');
    await page.keyboard.press('Control+z');
    await see(vms.vnic('nic1').getByText('Plugged', { exact: true })).toBeVisible();
    await see(shell.undo).toHaveText('Undo: create the VM web');
  });

  it('leaves the key to a focused text field', async () => {
    await page.getByRole('button', { name: 'Edit…' }).click();
    await shell.dialog.getByLabel('Name').fill('web2');
    await page.keyboard.press('Control+z');
    await shell.dialog.getByLabel('Name').fill('web2');
    await shell.dialog.getByRole('button', { name: 'Save' }).click();
    await see(page.getByRole('heading', { level: 1, name: 'web2' })).toBeVisible();
    await see(shell.undo).toHaveText('Undo: rename the VM web to web2');
    await shell.undo.click();
    await see(page.getByRole('heading', { level: 1, name: 'web', exact: true })).toBeVisible();
  });

  it('restores a removed VM, and asks before it removes one', async () => {
    await vms.choose(vms.head.getByRole('button', { name: 'More actions' }), 'Remove');
    await shell.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await see(page.getByRole('heading', { name: 'No virtual machines yet' })).toBeVisible();
    await see(shell.undo).toHaveText('Undo: remove the VM web');
    await page.keyboard.press('Control+z');
    await see(vms.row('web')).toBeVisible();
    await see(shell.undo).toHaveText('Undo: create the VM web');
    await page.keyboard.press('Control+z');
    await see(shell.dialog.getByText('remove the VM "web"')).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
    await shell.dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await app.engine.vms.list({})).toHaveLength(1);
  });

  it('never reaches past a start: it says what to do instead, and keeps earlier changes in the history', async () => {
    await vms.row('web').getByRole('link', { name: 'web' }).click();
    await vms.head.getByRole('button', { name: 'Start' }).click();
    const foot = page.getByRole('contentinfo');
    await see(foot.getByRole('button', { name: 'Shut down web' })).toBeVisible();
    await see(page.getByRole('status', { name: 'Finished jobs' })).toHaveText('Start VM web: succeeded');
    await see(shell.undo).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await see(foot.getByText("Start VM web: can't be undone. Shut down web instead.")).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await app.engine.vms.list({})).toHaveLength(1);
    await foot.getByRole('button', { name: 'Undo history' }).click();
    expect(await page.evaluate(() => document.documentElement.scrollTop)).toBe(0);
    await see(page.getByRole('menuitem', { name: 'Undo: create the VM web' })).toBeVisible();
    await page.keyboard.press('Escape');
  });

  it('takes a vNIC back at once, and offers to redo that', async () => {
    await app.engine.vnics.add({ vm: 'web', network: 'blue' });
    await see(shell.undo).toHaveText('Undo: add nic2 to web on blue');
    await page.keyboard.press('Control+z');
    await page.getByRole('contentinfo').getByRole('button', { name: 'Redo' }).click();
    await see(shell.undo).toHaveText('Undo: add nic2 to web on blue');
    await see(vms.vnic('nic2').getByText('Plugged', { exact: true })).toBeVisible();
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
