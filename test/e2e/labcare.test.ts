import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('lab care, in a browser (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let shell: Shell;

  beforeAll(async () => {
    app = await openApp();
    await app.engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } });
    await app.engine.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await see.poll(async () => (await app.engine.hosts.list({}))[0]?.state).toBe('up');
    for (const name of ['web', 'db'])
      await app.engine.vms.add({ name, host: 'node1', vnics: [{ network: 'blue' }], start: true });
    ({ page, wrongs } = await openWindow());
    shell = new Shell(page);
    await signIn(page, app.door.link());
    await shell.go('Hosts');
    await page.getByRole('main').getByRole('link', { name: 'node1', exact: true }).click();
    await page.getByRole('tab', { name: 'Snapshots' }).click();
  });
  const row = (name: string) =>
    page
      .locator('.rows > li')
      .filter({ hasText: name })
      .filter({ has: page.getByRole('button', { name: 'Revert' }) });
  const stateOf = async (vm: string) => (await app.engine.vms.show({ vm })).state;

  it('takes a snapshot, and validates its name in the form', async () => {
    await see.poll(() => stateOf('db')).toBe('up');
    await page.getByRole('button', { name: 'Take snapshot' }).click();
    await shell.dialog.getByRole('button', { name: 'Take snapshot' }).click();
    await see(shell.dialog.getByText('must not be empty')).toBeVisible();
    await shell.dialog.getByLabel('Name').fill('lesson <b>1</b>');
    await shell.dialog.getByLabel(/Make it the start snapshot/).check();
    await shell.dialog.getByRole('button', { name: 'Take snapshot' }).click();
    await see(row('lesson <b>1</b>')).toContainText('2 with memory');
    await see(row('lesson <b>1</b>').getByText('Start snapshot', { exact: true })).toBeVisible();
    await see(row('lesson <b>1</b>').getByRole('button', { name: 'Revert' })).not.toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  it('reverts, after showing what is lost', async () => {
    await app.engine.vms.stop({ vm: 'web' });
    await see.poll(() => stateOf('web')).toBe('down');
    await row('lesson').getByRole('button', { name: 'Revert' }).click();
    await see(shell.dialog.getByLabel('Planned changes')).toContainText(
      'stop web, db; changes since the snapshot are lost',
    );
    await shell.dialog.getByRole('button', { name: 'Revert' }).click();
    await see.poll(() => stateOf('web')).toBe('up');
  });

  it('clones several times, and previews the names', async () => {
    await page.getByRole('button', { name: 'Clone…' }).click();
    await shell.dialog.getByLabel('Copies', { exact: true }).fill('99');
    await see(shell.dialog.getByText('must be 1 to 50').first()).toBeVisible();
    await shell.dialog.getByLabel('Copies', { exact: true }).fill('2');
    await see(shell.dialog.getByLabel('Planned changes')).toContainText('create the isolated networks blue-2, blue-3');
    await shell.dialog.getByRole('button', { name: 'Clone', exact: true }).click();
    await see.poll(async () => (await app.engine.vms.list({})).map(({ name }) => name)).toContain('db-3');
    await see.poll(() => stateOf('db-3')).toBe('up');
  });

  it('resets to the start', async () => {
    await app.engine.vms.stop({ vm: 'db' });
    await see.poll(() => stateOf('db')).toBe('down');
    await page.getByRole('button', { name: 'Reset…' }).click();
    await see(shell.dialog.getByLabel('Planned changes')).toContainText('leave web-2 unchanged');
    await shell.dialog.getByRole('button', { name: 'Reset', exact: true }).click();
    await see.poll(() => stateOf('db')).toBe('up');
  });

  it("shows a VM's snapshots, and removes one", async () => {
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('tab', { name: /Virtual machines/ }).click();
    await page.getByRole('link', { name: 'web', exact: true }).click();
    await row('lesson').getByRole('button', { name: 'Delete' }).click();
    await shell.dialog.getByRole('button', { name: 'Delete' }).click();
    await see(page.getByText('No snapshots yet.', { exact: false }).last()).toBeVisible();
    expect(await app.engine.snapshots.list({})).toEqual([]);
    expect(wrongs).toEqual([]);
  });
});
