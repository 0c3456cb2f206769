import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gap, makeGap, noGap } from '../support/gap';
import { builtProgram, type Program } from '../support/program';
import { StartedApp } from '../support/started-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openWindow } from './fixture';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium || noGap !== null)('doctor (needs chromium, slirp4netns and apt-get)', () => {
  const home = mkdtempSync(join(tmpdir(), 'atoll-e2e-'));
  let program: Program;
  let gap: Gap;
  let app: StartedApp;
  let page: Page;
  let wrongs: string[];
  let shell: Shell;

  beforeAll(async () => {
    program = builtProgram();
    gap = makeGap();
    app = await StartedApp.open(program, { home, ...gap });
    ({ page, wrongs } = await openWindow());
    shell = new Shell(page);
    await signIn(page, app.link);
    await shell.go('Doctor');
  });
  afterAll(async () => {
    await app.stop();
    gap.remove();
    program.remove();
    rmSync(home, { recursive: true, force: true });
  });

  const remedy = 'apt-get install --yes --no-install-recommends slirp4netns';

  it('shows a gap with its remedy as a command that can be copied', async () => {
    const gaps = page.getByRole('list', { name: 'Checks' }).getByRole('listitem').filter({ hasText: 'slirp4netns' });
    await see(gaps.getByText('slirp4netns not found')).toBeVisible({ timeout: 30_000 });
    await see(gaps.getByLabel('Command')).toHaveValue(remedy);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('shows the whole command before it runs it', async () => {
    await page.getByRole('button', { name: 'Run the fix for slirp4netns' }).click();
    await see(shell.dialog.getByText(`run ${remedy}`)).toBeVisible({ timeout: 30_000 });
    await shell.dialog.getByRole('button', { name: 'Cancel' }).click();
    await see(page.getByRole('region', { name: 'Fixes that were run' })).toHaveCount(0);
  });

  it('runs it as a job, shows its output, and checks again automatically', async () => {
    await page.getByRole('button', { name: 'Run the fix for slirp4netns' }).click();
    await shell.dialog.getByRole('button', { name: 'Run', exact: true }).click();
    const run = page.getByRole('region', { name: 'Fixes that were run' });
    await see(run.getByText('Setting up slirp4netns (9.8.7)')).toBeVisible({ timeout: 30_000 });
    const inOrder = page.getByRole('region', { name: 'Passed' }).getByRole('listitem');
    await see(inOrder.filter({ hasText: 'slirp4netns' })).toContainText('9.8.7', { timeout: 30_000 });
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
