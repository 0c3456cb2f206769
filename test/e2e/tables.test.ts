import type { Browser, Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, newWindow, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { Shell } from './pages/shell';
import { TablePart } from './pages/table-part';

const WAIT = { timeout: 60_000 };

/** Makes what the engine sends to this page wait, from `hold` until what `hold` returns is called. */
async function holdsNews(page: Page): Promise<{ hold: () => () => void }> {
  let waiting: Array<() => void> | null = null;
  await page.routeWebSocket(/./, (socket) => {
    socket.connectToServer().onMessage((message) => {
      if (waiting) waiting.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  const release = (): void => {
    const sent = waiting ?? [];
    waiting = null;
    for (const send of sent) send();
  };
  const hold = (): (() => void) => {
    waiting = [];
    return release;
  };
  return { hold };
}

describe.skipIf(!hasChromium)('the tables (needs chromium)', () => {
  let app: SimulatedApp;
  let browser: Browser;
  let page: Page;
  let wrongs: string[];
  let table: TablePart;
  let hold: () => () => void;

  beforeAll(async () => {
    app = await openApp();
    await app.engine.demo.add({ simulated: true });
    ({ browser, page, wrongs } = await openWindow());
    table = new TablePart(page);
    ({ hold } = await holdsNews(page));
    await signIn(page, app.door.link());
    await new Shell(page).go('Virtual machines');
    for (const vm of ['web', 'db', 'ci', 'gw'])
      await see(table.row(vm).getByText('Up', { exact: true })).toBeVisible(WAIT);
  });
  it('filter while typing, and keep filter and sort in the URL', async () => {
    await table.filter.fill('green');
    await see(table.count).toHaveText('2 of 4 VMs');
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await see(page).toHaveURL(/q=green/);
    await see(page).toHaveURL(/sort=/);
    await page.reload();
    await see(table.filter).toHaveValue('green');
    await see(table.row('gw')).toBeVisible();
    await see(table.row('web')).toHaveCount(0);
    await table.filter.fill('');
  });

  it("have the user's columns in each of their windows", async () => {
    const dialog = await table.openColumns();
    await dialog.getByRole('checkbox', { name: 'Memory' }).uncheck();
    await dialog.getByRole('checkbox', { name: 'MAC address' }).check();
    await dialog.getByRole('button', { name: 'Move Host up' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    const wanted = ['Name', 'Host', 'Status', 'Networks', 'Addresses', 'CPU usage', 'MAC address'];
    await expect.poll(() => table.titles()).toEqual(wanted);
    await see(page.getByRole('button', { name: /^Columns: / })).toBeFocused();
    const other = await newWindow(browser);
    await signIn(other.page, app.door.link());
    await new Shell(other.page).go('Virtual machines');
    const again = new TablePart(other.page);
    await see(again.row('web')).toBeVisible();
    await expect.poll(() => again.titles()).toEqual(wanted);
    // ... and an open window gets them too
    const reset = await again.openColumns();
    await reset.getByRole('button', { name: 'Reset to default' }).click();
    await see(table.head.filter({ hasText: 'Memory' })).toBeVisible();
    await other.page.context().close();
  });

  it('run bulk actions, and report each failure', async () => {
    const vms = await app.engine.vms.list({});
    await table.pick('web', 'db', 'ci');
    await see(table.bulk).toContainText('3 selected');
    await table.act('Shut down');
    const down = table.run('Shut down: 3 VMs');
    await see(down.getByRole('status').filter({ hasText: '3 of 3 done' })).toBeVisible(WAIT);
    await see(table.row('web').getByText('Down')).toBeVisible(WAIT);
    await down.getByRole('button', { name: /^Close/ }).click();

    // One of the three is on a host that fails: only that one fails, with the reason.
    await table.pick('web', 'db', 'gw');
    await table.act('Remove');
    const asked = page.getByRole('dialog', { name: 'Remove: 2 VMs?' });
    await see(asked.getByText('1 skipped:')).toBeVisible();
    await see(asked.getByText('gw: The VM is up')).toBeVisible();
    // Someone else starts db, and the page has not heard of it yet: its removal is refused, that of web succeeds.
    const release = hold();
    await app.engine.vms.start({ vm: vms.find((vm) => vm.name === 'db')!.id });
    await asked.getByRole('button', { name: 'Remove' }).click();
    release();
    const removed = table.run('Remove: 2 VMs');
    await see(removed.getByRole('status').filter({ hasText: '1 of 2 done, 1 failed' })).toBeVisible(WAIT);
    await see(removed.getByRole('listitem').filter({ hasText: 'db' })).toContainText(/db/);
    await see(table.row('web')).toHaveCount(0);
    await see(table.row('db')).toHaveCount(1);
    expect(await accessibilityFaults(page)).toEqual([]);
    await removed.getByRole('button', { name: /^Close/ }).click();
  });

  it('select by keyboard, a range with Shift, and plug many in at once', async () => {
    const boxes = page.getByRole('checkbox', { name: /^Select (?!all)/ });
    await boxes.first().focus();
    await page.keyboard.press('Space');
    await boxes.last().click({ modifiers: ['Shift'] });
    await see(table.bulk).toContainText(`${await boxes.count()} selected`);
    await table.act('Add vNIC…');
    const asked = page.getByRole('dialog');
    await asked.getByRole('combobox', { name: 'Network' }).selectOption({ label: 'green' });
    await asked.getByRole('button', { name: 'Add vNIC' }).click();
    await see(page.getByRole('complementary').getByRole('status')).toContainText('done', WAIT);
    await see(page.getByRole('complementary').getByRole('status')).not.toContainText('failed');
  });

  it('restore focus when the focused element is gone', async () => {
    await page.keyboard.press('Escape');
    await table.row('ci').getByRole('link', { name: 'ci' }).focus();
    await app.engine.vms.remove({ vm: 'ci' });
    await see(table.row('ci')).toHaveCount(0);
    await see.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  });

  it('cause no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});

describe.skipIf(!hasChromium)('a table of 10,000 VMs (needs chromium)', () => {
  it('renders the visible rows, and finds and selects among all', { timeout: 180_000 }, async () => {
    const app = await openApp();
    await app.engine.demo.add({ simulated: true, scenario: 'hundred-hosts' });
    const { page, wrongs } = await openWindow();
    // Beside other tests the first drawing of so much may take longer than a click waits.
    page.setDefaultTimeout(60_000);
    const table = new TablePart(page);
    await signIn(page, app.door.link());
    await new Shell(page).go('Virtual machines');
    await see(table.count).toHaveText('10,000 VMs', WAIT);
    expect(await page.getByRole('row').count()).toBeLessThan(100);
    await page.locator('.table-scroll').evaluate((box) => (box.scrollTop = box.scrollHeight));
    await see(page.locator('tr[aria-rowindex="10001"]')).toBeVisible();
    await page.getByRole('checkbox', { name: 'Select all visible rows' }).check();
    await see(table.bulk).toContainText('10,000 selected');
    await table.filter.fill('rack-a0-vm00');
    await see(table.count).toHaveText(/^1 of 10,000 VMs/);
    expect(wrongs).toEqual([]);
  });
});
