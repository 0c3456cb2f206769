import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually';
import type { SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';

const SENTENCE = 'web never reaches vault';

describe.skipIf(!hasChromium)('promises, in the open app (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  const picture = process.env['ATOLL_PICTURES'];
  const shot = async (name: string): Promise<void> => {
    if (picture !== undefined) await page.screenshot({ path: `${picture}/${name}.png` });
  };

  beforeAll(async () => {
    app = await openApp();
    ({ page, wrongs } = await openWindow());
    const { job } = await app.engine.hosts.add({ name: 'sim', how: { kind: 'simulated' } });
    const done = async () => job === null || (await app.engine.jobs.show({ job })).state === 'succeeded' || undefined;
    await eventually('the host', 20_000, done);
    for (const name of ['blue', 'green'])
      await app.engine.networks.add({ name, isIsolated: true, clusters: ['Default'] });
    const add = (name: string, network: string) =>
      app.engine.vms.add({ name, boot: { kind: 'tiny' }, vnics: [{ network }], start: true });
    await add('web', 'blue');
    await add('vault', 'green');
    const areUp = async () => (await app.engine.vms.list({})).every(({ state }) => state === 'up') || undefined;
    await eventually('two VMs', 20_000, areUp);
    await signIn(page, app.door.link());
    await new Shell(page).go('Promises');
  });
  const dialog = () => page.getByRole('dialog');

  it('are added as a sentence, which says where it is wrong and what it comes to', async () => {
    await page.getByRole('button', { name: 'Add promise…' }).click();
    await dialog().getByLabel('Promise').fill('web never');
    await see(dialog().getByText(/Can't read this sentence/)).toBeVisible();
    await dialog().getByLabel('Promise').fill(SENTENCE);
    await see(dialog().getByText('Now: Kept')).toBeVisible();
    await expect.poll(() => accessibilityFaults(page)).toEqual([]);
    await shot('promise-form');
    await dialog().getByRole('button', { name: 'Add promise' }).click();
    await see(page.getByText('1 of 1 promise kept')).toBeVisible();
    await see(page.getByText(SENTENCE, { exact: true })).toBeVisible();
  });

  it('are verified live, predicted beside measured', async () => {
    await page.getByRole('button', { name: 'Verify live' }).click();
    await see(page.getByText('Live verification: all promises are kept')).toBeVisible();
    await see(page.getByRole('cell', { name: 'web → vault' }).first()).toBeVisible();
    await expect.poll(() => accessibilityFaults(page)).toEqual([]);
    await shot('promise-verified');
  });

  it('appear in the preview of what would break them, and on the map with the path', async () => {
    const vnic = { vm: 'vault', network: 'blue' };
    const { preview } = await app.engine.vnics.add({ ...vnic, dryRun: true });
    expect(preview?.promises).toMatchObject([{ sentence: SENTENCE, state: 'broken' }]);
    await expect(app.engine.vnics.add(vnic)).rejects.toThrow(SENTENCE);
    await app.engine.vnics.add({ ...vnic, breakPromises: true });
    await see(page.getByText('0 of 1 promise kept')).toBeVisible();
    await see(page.getByText(/web reaches vault directly/).first()).toBeVisible();
    await shot('promise-broken');
    await page.getByRole('link', { name: 'Show on map' }).first().click();
    const overview = page.getByRole('complementary', { name: 'Overview' });
    await see(overview.getByText('0 of 1 promise kept')).toBeVisible();
    await see(overview.getByRole('link', { name: SENTENCE })).toBeVisible();
    await shot('promise-on-map');
  });

  it('answer a question on the map', async () => {
    await page.getByLabel('Find on the map').fill('web to vault');
    await see(page.getByText('web reaches vault directly', { exact: true })).toBeVisible();
    await see(page.getByText('web → vault: blue on sim')).toBeVisible();
    await shot('promise-ask');
    expect(wrongs).toEqual([]);
  });
});
