import type { BrowserContext, Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { ConsoleScreen } from './pages/console-screen';
import { Shell } from './pages/shell';

const WAIT = { timeout: 60_000 };

describe.skipIf(!hasChromium)('a console (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let terminal: ConsoleScreen;
  let context: BrowserContext;

  beforeAll(async () => {
    app = await openApp();
    await app.engine.demo.add({ simulated: true });
    await see
      .poll(async () => (await app.engine.vms.list({})).every((vm) => vm.state === 'up'), { timeout: 20_000 })
      .toBe(true);
    ({ page, wrongs } = await openWindow());
    context = page.context();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(app.door.link()).origin });
    terminal = new ConsoleScreen(page);
    await signIn(page, app.door.link());
    await see(new Shell(page).count('Virtual machines')).toHaveText('4');
    await new Shell(page).find('vm console web');
    await see(terminal.rows).toContainText('Simulated console of web');
  });
  it('finds earlier output', async () => {
    await terminal.type('help');
    await see(terminal.rows).toContainText('ping');
    await terminal.find('PING');
    await see(terminal.findBar.getByRole('status')).toHaveText(/^\d+ of \d+$/);
    await terminal.find('nowhere to be seen');
    await see(terminal.findBar.getByRole('status')).toHaveText('not found');
    await page.keyboard.press('Escape');
    await see(terminal.findBar).toHaveCount(0);
    await see(page.locator('.xterm-helper-textarea')).toBeFocused();
  });

  it('copies what is selected', async () => {
    await terminal.find('Simulated console');
    await see(terminal.findBar.getByRole('status')).toHaveText('1 of 1');
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await see(page.getByText('Copied.')).toBeVisible();
    expect((await page.evaluate(() => navigator.clipboard.readText())).toLowerCase()).toBe('simulated console');
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await terminal.findBar.getByRole('textbox').press('Escape');
    // The terminal gets the focus a frame later, and the match is still selected.
    await see(terminal.input).toBeFocused();
    await page.waitForTimeout(100);
    await page.keyboard.press('Control+Shift+c');
    await see.poll(() => page.evaluate(() => navigator.clipboard.readText())).not.toBe('');
    expect((await page.evaluate(() => navigator.clipboard.readText())).toLowerCase()).toBe('simulated console');
  });

  it('asks before it sends several lines, but sends a single one directly', async () => {
    await terminal.paste('echo one-line');
    await see(terminal.rows).toContainText('echo one-line');
    await page.keyboard.press('Enter');
    await terminal.paste('echo first\necho second\n');
    const asked = page.getByRole('dialog', { name: 'Paste into the console' });
    await see(asked).toContainText('2 lines');
    await see(terminal.rows).not.toContainText('echo first');
    expect(await accessibilityFaults(page)).toEqual([]);
    await asked.getByRole('button', { name: 'Paste 2 lines' }).click();
    await see(terminal.rows).toContainText('echo second');
  });

  it('passes all keys except its own, and releases the keyboard on Ctrl+]', async () => {
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.press('Control+]');
    await see(page.getByRole('button', { name: 'Copy', exact: true })).toBeFocused();
    await page.keyboard.press('Control+k');
    await see(page.getByRole('combobox', { name: 'Search or run a command' })).toBeFocused();
    await page.keyboard.press('Escape');
  });

  it('stays in the drawer during navigation', async () => {
    await page.getByRole('button', { name: 'Open in drawer' }).click();
    await new Shell(page).go('Networks');
    const drawer = page.getByRole('region', { name: 'Consoles in the drawer' });
    await see(drawer.locator('.xterm-rows')).toContainText('web:~#', WAIT);
    expect(await accessibilityFaults(page)).toEqual([]);
    await drawer.getByRole('button', { name: 'Close: Console of web' }).click();
    await see(drawer).toHaveCount(0);
  });

  it('has its own window without the frame', async () => {
    await new Shell(page).find('vm console db');
    await see(terminal.rows).toContainText('Simulated console of db');
    const [opened] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('button', { name: 'Open in window' }).click(),
    ]);
    await see(opened.locator('.xterm-rows')).toContainText('Simulated console of db', WAIT);
    await see(opened.getByRole('navigation')).toHaveCount(0);
    await see(opened).toHaveTitle(/db/);
    await opened.close();
  });

  it('keeps its output when the VM stops, and reconnects when it runs again', async () => {
    await terminal.type('echo kept-till-the-end');
    await see(terminal.rows).toContainText('kept-till-the-end');
    const [db] = (await app.engine.vms.list({})).filter((vm) => vm.name === 'db');
    await app.engine.vms.stop({ vm: db!.id });
    await see(page.getByText('Its last output stays here.')).toBeVisible(WAIT);
    await see(terminal.rows).toContainText('kept-till-the-end');
    await app.engine.vms.start({ vm: db!.id });
    await see(page.getByText('Its last output stays here.')).toHaveCount(0, WAIT);
    // Typed at once, before the line is open again and the guest has greeted a second time.
    await terminal.type('echo again');
    await see(terminal.rows).toContainText(/Simulated console of db.*Simulated console of db.*echo again/s, WAIT);
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
