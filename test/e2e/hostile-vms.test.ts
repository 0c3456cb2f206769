import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../app/create-app';
import { homeAt } from '../../app/home';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { ConsoleScreen } from './pages/console-screen';
import { Shell } from './pages/shell';
import { VmScreens } from './pages/vm-screens';

/** An OSC 8 hyperlink, with all its terminators, and a plain URL. */
const LINKS = ['\x1b\\', '\x07'].map(
  (end, n) => `\x1b]8;;http://127.0.0.1:48000/${n}${end}click-here-${n}\x1b]8;;${end}`,
);
const TITLE = '\x1b]0;<img src=x onerror=alert(1)>\u202e\x07';
const PARTS = [
  { id: 'serial-0a1b2c3d4e5f', what: 'serial of type file', xml: '<serial type="file"/>', canCarry: true },
  { id: 'hostdev-0a1b2c3d4e5f', what: 'hostdev', xml: '<hostdev>\u202e<b>bold</b></hostdev>', canCarry: false },
];

/** Untrusted data on the screens: a guest's output, and a host's description of its definition. */
describe.skipIf(!hasChromium)(`hostile VMs${hasChromium ? '' : ' (needs chromium)'}`, () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-e2e-'));
    const before = await createApp(homeAt(folder), 'daemon');
    const engine = createRouterClient(before.router, { context: { actor: { user: 'test', door: 'cli' } } });
    const settled = async ({ job }: { job: string | null }): Promise<void> => {
      if (job === null) return;
      for await (const state of await engine.jobs.follow({ job }))
        if (state.state === 'failed') throw new Error(state.error?.message);
    };
    for (const name of ['node1', 'node2']) await settled(await engine.hosts.add({ name, how: { kind: 'simulated' } }));
    const path = join(folder, 'db.qcow2');
    writeFileSync(path, Buffer.alloc(1024));
    await settled(
      await engine.vms.add({ name: 'db', host: 'node1', boot: { kind: 'disk', path }, vnics: [], start: true }),
    );
    await settled(await engine.vms.stop({ vm: 'db' }));
    await settled(await engine.vms.add({ name: 'web', host: 'node1', vnics: [], start: true }));
    await before.close();
    // What the host reports about its VMs from now on.
    for (const name of readdirSync(join(folder, 'simulated'))) {
      const file = join(folder, 'simulated', name);
      const state = JSON.parse(readFileSync(file, 'utf8')) as { vms: Array<{ spec: { name: string } }> };
      for (const vm of state.vms)
        Object.assign(
          vm,
          vm.spec.name === 'db' ? { parts: PARTS } : { transcript: `${TITLE}${LINKS.join(' ')} ready\r\n` },
        );
      writeFileSync(file, JSON.stringify(state));
    }
    app = await openApp(folder);
    ({ page, wrongs } = await openWindow());
    await signIn(page, app.door.link());
    await page.locator('main').waitFor();
  });
  afterAll(async () => {
    expect(wrongs).toEqual([]);
  });

  const choice = (dialog: Locator, part: string): Locator => dialog.getByLabel(part, { exact: true });

  it('open no URL through a link that a guest prints', async () => {
    const asked: string[] = [];
    page.on('dialog', (dialog) => (asked.push(dialog.message()), void dialog.accept()));
    page.context().on('page', (opened) => asked.push(opened.url()));
    await new Shell(page).find('vm console web');
    const terminal = new ConsoleScreen(page);
    await see(terminal.rows).toContainText('click-here-0 click-here-1 ready');
    // An overlay gets the clicks of the rows, so the test clicks by position, as a user does.
    const text = 'click-here-0 click-here-1 ready';
    const box = await terminal.rows.getByText(text).boundingBox();
    if (box === null) throw new Error('the row is not shown');
    const middle = box.y + box.height / 2;
    for (const link of ['click-here-0', 'click-here-1']) {
      const at = box.x + ((text.indexOf(link) + link.length / 2) * box.width) / text.length;
      await page.mouse.move(at - 5, middle);
      await page.mouse.move(at, middle, { steps: 5 });
      await page.waitForTimeout(200);
      await page.mouse.click(at, middle);
      await page.keyboard.down('Control');
      await page.mouse.click(at, middle);
      await page.keyboard.up('Control');
    }
    await page.waitForTimeout(500);
    expect(asked).toEqual([]);
    await see(page).toHaveTitle(/web/);
    expect(await page.title()).not.toContain('onerror');
  });

  it('are moved only after a decision on each unknown part of the definition', async () => {
    await page.goto(new URL('/', page.url()).href);
    await new Shell(page).go('Virtual machines');
    await page.getByRole('link', { name: 'db', exact: true }).first().click();
    await new VmScreens(page).choose(page.getByRole('button', { name: 'More actions for db' }), 'Move to host…');
    const dialog = page.getByRole('dialog');
    const move = dialog.getByRole('button', { name: 'Move', exact: true });
    await see(choice(dialog, 'serial of type file')).toBeVisible();
    await see(move).toBeDisabled();
    await see(dialog).toContainText('decide first on serial of type file');
    await see(dialog).toContainText('It belongs to this host and can only be left out.');
    await dialog.getByText('Definition', { exact: true }).last().click();
    await see(dialog.locator('pre').last()).toHaveText('<hostdev>\\u{202e}<b>bold</b></hostdev>');
    expect(await accessibilityFaults(page)).toEqual([]);
    const shots = process.env['ATOLL_SHOTS'];
    if (shots) await page.screenshot({ path: `${shots}/move-parts.png` });
    await choice(dialog, 'hostdev').selectOption('leave');
    await see(move).toBeDisabled();
    await choice(dialog, 'serial of type file').selectOption('carry');
    await see(dialog).toContainText('keep serial of type file (serial-0a1b2c3d4e5f)');
    await see(dialog).toContainText('leave out hostdev (hostdev-0a1b2c3d4e5f)');
    await move.click();
    await see(dialog).toBeHidden();
    await see(page.getByRole('main').getByRole('link', { name: 'node2' })).toBeVisible({ timeout: 20_000 });
    expect(await app.engine.vms.additions({ vm: 'db' })).toMatchObject([{ id: PARTS[0]?.id, accepted: true }]);
  });
});
