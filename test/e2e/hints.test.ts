import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';

describe.skipIf(!hasChromium)('remedies on the screens (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let shell: Shell;

  beforeAll(async () => {
    app = await openApp();
    const { engine } = app;
    for (const name of ['node1', 'node2']) await engine.hosts.add({ name, how: { kind: 'simulated', delayMs: 5 } });
    await engine.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await see.poll(async () => (await engine.hosts.list({})).every(({ state }) => state === 'up')).toBe(true);
    const vm = (name: string, host: string, start: boolean) =>
      engine.vms.add({ name, host, vnics: [{ network: 'blue' }], start });
    await vm('web', 'node1', true);
    await vm('db', 'node1', false);
    await vm('cache', 'node1', true);
    await vm('far', 'node2', false);
    await see.poll(async () => (await engine.vms.show({ vm: 'cache' })).state).toBe('up');
    await engine.vnics.unplug({ vm: 'cache', vnic: 'nic1' });
    ({ page, wrongs } = await openWindow());
    shell = new Shell(page);
    await signIn(page, app.door.link());
    await new MapScreen(page).vm('web').click();
  });
  const drawer = () => page.getByRole('complementary', { name: 'Selected' });
  const words = async () => (await drawer().textContent()) ?? '';

  it('show no CLI command in the drawer of the map', async () => {
    await see(drawer().getByRole('button', { name: 'Start db' })).toBeVisible();
    await see(drawer().getByRole('button', { name: 'Plug in nic1 of cache' })).toBeVisible();
    await see(drawer().getByRole('button', { name: 'Move far here…' })).toBeVisible();
    expect(await words()).not.toContain('atoll ');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('run directly where they are shown', async () => {
    await drawer().getByRole('button', { name: 'Start db' }).click();
    await expect.poll(async () => (await app.engine.vms.show({ vm: 'db' })).state).toBe('up');
    await drawer().getByRole('button', { name: 'Plug in nic1 of cache' }).click();
    await see(drawer().getByRole('button', { name: 'Plug in nic1 of cache' })).toBeHidden();
    const { vnics } = await app.engine.vms.show({ vm: 'cache' });
    expect(vnics[0]?.plugged).toBe(true);
  });

  it('link to the place where a refusal can be fixed', async () => {
    await shell.go('Networks');
    await page.getByRole('link', { name: 'blue' }).first().click();
    await page.getByRole('button', { name: 'Place together…' }).click();
    await see(shell.dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove…' }).first().click();
    await see(shell.dialog.getByRole('alert')).toBeVisible();
    expect(await shell.dialog.textContent()).not.toContain('atoll ');
  });

  it('open their dialog by URL', async () => {
    const { id } = await app.engine.vms.show({ vm: 'far' });
    await page.goto(new URL(`/vms/${id}?do=move`, page.url()).href);
    await see(shell.dialog.getByText('Move far to another host')).toBeVisible();
    await page.keyboard.press('Escape');
    await see(shell.dialog).toBeHidden();
    expect(new URL(page.url()).searchParams.get('do')).toBeNull();
  });

  it('show no CLI command in events and tooltips', async () => {
    const { engine } = app;
    await engine.vms.start({ vm: 'far' });
    await see.poll(async () => (await engine.vms.show({ vm: 'far' })).state).toBe('up');
    const reported = async () =>
      (await engine.networks.show({ network: 'blue' })).events.map(({ message }) => message.type);
    await expect.poll(reported).toContain('network.apart');
    const { id } = await engine.vms.show({ vm: 'far' });
    const { id: network } = (await engine.networks.show({ network: 'blue' })).network;
    const notice = page.getByText(/can't reach/).first();
    for (const path of [
      `/?at=network:${network}`,
      '/activity?tab=events',
      `/vms/${id}?tab=events`,
      `/networks/${network}?tab=events`,
    ]) {
      await page.goto(new URL(path, page.url()).href);
      await see(notice, path).toBeVisible();
      expect(await shownCommands(page), path).toEqual([]);
    }
    // What an event reports is dealt with by the notice on the overview of the network.
    await page.goto(new URL(`/networks/${network}`, page.url()).href);
    await page.getByRole('button', { name: 'Place together…' }).first().click();
    await see(shell.dialog).toContainText('blue');
    await page.keyboard.press('Escape');
  });

  it('open the question whether to remove a host by URL, with the reason why not', async () => {
    const { engine } = app;
    await engine.hosts.maintenance({ host: 'node2', stopVms: true });
    await see.poll(async () => (await engine.hosts.show({ host: 'node2' })).host.state).toBe('maintenance');
    const { id } = (await engine.hosts.show({ host: 'node2' })).host;
    await page.goto(new URL(`/hosts/${id}?do=remove`, page.url()).href);
    await see(shell.dialog.getByRole('alert')).toContainText('has the disks of "far"');
    await see(shell.dialog.getByRole('alert')).toContainText('Remove these VMs first.');
    expect(await shownCommands(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await see(shell.dialog).toBeHidden();
    expect(new URL(page.url()).searchParams.get('do')).toBeNull();
  });

  it('cause no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});

/** The commands that a page shows, in its text and its tooltips. */
const shownCommands = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const titles = [...document.querySelectorAll('[title]')].map((one) => one.getAttribute('title') ?? '');
    return [document.body.innerText, ...titles].flatMap((words) => words.match(/\batoll [a-z-]+.*/g) ?? []);
  });
