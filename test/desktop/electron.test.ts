import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect as see } from '@playwright/test';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MapScreen } from '../e2e/pages/map-screen';
import { NetworkScreens } from '../e2e/pages/network-screens';
import { Shell } from '../e2e/pages/shell';

/** As Electron's own `electron` package finds it; that package itself, imported in plain Node, would try to fetch it. */
const BINARIES: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};
const binary = join(
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? 'node_modules/electron/dist',
  BINARIES[process.platform] ?? 'electron',
);
const hasElectron = existsSync(binary);

/**
 * The page models of test/e2e over the real Electron: `npm run e2e:desktop`, after `node scripts/native.mjs electron`, a build of the
 * screens and `node scripts/build-desktop.mjs`. Where Electron's binary is not, it is skipped by name; what its stand-in can prove is in
 * main/ and test/e2e/desktop.test.ts.
 */
describe.skipIf(!hasElectron)(
  "the desktop app in Electron (needs Electron's binary in node_modules/electron/dist)",
  () => {
    let app: ElectronApplication;
    let page: Page;
    let home: string;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'atoll-electron-'));
      const args = [
        '.',
        `--user-data-dir=${join(home, 'shell')}`,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ];
      app = await _electron.launch({
        executablePath: binary,
        args,
        env: { ...process.env, ATOLL_HOME: home } as Record<string, string>,
      });
      page = await app.firstWindow();
    });
    afterAll(async () => {
      await app?.close();
      rmSync(home, { recursive: true, force: true });
    });

    it('shows its screens from an origin of its own, without Node', async () => {
      expect(page.url()).toMatch(/^atoll:\/\/app\//);
      expect(await page.evaluate(() => [typeof (globalThis as { require?: unknown }).require, typeof process])).toEqual(
        ['undefined', 'undefined'],
      );
    });

    it('leads from the first run to the demo, over the port to the engine', async () => {
      await page.getByRole('button', { name: 'Create simulated demo' }).click();
      await see(new MapScreen(page).vm('gw')).toBeVisible();
      await new Shell(page).go('Networks');
      await new NetworkScreens(page).create('from-electron');
      await see(page.getByRole('heading', { level: 1, name: 'from-electron' })).toBeVisible();
    });

    it('opens nothing and goes nowhere', async () => {
      await page.evaluate(() => window.open('https://example.invalid/'));
      await page.evaluate(() => (window.location.href = 'https://example.invalid/'));
      expect(app.windows()).toHaveLength(1);
      expect(page.url()).toMatch(/^atoll:\/\/app\//);
    });
  },
);
