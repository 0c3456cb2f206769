import type { Page } from 'playwright';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';
import { setSchoolScene } from './scenes';

describe.skipIf(!hasChromium)('the map (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let map: MapScreen;
  let wrongs: string[];

  beforeAll(async () => {
    app = await openApp();
    await setSchoolScene(app);
    ({ page, wrongs } = await openWindow());
    map = new MapScreen(page);
    await signIn(page, app.door.link());
    // The first render on a busy machine takes a while.
    await see(map.vm('web')).toBeVisible({ timeout: 60_000 });
  });
  beforeEach(async () => {
    await page.goto(`${new URL(page.url()).origin}/`);
    await see(map.vm('web')).toBeVisible();
  });

  const vnicsOf = async (vm: string) => (await app.engine.vms.show({ vm })).vnics;
  const names = async (): Promise<string[]> => (await map.highlighted.allInnerTexts()).sort();

  it('shows what a VM reaches directly, what only via others, and why not the rest', async () => {
    await map.vm('web').click();
    await see(map.drawer.getByRole('heading', { name: 'web', level: 2 })).toBeVisible();
    await expect.poll(names).toEqual(['cache', 'db', 'gw', 'web', 'web2']);
    await see(map.drawer.getByText('blue → gw → green')).toBeVisible();
    await see(map.drawer.getByText(/different hosts/)).toBeVisible();
  });

  it('highlights a network everywhere when its island is selected, also by clicking its area', async () => {
    const land = await page.locator('.island').first().boundingBox();
    if (land === null) throw new Error('no land');
    await page.mouse.click(land.x + land.width - 20, land.y + land.height - 8);
    await expect.poll(names).toEqual(['batch', 'cache', 'db', 'db2', 'gw', 'probe', 'replica', 'web', 'web2']);
    await page.keyboard.press('Escape');
  });

  it('finds while typing, selects the first match, and steps through the others by F3', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('hsm');
    await see(map.highlighted).toHaveText(['hsm1', 'hsm2']);
    await page.keyboard.press('Enter');
    const isSelected = (name: string): Promise<void> =>
      see(map.drawer.getByRole('heading', { name, level: 2 })).toBeVisible();
    await isSelected('hsm1');
    for (const [key, name] of [
      ['F3', 'hsm2'],
      ['F3', 'hsm1'],
      ['Shift+F3', 'hsm2'],
      ['Shift+F3', 'hsm1'],
    ] as const) {
      await page.keyboard.press(key);
      await isSelected(name);
      await see(map.vm(name)).toBeFocused();
    }
    expect(new URL(page.url()).searchParams.get('q')).toBe('hsm');
  });

  it('filters by state, host and network', async () => {
    await map.filter('State', 'Down or suspended');
    await map.filter('Network', 'blue');
    await see(map.highlighted).toHaveText(['batch']);
  });

  it('draws each edge from its VM to its island', async () => {
    await map.divide('By host');
    const gaps = await map.frame.evaluate((frame) => {
      const boxOf = (selector: string, name: string) =>
        [...frame.querySelectorAll(selector)].find((one) => one.textContent.includes(name))?.getBoundingClientRect();
      const [chip, blue, green] = [boxOf('.chip-lane', 'gw'), boxOf('.island', 'blue'), boxOf('.island', 'green')];
      const edges = [...frame.querySelectorAll('.host path.edge')].map((edge) => edge.getBoundingClientRect());
      if (!chip || !blue || !green) throw new Error('gw and its islands are not on the map');
      const touches = (a: DOMRect, b: DOMRect) =>
        Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom) <= 2;
      return [blue, green].map((island) => edges.filter((edge) => touches(edge, chip) && touches(edge, island)).length);
    });
    expect(gaps).toEqual([1, 1]);
  });

  it('groups by network and by island too, with every VM in each grouping', async () => {
    for (const by of ['By network', 'By island'] as const) {
      await map.divide(by);
      for (const vm of ['web', 'ci', 'db2', 'hsm1', 'nas1']) await see(map.vm(vm).first()).toBeVisible();
    }
  });

  it('plugs a VM in where it is dropped, after a preview, undoes that at once, and redoes it', async () => {
    await map.drag('ci', map.island('blue').first(), { x: 30, y: 0 });
    await see(new Shell(page).dialog.getByText('add nic2 to "ci" on "blue"')).toBeVisible();
    await new Shell(page).dialog.getByRole('button', { name: 'Plug in' }).click();
    await see(map.notice).toContainText('ci is plugged into blue');
    await see.poll(async () => (await vnicsOf('ci')).length).toBe(2);
    const [, added] = await vnicsOf('ci');
    await map.notice.getByRole('button', { name: /^Undo/ }).click();
    await see(new Shell(page).dialog).toHaveCount(0);
    await see.poll(async () => (await vnicsOf('ci')).length).toBe(1);
    const redo = page.getByRole('contentinfo').getByRole('button', { name: 'Redo' });
    await redo.click();
    await see.poll(async () => (await vnicsOf('ci'))[1]?.mac).toBe(added?.mac);
    await see(redo).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await see.poll(async () => (await vnicsOf('ci')).length).toBe(1);
  });

  it('unplugs a VM that is dropped outside islands, and plugs it back with Ctrl+Z', async () => {
    const before = (await vnicsOf('hsm2'))[0];
    await map.drag('hsm2', page.locator('.outside'));
    await new Shell(page).dialog.getByRole('button', { name: 'Unplug' }).click();
    await see(map.notice).toContainText('hsm2 is unplugged from vault');
    await see.poll(async () => (await vnicsOf('hsm2'))[0]?.networkId).toBeNull();
    await page.keyboard.press('Control+z');
    await see.poll(async () => (await vnicsOf('hsm2'))[0]?.networkId).toBe(before?.networkId);
    expect((await vnicsOf('hsm2'))[0]?.mac).toBe(before?.mac);
  });

  it('does nothing when a VM is dropped on another host, and says so in advance', async () => {
    const before = await vnicsOf('web');
    await map.drag('web', map.island('storage'));
    await see(new Shell(page).dialog).toHaveCount(0);
    expect(await vnicsOf('web')).toEqual(before);
  });

  it('moves nothing that a new vNIC does not concern, and what it does concern on a way that is seen', async () => {
    const places = () =>
      map.frame.evaluate((frame) =>
        Object.fromEntries(
          [...frame.querySelectorAll('.host')].flatMap((host) =>
            [...host.querySelectorAll('.island')].map((island) => {
              const { x, y } = island.getBoundingClientRect();
              const name = [host, island].map((one) => one.querySelector('strong')?.textContent ?? '').join('/');
              return [name, `${Math.round(x)} ${Math.round(y)}`];
            }),
          ),
        ),
      );
    await map.frame.evaluate((frame) => {
      frame.dataset.moves = '';
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (...args) {
        frame.dataset.moves += ` ${this.className.split(' ')[0] ?? ''}`;
        return animate.apply(this, args);
      };
    });
    const before = await places();
    const { vnic } = await app.engine.vnics.add({ vm: 'hsm1', network: 'blue' });
    await see(map.frame.locator('.chip-lane', { hasText: 'hsm1' })).toBeVisible();
    const after = await places();
    for (const name of Object.keys(before))
      if (!/^node3/.test(name)) expect(`${name} ${after[name]}`).toBe(`${name} ${before[name]}`);
    await see(map.frame).toHaveAttribute('data-moves', /chip/);
    await app.engine.vnics.remove({ vm: 'hsm1', vnic: vnic.name });
    await see(map.frame.locator('.chip-lane', { hasText: 'hsm1' })).toHaveCount(0);
    // It is on its way for a moment.
    await expect.poll(places).toEqual(before);
  });

  it('has everything where it was after a reload, once it was used', async () => {
    const places = () =>
      map.frame
        .locator('.host')
        .evaluateAll((hosts) => hosts.map((host) => `${host.textContent.slice(0, 8)} ${host.getAttribute('style')}`));
    await map.frame.press('ArrowRight');
    const { vnic } = await app.engine.vnics.add({ vm: 'hsm1', network: 'blue' });
    await see(map.frame.locator('.chip-lane', { hasText: 'hsm1' })).toBeVisible();
    const before = await places();
    await page.reload();
    await see(map.frame.locator('.chip-lane', { hasText: 'hsm1' })).toBeVisible();
    await expect.poll(places).toEqual(before);
    await app.engine.vnics.remove({ vm: 'hsm1', vnic: vnic.name });
    await see(map.frame.locator('.chip-lane', { hasText: 'hsm1' })).toHaveCount(0);
  });

  it('supports navigation, selection and actions by keyboard alone', async () => {
    await map.vm('web').focus();
    await page.keyboard.press('ArrowRight');
    await see(map.vm('db')).toBeFocused();
    await page.keyboard.press('Enter');
    await see(map.drawer.getByRole('heading', { name: 'db', level: 2 })).toBeVisible();
    await page.keyboard.press('Shift+F10');
    await see(map.menuItem('Show reachability')).toBeFocused();
    await map.menuItem(/^Unplug nic1 from blue/).click();
    await see(new Shell(page).dialog.getByRole('heading', { name: 'Unplug db?' })).toBeVisible();
    await page.keyboard.press('Escape');
  });

  it('offers the same actions by right click as by dragging', async () => {
    await map.vm('nas1').click({ button: 'right' });
    await map.menuItem('Add vNIC…').click();
    await see(new Shell(page).dialog.getByRole('heading', { name: 'Add a vNIC to nas1' })).toBeVisible();
    await page.keyboard.press('Escape');
    await map.island('vault').click({ button: 'right' });
    await map.menuItem('Check isolation').click();
  });

  it('keeps a note on an island, by menu and by key, shows it in table and exports, and undoes it', async () => {
    const dialog = new Shell(page).dialog;
    await map.island('vault').click({ button: 'right' });
    await map.menuItem('Add note…').click();
    await dialog.getByRole('textbox', { name: 'Note' }).fill('Ask Ana <first>');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await see(map.note('Ask Ana <first>')).toBeVisible();
    expect((await map.export('SVG')).toString()).toContain('Ask Ana &lt;first&gt;');
    await page.keyboard.press('t');
    await map.find.fill('vault');
    await see(map.table.getByText('Ask Ana <first>')).toBeVisible();
    await map.find.fill('');
    await map.table.click();
    await page.keyboard.press('t');
    await map.island('vault').focus();
    await page.keyboard.press('n');
    await see(dialog.getByRole('textbox', { name: 'Note' })).toHaveValue('Ask Ana <first>');
    await page.keyboard.press('Escape');
    await see(map.island('vault')).toBeFocused();
    await page.keyboard.press('Control+z');
    await see(map.note('Ask Ana <first>')).toHaveCount(0);
  });

  it('shows what changed since yesterday, and filters the map by it', async () => {
    await see(map.drawer.getByText(/VMs created/)).toBeVisible();
    await map.drawer.getByRole('button', { name: 'Show on the map' }).click();
    await see(map.vm('hsm1').getByText('new')).toBeVisible();
    expect(new URL(page.url()).searchParams.get('since')).toBe('day');
    await map.drawer.getByRole('button', { name: 'Show all' }).click();
    await see(map.frame.getByText('new', { exact: true })).toHaveCount(0);
  });

  it('shows who checked a network, and how many points passed', async () => {
    await map.island('vault').click();
    await see(map.drawer.getByText(/11 of 11 checks passed, checked by/)).toBeVisible();
    await map.drawer.getByRole('button', { name: 'Check with probe' }).click();
    await see(map.drawer.getByText(/13 of 13 checks passed/)).toBeVisible();
  });

  it('shows the same as a table with one key', async () => {
    await page.keyboard.press('t');
    await see(map.row('node2')).toBeVisible();
    await map.row('simulated').focus();
    await page.keyboard.press('ArrowLeft');
    await see(map.row('simulated')).toHaveAttribute('aria-expanded', 'false');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await see(map.drawer.getByRole('heading', { name: 'web', level: 2 })).toBeVisible();
    await page.keyboard.press('Shift+F10');
    await see(map.menuItem('Console')).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await see(map.vm('web')).toBeVisible();
  });

  it('exports what it shows as SVG and as PNG', async () => {
    const svg = (await map.export('SVG')).toString();
    for (const words of ['>web<', '>gw<', '>class-a<', '>vault<']) expect(svg).toContain(words);
    expect(svg).not.toContain('<image');
    expect((await map.export('PNG')).subarray(1, 4).toString()).toBe('PNG');
  });

  it.each(['light', 'dark'] as const)('stays readable in the %s theme where it is dimmed', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const faults: string[] = [];
    const look = async (where: string): Promise<void> => {
      await see(page.locator('.has-highlight .chip:not(.highlighted, .through)').first()).toBeVisible();
      for (const fault of await accessibilityFaults(page)) faults.push(`${where}: ${fault}`);
    };
    await map.vm('web').click();
    await see(page.locator('.outside')).toContainText('web has no external access');
    await look('a VM is selected');
    await map.island('vault').click();
    await look('a network is selected');
    await page.keyboard.press('Escape');
    await map.find.fill('hsm');
    await look('VMs are found');
    await map.find.fill('');
    expect(faults).toEqual([]);
  });

  it('passes axe when zoomed out, as a table, filtered and with its menu open', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await map.vm('web').click({ button: 'right' });
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await map.frame.focus();
      for (let i = 0; i < 9; i++) await page.keyboard.press('-');
      await see(page.locator('.overview-canvas')).toBeVisible();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.keyboard.press('0');
      await page.keyboard.press('t');
      await map.find.fill('student');
      await see(map.row('class-a')).toBeVisible();
      expect(await accessibilityFaults(page)).toEqual([]);
      await map.find.fill('');
      await map.table.click();
      await page.keyboard.press('t');
    }
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
