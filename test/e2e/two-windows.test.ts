import type { Browser } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { hasChromium, launch, newWindow, see, signIn } from './browser';
import { closeAtEnd, openApp } from './fixture';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';
import { VmScreens } from './pages/vm-screens';

/** More than an island shows before it collapses. */
const CROWD = 14;
const LAST = `vm${CROWD}`;

describe.skipIf(!hasChromium)('two windows on one engine (needs chromium)', () => {
  let app: SimulatedApp;
  let browser: Browser;
  let one: Awaited<ReturnType<typeof newWindow>>;
  let other: Awaited<ReturnType<typeof newWindow>>;

  beforeAll(async () => {
    app = await openApp();
    const { engine } = app;
    await engine.hosts.add({ name: 'node1', how: { kind: 'simulated', delayMs: 5 } });
    await engine.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    for (let i = 1; i <= CROWD; i += 1)
      await engine.vms.add({ name: `vm${i}`, host: 'node1', vnics: [{ network: 'blue' }] });
    browser = await launch();
    closeAtEnd(() => browser.close());
    one = await newWindow(browser);
    // A separate context: the browser shares nothing, and another size would arrange the map differently.
    other = await newWindow(browser, { viewport: { width: 1920, height: 1080 } });
    for (const { page } of [one, other]) await signIn(page, app.door.link());
  });
  it("show each other's changes", async () => {
    const vms = new VmScreens(one.page);
    await new Shell(one.page).go('Virtual machines');
    await vms.row('vm1').getByRole('link', { name: 'vm1', exact: true }).click();
    await see(new MapScreen(other.page).vm('vm1').getByLabel('Down')).toBeVisible();
    await vms.head.getByRole('button', { name: 'Start' }).click();
    await see(new MapScreen(other.page).vm('vm1').getByLabel('Up')).toBeVisible();
    await new Shell(one.page).go('Map');
  });

  it('have the same arrangement: what is expanded in one is expanded in the other, permanently', async () => {
    const [here, there] = [new MapScreen(one.page), new MapScreen(other.page)];
    await see(there.more).toBeVisible();
    await see(there.vm(LAST)).toHaveCount(0);
    await here.more.click();
    await see(here.vm(LAST)).toBeVisible();
    await see(there.vm(LAST)).toBeVisible();
    const placeOf = async (map: MapScreen) => map.vm(LAST).evaluate((chip) => chip.getAttribute('style'));
    const areSame = async () => (await placeOf(there)) === (await placeOf(here));
    await expect.poll(areSame).toBe(true);
    await one.page.reload();
    await see(here.vm(LAST)).toBeVisible();
    await expect.poll(areSame).toBe(true);
  });

  it('cause no script error and no content policy violation', () => {
    expect([...one.wrongs, ...other.wrongs]).toEqual([]);
  });
});
