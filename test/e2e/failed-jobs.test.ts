import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';

/** Nothing listens there: the job that adds such a host fails immediately. */
const NOBODY = { kind: 'ssh' as const, address: '127.0.0.1', port: 1 };

describe.skipIf(!hasChromium)('failed jobs (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let shell: Shell;

  beforeAll(async () => {
    app = await openApp();
    await app.engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } });
    await app.engine.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    ({ page, wrongs } = await openWindow({ viewport: { width: 1280, height: 720 } }));
    shell = new Shell(page);
    await signIn(page, app.door.link());
    await shell.go('Hosts');
    for (const name of ['lost1', 'lost2', 'lost3']) await app.engine.hosts.add({ name, how: NOBODY });
  });
  const failures = () => page.getByRole('list', { name: 'Failed jobs' }).getByRole('listitem');

  it('are listed with a link to their steps', async () => {
    await see(failures()).toHaveCount(3);
    await see(failures().first().getByRole('link', { name: 'Show steps' })).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  // Playwright refuses a click if another element covers the target's center.
  it('cover no button of a page, of its rows or of a dialog', async () => {
    const main = page.getByRole('main');
    for (const button of await main.getByRole('button').all()) await button.click({ trial: true });
    await page.getByRole('button', { name: 'Add host' }).click();
    await shell.dialog.getByText('Over SSH').click();
    for (const name of ['Next', 'Cancel']) await shell.dialog.getByRole('button', { name }).click({ trial: true });
    await page.keyboard.press('Escape');
    await shell.go('Map');
    await page.getByRole('button', { name: 'Fit' }).click({ trial: true });
  });

  it('disappear when dismissed, and return the space', async () => {
    const room = async () => (await page.getByRole('main').boundingBox())?.height ?? 0;
    const before = await room();
    for (let left = 3; left > 0; left--) {
      await failures().first().getByRole('button', { name: 'Close' }).click();
      await see(failures()).toHaveCount(left - 1);
    }
    await expect.poll(room).toBeGreaterThan(before);
  });

  it('cause no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
