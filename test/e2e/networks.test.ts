import type { Browser, Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, newWindow, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { NetworkScreens } from './pages/network-screens';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('networks, in a browser (needs chromium)', () => {
  let app: SimulatedApp;
  let browser: Browser;
  let page: Page;
  let wrongs: string[];
  let networks: NetworkScreens;
  let shell: Shell;

  beforeAll(async () => {
    app = await openApp();
    await app.engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } });
    ({ browser, page, wrongs } = await openWindow());
    networks = new NetworkScreens(page);
    shell = new Shell(page);
    await signIn(page, app.door.link());
    await shell.go('Networks');
  });
  it('shows field errors before anything is sent', async () => {
    const form = await networks.openForm();
    await form.getByLabel(/^Name/).fill('bond7');
    await form.getByLabel('MTU').fill('67');
    await see(form.getByText('must not start with "bond"')).toBeVisible();
    await see(form.getByText('must be at least 68')).toBeVisible();
  });

  it('shows the VLAN only for a network that is not isolated', async () => {
    const form = shell.dialog;
    await see(form.getByLabel('VLAN tag')).toHaveCount(0);
    await form.getByLabel('Isolated').uncheck();
    await see(form.getByLabel('VLAN tag')).toBeVisible();
    await form.getByLabel('Isolated').check();
    await see(form.getByLabel('VLAN tag')).toHaveCount(0);
    await form.getByRole('button', { name: 'Cancel' }).click();
  });

  it('previews and creates an attached network, which is deployed shortly after', async () => {
    const form = await networks.openForm();
    await form.getByLabel(/^Name/).fill('blue');
    await form.getByRole('button', { name: 'Preview' }).click();
    await see(form.getByText('Planned changes')).toBeVisible();
    expect(await app.engine.networks.list({})).toEqual([]);
    await form.getByRole('button', { name: 'Create network' }).click();
    await see(page.getByRole('heading', { name: 'blue' })).toBeVisible();
    await see(networks.part('Hosts (1)').getByText('In sync')).toBeVisible();
  });

  it('shows the isolation check with its evidence, also with the live probe', async () => {
    await networks.tab('Isolation').click();
    await page.getByRole('button', { name: 'Check with probe' }).click();
    const host = networks.part('node1');
    await see(host.getByText('checks passed, probed')).toBeVisible();
    await see(host.getByText(/two guests reach each other/i)).toBeVisible();
    await see(page.getByText('verified on 1 of 1 host')).toBeVisible();
  });

  it('exports the certificate, as JSON and as a page without scripts', async () => {
    const json = JSON.parse(await networks.saved('Save as JSON')) as { format: string; verdict: string };
    expect(json).toMatchObject({ format: 'atoll.isolation-certificate/1', verdict: 'isolated' });
    const html = await networks.saved('Save as HTML');
    expect(html).toContain('Isolation of the network <bdi>blue</bdi>');
    expect(html).not.toContain('<script');
  });

  it('is accessible in dark and light', async () => {
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Switch to dark theme' }).click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Switch to light theme' }).click();
  });

  it('shows a refusal of the engine at its field', async () => {
    await shell.go('Networks');
    await networks.create('blue');
    await see(shell.dialog.getByLabel(/^Name/)).toHaveAttribute('aria-invalid', 'true');
    await shell.dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it("shows another window's changes without a reload", async () => {
    const other = await newWindow(browser);
    await signIn(other.page, app.door.link());
    await new Shell(other.page).go('Networks');
    await new NetworkScreens(other.page).create('green');
    await see(networks.row('green')).toBeVisible();
    await app.engine.networks.update({ network: 'green', comment: 'changed elsewhere' });
    await see(networks.row('green')).toContainText('changed elsewhere');
    await other.page.context().close();
  });

  it('keeps filter and sort in the URL', async () => {
    await page.getByLabel('Filter: Networks').fill('gre');
    await see(networks.row('blue')).toHaveCount(0);
    await page.reload();
    await see(page.getByLabel('Filter: Networks')).toHaveValue('gre');
    await see(networks.row('green')).toBeVisible();
  });

  it('previews a removal, then removes', async () => {
    await networks.row('green').getByRole('link', { name: 'green' }).click();
    await page.getByRole('button', { name: 'Remove…' }).click();
    await see(shell.dialog.getByText('Planned changes')).toBeVisible();
    await shell.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await see(page.getByRole('heading', { name: 'Networks' })).toBeVisible();
    await see(networks.row('green')).toHaveCount(0);
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
