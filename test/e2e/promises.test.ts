import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually';
import type { SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { MapScreen } from './pages/map-screen';
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
    await page.getByRole('button', { name: 'Add promise' }).first().click();
    await dialog().getByLabel('Promise').fill('web never');
    await see(dialog().getByText(/Can't read this sentence/)).toBeVisible();
    await dialog().getByLabel('Promise').fill(SENTENCE);
    await see(dialog().getByText('Now: Kept')).toBeVisible();
    await expect.poll(() => accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Add promise' }).click();
    await see(page.getByText('1 of 1 promise kept')).toBeVisible();
    await see(page.getByText(SENTENCE, { exact: true })).toBeVisible();
  });

  it('are verified live, predicted beside measured', async () => {
    await page.getByRole('button', { name: 'Verify live' }).click();
    await see(page.getByText('Live verification: all promises are kept')).toBeVisible();
    await see(page.getByRole('cell', { name: 'web → vault' }).first()).toBeVisible();
    await expect.poll(() => accessibilityFaults(page)).toEqual([]);
    await shot('promises-verified');
  });

  it('have a severity and a note, which can be changed', async () => {
    await page.getByRole('button', { name: `Edit: ${SENTENCE}` }).click();
    await see(dialog().getByRole('button', { name: 'Save' })).toBeDisabled();
    await dialog().getByLabel('Note').fill('agreed with the school');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await see(page.getByText('agreed with the school')).toBeVisible();
    expect(await app.engine.promises.list({})).toMatchObject([{ severity: 'refuse', note: 'agreed with the school' }]);
  });

  it('are about groups, which are created, changed and removed', async () => {
    await page.getByRole('button', { name: 'Create group…' }).click();
    await dialog().getByLabel('Name').fill('all of it');
    await dialog().getByLabel('Members').fill('web\nwub');
    await dialog().getByRole('button', { name: 'Create group' }).click();
    await see(
      dialog()
        .getByText(/no VM, network, host, label or group "wub"/)
        .first(),
    ).toBeVisible();
    await dialog().getByLabel('Members').fill('web\nnetwork:green');
    await expect.poll(() => accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Create group' }).click();
    await see(page.getByText('vm:web, network:green')).toBeVisible();
    await page.getByRole('button', { name: 'Edit group all of it' }).click();
    await dialog().getByLabel('Members').fill('web');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await see(page.getByText('vm:web', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Remove group all of it' }).click();
    await dialog().getByRole('button', { name: 'Remove group' }).click();
    await expect.poll(() => app.engine.promises.groups({})).toEqual([]);
  });

  it('refuse in a form what would break them, unless the user says so, and show the path on the map', async () => {
    const vnic = { vm: 'vault', network: 'blue' };
    const { preview } = await app.engine.vnics.add({ ...vnic, dryRun: true });
    expect(preview?.promises).toMatchObject([{ sentence: SENTENCE, state: 'broken' }]);
    await new Shell(page).go('Virtual machines');
    await page.getByRole('link', { name: 'vault', exact: true }).first().click();
    await page.getByRole('button', { name: 'Add vNIC…' }).click();
    await dialog().getByLabel('Network').selectOption({ label: 'blue' });
    await dialog().getByRole('button', { name: 'Add vNIC' }).click();
    await see(dialog().getByText(new RegExp(`This would break the promise "${SENTENCE}"`))).toBeVisible();
    await shot('promises-refused');
    await dialog().getByLabel('Break these promises').check();
    await dialog().getByRole('button', { name: 'Add vNIC' }).click();
    await see(dialog()).toHaveCount(0);
    const overridden = async () => (await app.engine.events.list({ limit: 1000 })).map(({ type }) => type);
    await expect.poll(overridden).toContain('promise.overridden');
    await new Shell(page).go('Promises');
    await see(page.getByText('0 of 1 promise kept')).toBeVisible();
    await see(page.getByText(/web reaches vault directly/).first()).toBeVisible();
    await page.getByRole('link', { name: 'Show on map' }).first().click();
    const overview = page.getByRole('complementary', { name: 'Overview' });
    await see(overview.getByText('0 of 1 promise kept')).toBeVisible();
    await see(overview.getByRole('link', { name: SENTENCE })).toBeVisible();
  });

  it('are signs on the map, which say what breaks them', async () => {
    const words = `Promise: ${SENTENCE} (broken)`;
    const status = page.getByRole('status').filter({ hasText: words });
    await see(status.getByText('web —blue on sim→ vault')).toBeVisible();
    await status.getByRole('button', { name: 'Clear' }).click();
    await see(status).toHaveCount(0);
    await page.getByRole('link', { name: words }).click();
    await see(status).toBeVisible();
    await expect.poll(() => accessibilityFaults(page)).toEqual([]);
    await shot('promises-fence');
  });

  it('are of the data center that is chosen', async () => {
    await app.engine.dataCenters.add({ name: 'west' });
    await app.engine.networks.add({ name: 'red', dataCenter: 'west', isIsolated: true });
    await new Shell(page).go('Promises');
    await page.getByRole('button', { name: 'Add promise' }).first().click();
    await dialog().getByLabel('Promise').fill('red has no external access');
    await see(dialog().getByText('has no VM, network, host, label or group "red"')).toBeVisible();
    await dialog().getByLabel('Data center').selectOption({ label: 'west' });
    await see(dialog().getByText('Now: Kept')).toBeVisible();
    await dialog().getByRole('button', { name: 'Add promise' }).click();
    await see(page.getByRole('heading', { name: 'west' })).toBeVisible();
    await see(page.getByText('red has no external access', { exact: true })).toBeVisible();
    await new Shell(page).go('Map');
  });

  it('answer a question on the map', async () => {
    await page.getByLabel('Find on the map').fill('web to vault');
    await see(page.getByText('web reaches vault directly', { exact: true })).toBeVisible();
    await see(page.getByText('web → vault: blue on sim')).toBeVisible();
    await shot('promises-map');
    await page.getByLabel('Find on the map').fill('');
    await new MapScreen(page).drag('web', new MapScreen(page).vm('vault').first());
    await see(page.getByText('web reaches vault directly', { exact: true })).toBeVisible();
    await see(page.getByLabel('Find on the map')).toHaveValue('web to vault');
    expect(wrongs).toEqual([]);
  });
});
