import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect as see } from '@playwright/test';
import type { Page } from 'playwright';
import { openSimulatedApp } from '../support/simulated-app';
import { launch, newWindow } from './browser';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';
import { setSchoolScene } from './scenes';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const SETTLE_MS = 500;

/**
 * Every screen at both sizes in both themes, from a run of the real engine with simulated hosts. `folder` is where the pictures
 * go, `screens` the built screens. Returns the names of the files.
 */
export async function takePictures(folder: string, screens: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const [empty, school] = [await openSimulatedApp(screens), await openSimulatedApp(screens)];
  const browser = await launch();
  const taken: string[] = [];
  try {
    await setSchoolScene(school);
    for (const viewport of SIZES) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await newWindow(browser, { viewport, colorScheme });
        const shoot = async (name: string): Promise<void> => {
          await page.waitForTimeout(SETTLE_MS);
          const file = `${name}-${colorScheme}-${viewport.width}.png`;
          await page.screenshot({ path: join(folder, file) });
          taken.push(file);
        };
        await page.goto(empty.door.link());
        await see(page.getByRole('button', { name: 'Make the simulated demo' })).toBeEnabled();
        await shoot('first-run');
        await page.goto(school.door.link());
        await tour(page, shoot);
        await page.context().close();
      }
    }
  } finally {
    await browser.close();
    await Promise.all([empty.close(), school.close()]);
  }
  return taken;
}

async function tour(page: Page, shoot: (name: string) => Promise<void>): Promise<void> {
  const shell = new Shell(page);
  const map = new MapScreen(page);
  await see(map.frame).toBeVisible();
  await shoot('map');
  await map.vm('web').click();
  await shoot('map-web');
  for (const [screen, name] of [
    ['Networks', 'blue'],
    ['Hosts', 'simulated'],
    ['Virtual machines', 'gw'],
  ] as const) {
    await shell.go(screen);
    await shoot(screen.toLowerCase().replace(' ', '-'));
    await page.getByRole('main').getByRole('link', { name, exact: true }).first().click();
    await shoot(`${screen.toLowerCase().replace(' ', '-')}-detail`);
  }
  await page.getByRole('button', { name: 'Console' }).click();
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('help\n');
  await shoot('console');
  for (const screen of ['Activity', 'Doctor'] as const) {
    await shell.go(screen);
    await shoot(screen.toLowerCase());
  }
  await shell.go('Networks');
  await page.getByRole('button', { name: 'New network' }).click();
  await shoot('new-network');
}
