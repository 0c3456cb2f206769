import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('the palette, in a browser (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let shell: Shell;

  beforeAll(async () => {
    app = await openApp();
    await app.engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } });
    await app.engine.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    for (const name of ['web', 'web2']) await app.engine.vms.add({ name, vnics: [{ network: 'blue' }] });
    ({ page, wrongs } = await openWindow());
    shell = new Shell(page);
    await signIn(page, app.door.link());
    await see(shell.count('Virtual machines')).toHaveText('2');
  });
  it('runs an action by its CLI command', async () => {
    await shell.find('vm start web');
    await expect.poll(async () => (await app.engine.vms.show({ vm: 'web' })).state).toBe('up');
  });

  it('opens an object by its name', async () => {
    await shell.find('blue');
    await see(page.getByRole('heading', { level: 1, name: 'blue' })).toBeVisible();
  });

  it('finds the words in any order, synonyms, addresses and similar names, and says when there is nothing', async () => {
    await page.keyboard.press('Control+k');
    const first = page.getByRole('listbox', { name: 'Results' }).getByRole('option').first();
    const input = page.getByRole('combobox', { name: 'Search or run a command' });
    const [vnic] = (await app.engine.vms.show({ vm: 'web2' })).vnics;
    for (const [typed, label] of [
      ['web2 start', 'Start web2'],
      ['ssh', 'Add host'],
      [vnic!.mac, 'web2'],
      ['wbe2', 'web2'],
    ] as const) {
      await input.fill(typed);
      await see(first).toContainText(label);
    }
    await input.fill('qqqqqq');
    await see(page.locator('.finder-empty').getByText('Nothing found for "qqqqqq".')).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
    await input.fill('web2');
    await see(first).toContainText('web2');
    await page.keyboard.press('Escape');
  });

  it('asks before destructive actions, and shows why something is not possible now', async () => {
    await shell.find('vm remove web2');
    await see(shell.dialog.getByText('Planned changes')).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('vm remove web');
    await see(page.getByRole('option').filter({ hasText: 'The VM is up' })).toHaveAttribute('aria-disabled', 'true');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await app.engine.vms.list({})).toHaveLength(2);
  });

  it('lists the shortcuts, and they work', async () => {
    await page.keyboard.press('?');
    await see(shell.dialog.getByText('Search or run a command')).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await see(page.getByRole('heading', { level: 1, name: 'Hosts' })).toBeVisible();
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
