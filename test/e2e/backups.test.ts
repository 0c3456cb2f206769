import { join } from 'node:path';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('backups, in the open app (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];

  beforeAll(async () => {
    app = await openApp();
    ({ page, wrongs } = await openWindow());
    await app.engine.networks.add({ name: 'blue', isIsolated: true });
    // Nothing listens there.
    const how = { kind: 'ssh', address: '127.0.0.1', user: 'root', port: 1 } as const;
    await app.engine.hosts.add({ name: 'node1', how });
    await signIn(page, app.door.link());
    await new Shell(page).go('Backups');
  });
  const names = async (): Promise<string[]> => (await app.now().networks.list({})).map(({ name }) => name).sort();
  const dialog = () => page.getByRole('dialog');

  it('are created now, and inspected', async () => {
    await page.getByRole('button', { name: 'Back up now' }).click();
    await see(page.getByText(/· manual ·/)).toBeVisible();
    await page.getByRole('button', { name: /^Verify / }).click();
    await see(page.getByText(/^Verified, .*1 network/)).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('are restored into the running app, and that is undone', async () => {
    await app.now().networks.add({ name: 'green', isIsolated: true });
    await page.getByRole('button', { name: /^Restore 2/ }).click();
    await see(dialog()).toContainText('1 network and 0 VMs');
    const line = 'the host "node1": root@127.0.0.1:1 over SSH, host key unknown';
    await see(dialog()).toContainText(`leave in maintenance until it is activated, ${line}`);
    await dialog().getByLabel('Connect the hosts in the backup').check();
    await see(dialog()).toContainText(`connect ${line}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByLabel('Connect the hosts in the backup').uncheck();
    await see(dialog()).toContainText('leave in maintenance');
    await dialog().getByRole('button', { name: 'Restore' }).click();
    await see(page.getByRole('button', { name: 'Undo restore…' })).toBeVisible();
    expect((await app.now().hosts.list({})).map(({ state }) => state)).toEqual(['maintenance']);
    expect(await names()).toEqual(['blue']);
    await see(new Shell(page).count('Networks')).toHaveText('1');

    await page.getByRole('button', { name: 'Undo restore…' }).click();
    await dialog().getByRole('button', { name: 'Undo', exact: true }).click();
    await see(new Shell(page).count('Networks')).toHaveText('2');
    expect(await names()).toEqual(['blue', 'green']);
  });

  it('are exported to a file and restored from one, and errors say why', async () => {
    await page.getByRole('button', { name: 'Back up to file…' }).click();
    await dialog()
      .getByLabel('Path on the computer')
      .fill(join(app.home, 'backups', 'mine.db'));
    await dialog().getByRole('button', { name: 'Back up' }).click();
    await see(dialog()).toBeHidden();
    await page.getByRole('button', { name: 'Restore from file…' }).click();
    await dialog().getByLabel('Path on the computer').fill('/etc/hostname');
    await dialog().getByRole('button', { name: 'Inspect file' }).click();
    await see(dialog()).toContainText('/etc/hostname');
    await see(dialog().getByRole('button', { name: 'Restore' })).toBeDisabled();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });

  it('are created by a rule', async () => {
    await page.getByRole('button', { name: 'Edit…' }).click();
    await dialog().getByLabel('Backups to keep').fill('0');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await see(dialog()).toBeVisible();
    await dialog().getByLabel('Backups to keep').fill('3');
    await dialog().getByLabel('Interval (hours)').fill('12');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await see(page.getByText('Every 12 hours, keeping the newest 3')).toBeVisible();
  });

  it('comply with the content security policy', () =>
    expect(wrongs.filter((words) => !/WebSocket|ERR_/.test(words))).toEqual([]));
});
