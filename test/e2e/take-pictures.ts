import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { openSimulatedApp } from '../support/simulated-app';
import { launch, newWindow, see, signIn } from './browser';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';
import { setSchoolScene } from './scenes';

interface Wanted {
  /** Of the window, in CSS pixels. */
  readonly sizes: ReadonlyArray<{ readonly width: number; readonly height: number }>;
  /** Whether to keep a screenshot, by its name without theme and size. */
  readonly isWanted: (name: string) => boolean;
}
type Shoot = (name: string) => Promise<void>;

const SETTLE_MS = 500;

/**
 * Screenshots of every screen in both themes, from the real engine with simulated hosts. `folder` is the output folder, `screens`
 * the built screens. Returns the names of the files.
 */
export async function takePictures(folder: string, screens: string, { sizes, isWanted }: Wanted): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const [empty, school] = [await openSimulatedApp(screens), await openSimulatedApp(screens)];
  const browser = await launch();
  const taken: string[] = [];
  try {
    await setSchoolScene(school);
    // Something to set up.
    await school.engine.networks.add({ name: 'office', dataCenter: 'laptop-lab', isIsolated: false, vlan: 7 });
    await school.engine.networks.attach({ network: 'office', cluster: 'laptop-lab', required: false });
    for (const viewport of sizes) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await newWindow(browser, { viewport, colorScheme });
        const shoot: Shoot = async (name) => {
          if (!isWanted(name)) return;
          await page.waitForTimeout(SETTLE_MS);
          const file = `${name}-${colorScheme}-${viewport.width}.png`;
          await page.screenshot({ path: join(folder, file) });
          taken.push(file);
        };
        await signIn(page, empty.door.link());
        await see(page.getByRole('button', { name: 'Create simulated demo' })).toBeEnabled();
        await shoot('first-run');
        await signIn(page, school.door.link());
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

async function tour(page: Page, shoot: Shoot): Promise<void> {
  const shell = new Shell(page);
  await mapAndItsTwin(page, shoot);
  for (const [screen, name, dialog] of [
    ['Networks', 'blue', 'Create network'],
    ['Hosts', 'simulated', 'Add host'],
    ['Virtual machines', 'gw', 'Create VM'],
  ] as const) {
    const file = fileName(screen);
    await shell.go(screen);
    await shoot(file);
    await inDialog(page, dialog, () => shoot(fileName(dialog)));
    await page.getByRole('main').getByRole('link', { name, exact: true }).first().click();
    await see(page.getByRole('tab', { name: 'Overview' })).toBeVisible();
    await tabs(page, (tab) => shoot(`${file}-detail${tab}`));
    if (screen === 'Hosts') {
      await page.getByRole('tab', { name: 'Networks' }).click();
      await inDialog(page, 'Set up networks…', () => shoot('setup-networks'));
    }
  }
  await page.getByRole('tab', { name: 'Console' }).click();
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('help\n');
  await shoot('console');
  for (const screen of ['Activity', 'Doctor', 'Backups'] as const) {
    await shell.go(screen);
    // Its tabs, not those of the previous screen.
    await see(page.getByRole('heading', { level: 1, name: screen })).toBeVisible();
    await tabs(page, (tab) => shoot(`${fileName(screen)}${tab}`));
  }
  await page.keyboard.press('Control+k');
  await page.keyboard.type('plug');
  await shoot('palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await shoot('shortcuts');
  await page.keyboard.press('Escape');
}

async function mapAndItsTwin(page: Page, shoot: Shoot): Promise<void> {
  const map = new MapScreen(page);
  await see(map.frame).toBeVisible();
  await shoot('map');
  await map.vm('web').click();
  await shoot('map-web');
  await map.island('blue').first().click();
  await shoot('map-network');
  await page.keyboard.press('t');
  await see(map.table).toBeVisible();
  await shoot('map-table');
}

/** Each tab of the screen in turn, the first without a name; once if there are no tabs. */
async function tabs(page: Page, shoot: Shoot): Promise<void> {
  const all = page.getByRole('main').getByRole('tab');
  await shoot('');
  for (let i = 1; i < (await all.count()); i++) {
    if ((await all.nth(i).getAttribute('aria-disabled')) === 'true') continue;
    const title = (await all.nth(i).innerText()).replace(/[^a-z ]/gi, '').trim();
    await all.nth(i).click();
    await shoot(`-${fileName(title)}`);
  }
}

async function inDialog(page: Page, opener: string, shoot: () => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: opener }).first().click();
  await see(page.getByRole('dialog')).toBeVisible();
  await shoot();
  await page.keyboard.press('Escape');
}

const fileName = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .replaceAll(/^-|-$/g, '');
