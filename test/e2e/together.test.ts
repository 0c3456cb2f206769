import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';
import { VmScreens } from './pages/vm-screens';

describe.skipIf(!hasChromium)(`VMs of one network on two hosts${hasChromium ? '' : ' (needs chromium)'}`, () => {
  let app: SimulatedApp;
  let page: Page;

  beforeAll(async () => {
    app = await openApp();
    const { engine } = app;
    for (const name of ['node1', 'node2', 'node3'])
      await settled(await engine.hosts.add({ name, how: { kind: 'simulated', delayMs: 5 } }));
    await settled(await engine.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await settled(await engine.networks.add({ name: 'office', clusters: ['Default'] }));
    const image = await engine.images.list();
    expect(image).toEqual([]);
    for (const [name, host] of [
      ['web', 'node1'],
      ['cache', 'node1'],
      ['db', 'node2'],
    ] as const) {
      const path = join(app.home, `${name}.qcow2`);
      writeFileSync(path, Buffer.alloc(1024));
      const boot = { kind: 'disk', path } as const;
      await settled(await engine.vms.add({ name, host, boot, vnics: [{ network: 'blue' }], start: true }));
    }
    await settled(await engine.vms.stop({ vm: 'db' }));
    ({ page } = await openWindow());
    await signIn(page, app.door.link());
  });
  async function settled({ job }: { job: string | null }): Promise<void> {
    if (job === null) return;
    for await (const state of await app.engine.jobs.follow({ job }))
      if (state.state === 'failed') throw new Error(state.error?.message);
  }
  const shoot = async (name: string): Promise<void> => {
    const folder = process.env['ATOLL_SHOTS'];
    if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
  };
  const hostOf = async (vm: string): Promise<string> => {
    const { hostId } = await app.engine.vms.show({ vm });
    return (await app.engine.hosts.show({ host: hostId ?? '' })).host.name;
  };
  const openVm = async (name: string): Promise<void> => {
    await new Shell(page).go('Virtual machines');
    await page.getByRole('link', { name, exact: true }).first().click();
  };

  it('have a warning on the pages of a VM and of the network', async () => {
    await openVm('web');
    const warning = page.getByText("web on node1 can't reach db on node2");
    await see(warning).toBeVisible();
    await shoot('vm-apart');
    expect(await accessibilityFaults(page)).toEqual([]);
    await new Shell(page).go('Networks');
    await page.getByRole('link', { name: 'blue', exact: true }).first().click();
    await see(page.getByText(/"blue" is on 2 islands that can't reach each other/)).toBeVisible();
    await shoot('network-apart');
  });

  it('show why not for each host when one is moved, and are moved with progress', async () => {
    await openVm('db');
    await new VmScreens(page).choose(page.getByRole('button', { name: 'More actions for db' }), 'Move to host…');
    const dialog = page.getByRole('dialog');
    await see(dialog.getByLabel('node1')).toBeChecked();
    await see(dialog.getByText('Best choice')).toBeVisible();
    await see(dialog.getByText('move the VM "db" from "node2" to "node1"')).toBeVisible();
    await shoot('move-dialog');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByLabel('node3').check();
    await dialog.getByRole('button', { name: 'Move' }).click();
    await see(dialog).toBeHidden();
    await see(page.getByRole('main').getByRole('link', { name: 'node3' })).toBeVisible({ timeout: 20_000 });
  });

  it('are moved here from the drawer of the map', async () => {
    await new Shell(page).go('Map');
    await page
      .getByRole('button', { name: 'web', exact: true })
      .first()
      .click()
      .catch(() => undefined);
    await page.keyboard.press('/');
    await page.keyboard.type('web');
    await page.keyboard.press('Enter');
    await see(page.getByRole('button', { name: 'Move db here…' })).toBeVisible();
    await shoot('map-drawer');
    await page.getByRole('button', { name: 'Move db here…' }).click();
    const dialog = page.getByRole('dialog');
    await see(dialog.getByLabel('node1')).toBeChecked();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('are placed together with one button, after a preview', async () => {
    await openVm('web');
    await page.getByRole('button', { name: 'Place together…' }).click();
    const dialog = page.getByRole('dialog');
    await see(dialog.getByText('move the VM "db" from "node3" to "node1"')).toBeVisible();
    await shoot('together-dialog');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Place together' }).click();
    await see(page.getByText("Can't reach all VMs on blue")).toBeHidden({ timeout: 20_000 });
    await expect.poll(() => hostOf('db')).toBe('node1');
  });

  it('show the reasons for each host in the form of a new VM', async () => {
    await new Shell(page).go('Virtual machines');
    const dialog = await new VmScreens(page).openForm();
    await see(dialog.getByText(/Currently node1: 2 VMs on its networks run there/)).toBeVisible();
    await dialog
      .getByLabel('vNIC 1')
      .selectOption({ label: 'office' })
      .catch(() => undefined);
    await shoot('create-vm');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });
});
