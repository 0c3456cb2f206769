import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';

/** The most key presses from nothing to a network whose VMs reach each other again; each character that is typed is one. */
const MOST = 60;

describe.skipIf(!hasChromium)('by keyboard alone (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let presses = 0;

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
    presses += keys.length;
  };
  /** Runs an action by the beginning of a word for it. */
  const run = async (word: string, label: string): Promise<void> => {
    // The frame has the focus again once the form is gone.
    await see(new Shell(page).dialog).toHaveCount(0);
    await press('Control+k');
    await see(page.getByRole('combobox', { name: 'Search or run a command' })).toBeFocused();
    await press(...word);
    await see(page.getByRole('listbox', { name: 'Results' }).getByRole('option', { selected: true })).toContainText(
      label,
    );
    await press('Enter');
    await see(new Shell(page).dialog.getByRole('textbox', { name: 'Name' })).toBeFocused();
  };

  beforeAll(async () => {
    app = await openApp();
    await app.engine.hosts.add({ name: 'host', how: { kind: 'simulated', delayMs: 5 } });
    ({ page, wrongs } = await openWindow());
    await signIn(page, app.door.link());
    await see(new Shell(page).count('Hosts')).toHaveText('1');
  });

  it('creates a network with three VMs', async () => {
    await run('isl', 'Create network');
    await press('n', 'Enter');
    await see(page.getByRole('heading', { level: 1, name: 'n' })).toBeVisible();
    for (const name of ['v1', 'v2', 'v3']) {
      await run('mach', 'Create VM');
      await press(...name, 'Enter');
      await see(page.getByRole('heading', { level: 1, name })).toBeVisible();
    }
    await expect.poll(async () => (await app.engine.vms.list({})).every(({ state }) => state === 'up')).toBe(true);
    const [n] = await app.engine.networks.list({});
    expect((await app.engine.vms.list({})).map(({ vnics }) => vnics.map(({ networkId }) => networkId))).toEqual([
      [n?.id],
      [n?.id],
      [n?.id],
    ]);
  });

  it('finds out why two of them cannot reach each other, and fixes it, within sixty presses in all', async () => {
    // Somebody disconnects the link of the second one.
    await app.engine.vnics.link({ vm: 'v2', vnic: 'nic1', up: false });
    const isLinked = async () => (await app.engine.vms.show({ vm: 'v2' })).vnics[0]?.linked;
    await expect.poll(isLinked).toBe(false);
    await press('g', 'm', '/', ...'v2', 'Enter');
    const map = new MapScreen(page);
    await see(map.vm('v2')).toBeFocused();
    await see(map.drawer.getByText('The link of nic1 of v2 on "n" is down')).toBeVisible();
    const remedy = map.drawer.getByRole('button', { name: 'Connect link of nic1 of v2' });
    await see(remedy).toBeVisible();
    const isThere = () => remedy.evaluate((button) => button === document.activeElement);
    while (!(await isThere()) && presses < MOST) await press('Tab');
    await press('Enter');
    await expect.poll(isLinked).toBe(true);
    await see(map.drawer.getByText('The link of nic1 of v2 on "n" is down')).toHaveCount(0);
    expect(presses).toBeLessThanOrEqual(MOST);
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
