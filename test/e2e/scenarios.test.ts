import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('a simulated data center by name (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];

  beforeAll(async () => {
    app = await openApp();
    ({ page, wrongs } = await openWindow());
    await signIn(page, app.door.link());
  });
  it('is selected in the first run, and its three hosts are on the map, labelled', async () => {
    await page.getByRole('combobox', { name: 'Scenario' }).selectOption({ value: 'three-hosts' });
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create simulated demo' }).click();
    const map = new MapScreen(page);
    for (const name of ['three-1', 'three-2', 'three-3'])
      await see(map.frame.getByRole('heading', { name })).toBeVisible();
    for (const name of ['web1', 'web2', 'web3', 'teacher']) await see(map.vm(name)).toBeVisible();
    await see(map.island('front')).toHaveCount(3);
    await see(new Shell(page).count('Virtual machines')).toHaveText('23');
    await see(page.getByRole('banner').getByText('Simulated')).toBeVisible();
  });

  it('is reset with one click, without what was added to it', async () => {
    await app.engine.vms.add({ name: 'mine', cluster: 'three-hosts', vnics: [{ network: 'front' }] });
    const shell = new Shell(page);
    await see(shell.count('Virtual machines')).toHaveText('24');
    await shell.go('Doctor');
    await page.getByRole('button', { name: 'Reset scenario Three hosts' }).click();
    await see(shell.job).toContainText('Reset the scenario "Three hosts"');
    await see(shell.count('Virtual machines')).toHaveText('23');
    await see(page.getByRole('button', { name: 'Reset scenario Three hosts' })).toBeEnabled();
  });

  it('exists beside another one, and is removed alone', async () => {
    await page.getByRole('button', { name: 'Create Collaborative group' }).click();
    const shell = new Shell(page);
    await see(shell.count('Virtual machines')).toHaveText('32');
    await page.getByRole('button', { name: 'Remove Three hosts' }).click();
    await see(shell.dialog).toContainText('remove the data center "three-hosts" and everything in it');
    await shell.dialog.getByRole('button', { name: 'Remove' }).click();
    await see(shell.count('Virtual machines')).toHaveText('9');
    await see(page.getByRole('button', { name: 'Create Three hosts' })).toBeVisible();
    await shell.go('Map');
    await see(new MapScreen(page).vm('gateway')).toBeVisible();
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
