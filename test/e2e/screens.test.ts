import type { Browser } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSimulatedApp, type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, launch, newWindow, see, signIn } from './browser';
import { closeAtEnd, openApp } from './fixture';
import { MapScreen } from './pages/map-screen';
import { type ScreenName, Shell } from './pages/shell';

const SCREENS: readonly ScreenName[] = ['Map', 'Networks', 'Hosts', 'Virtual machines', 'Activity', 'Doctor'];

describe.skipIf(!hasChromium)('every screen (needs chromium)', () => {
  let app: SimulatedApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await openApp();
    await app.engine.demo.add({ simulated: true });
    browser = await launch();
    closeAtEnd(() => browser.close());
  });
  it.each(['light', 'dark'] as const)(
    'passes axe in the %s theme, on details and in dialogs too',
    async (colorScheme) => {
      const { page, wrongs } = await newWindow(browser, { colorScheme });
      const shell = new Shell(page);
      await signIn(page, app.door.link());
      const faults: string[] = [];
      const look = async (where: string): Promise<void> => {
        for (const fault of await accessibilityFaults(page)) faults.push(`${where}: ${fault}`);
      };
      for (const screen of SCREENS) {
        await shell.go(screen);
        await page.waitForTimeout(400);
        await look(screen);
      }
      await shell.go('Map');
      await new MapScreen(page).vm('gw').click();
      await look('Map, gw selected');
      for (const [screen, name] of [
        ['Networks', 'blue'],
        ['Hosts', 'simulated'],
        ['Virtual machines', 'gw'],
      ] as const) {
        await shell.go(screen);
        await page.getByRole('main').getByRole('link', { name, exact: true }).first().click();
        await see(page.getByRole('heading', { level: 1, name })).toBeVisible();
        await look(`${screen}: ${name}`);
      }
      for (const [screen, button] of [
        ['Networks', 'Create network'],
        ['Hosts', 'Add host'],
        ['Virtual machines', 'Create VM'],
      ] as const) {
        await shell.go(screen);
        await page.getByRole('button', { name: button }).click();
        await see(shell.dialog).toBeVisible();
        await look(`${screen}: ${button}`);
        await page.keyboard.press('Escape');
      }
      expect(faults).toEqual([]);
      expect(wrongs).toEqual([]);
      await page.context().close();
    },
  );

  it('can be reached by keyboard', async () => {
    const { page } = await newWindow(browser);
    await signIn(page, app.door.link());
    await see(new MapScreen(page).vm('web')).toBeVisible();
    await new Shell(page).find('green');
    await see(page.getByRole('heading', { level: 1, name: 'green' })).toBeVisible();
    await page.context().close();
  });

  it('keeps its content while the engine is unreachable, and says so', async () => {
    const other = await openSimulatedApp();
    await other.engine.demo.add({ simulated: true });
    const { page } = await newWindow(browser);
    await signIn(page, other.door.link());
    await see(new MapScreen(page).vm('web')).toBeVisible();
    await other.close();
    await see(new Shell(page).away).toBeVisible();
    await see(new MapScreen(page).vm('web')).toBeVisible();
    await page.context().close();
  });
});
