import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';

/** Slow enough that a user (or this test) can press Cancel between two steps. */
const SLOW_MS = 1_500;

describe.skipIf(!hasChromium)('activity, in a browser (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let shell: Shell;

  beforeAll(async () => {
    app = await openApp();
    const { host } = await app.engine.hosts.add({ name: 'slow', how: { kind: 'simulated', delayMs: SLOW_MS } });
    await see
      .poll(async () => (await app.engine.hosts.show({ host: host.id })).host.state, { timeout: 20_000 })
      .toBe('up');
    ({ page } = await openWindow());
    shell = new Shell(page);
    await signIn(page, app.door.link());
    await shell.go('Activity');
  });
  it('shows a running job, in the status bar too, and cancels it', async () => {
    await app.engine.vms.add({ name: 'web', start: true });
    await see(shell.job.getByRole('progressbar')).toBeVisible();
    await page.getByRole('list', { name: 'Jobs' }).getByRole('button', { name: 'web' }).first().click();
    const part = page.getByRole('region', { name: 'Start VM web' });
    await part.getByRole('button', { name: 'Cancel' }).click();
    await see(part.getByText('Cancelled', { exact: true }).first()).toBeVisible({ timeout: 20_000 });
  });

  it('retries it as a new job, which succeeds', async () => {
    await page.getByRole('region', { name: 'Start VM web' }).getByRole('button', { name: 'Retry' }).click();
    await see(shell.job.getByText('succeeded')).toBeVisible({ timeout: 20_000 });
    await see.poll(async () => (await app.engine.vms.show({ vm: 'web' })).state, { timeout: 20_000 }).toBe('up');
  });

  it('filters events by time, severity and text, with all three in the URL', async () => {
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByLabel('Filter: Events').fill('slow');
    await see(page.getByRole('row').filter({ hasText: 'slow' }).first()).toBeVisible();
    await page.getByRole('combobox', { name: 'When', exact: true }).selectOption({ label: 'Last 10 minutes' });
    await see(page.getByRole('row').filter({ hasText: 'slow' }).first()).toBeVisible();
    expect(page.url()).toContain('since=minutes');
    await page.getByRole('button', { name: 'Errors' }).click();
    expect(page.url()).toContain('severity=error');
    expect(page.url()).toContain('q=slow');
  });
});
