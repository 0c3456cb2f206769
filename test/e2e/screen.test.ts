import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labHere } from '../support/lab-here';
import { type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openApp, openWindow } from './fixture';
import { VmDisplay } from './pages/vm-display';

const lab = await labHere();
const SLOW = { timeout: 40_000 };
/** The color of typed text on a simulated screen, as a canvas stores it (ABGR). */
const TYPED = 'ffdb9db3';

describe.skipIf(!hasChromium)('the screen of a VM, in a browser (needs chromium)', () => {
  let app: SimulatedApp;
  let page: Page;
  let wrongs: string[];
  let display: VmDisplay;

  beforeAll(async () => {
    app = await openApp();
    ({ page, wrongs } = await openWindow());
    display = new VmDisplay(page);
    await signIn(page, app.door.link());
  });
  afterAll(async () => {
    for (const { id } of await app.engine.labs.list({})) await ended(app.engine.labs.remove({ lab: id }));
  });

  /** Waits for a command's job. */
  async function ended(answer: PromiseLike<{ job: string | null }>): Promise<void> {
    const { job } = await answer;
    if (job === null) return;
    let state = '';
    for await (const seen of await app.engine.jobs.follow({ job })) state = seen.state;
    expect(state).toBe('succeeded');
  }

  async function host(name: string, how: Parameters<typeof app.engine.hosts.add>[0]['how']): Promise<void> {
    await ended(app.engine.hosts.add({ name, how }));
    await expect.poll(async () => (await app.engine.hosts.show({ host: name })).host.state, SLOW).toBe('up');
  }

  async function open(boot: 'tiny' | string, on: string, name: string): Promise<void> {
    const { vm } = await app.engine.vms.add({
      name,
      host: on,
      memoryMiB: 192,
      ...(boot === 'tiny'
        ? { boot: { kind: 'tiny' } as const }
        : { boot: { kind: 'devices' } as const, cdroms: [{ path: boot }] }),
    });
    await ended(app.engine.vms.start({ vm: vm.id }));
    const at = new URL(page.url());
    await page.goto(`${at.origin}/vms/${vm.id}`);
    await see(page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  const typedDots = async (): Promise<number> => (await display.colors()).find(([color]) => color === TYPED)?.[1] ?? 0;

  it('is a tab that is disabled for a tiny guest, with the reason', async () => {
    await host('node1', { kind: 'simulated', delayMs: 5 });
    await open('tiny', 'node1', 'small');
    await see(display.tab).toHaveAttribute('aria-disabled', 'true');
    await display.tab.hover();
    await see(page.getByText('The tiny guest has no screen')).toBeVisible();
  });

  it("shows the VM's screen, fitted to the window, and passes axe", async () => {
    const iso = join(app.home, 'desk.iso');
    writeFileSync(iso, 'x');
    await open(iso, 'node1', 'desk');
    await display.tab.click();
    await expect.poll(async () => (await display.colors()).length, SLOW).toBe(3);
    const [box, room] = [await display.canvas.boundingBox(), await page.locator('.screen').boundingBox()];
    expect(Math.max(box!.width / room!.width, box!.height / room!.height)).toBeCloseTo(1, 1);
    expect(await accessibilityFaults(page)).toEqual([]);
    await display.button('Fit to window').click();
    await expect.poll(async () => (await display.canvas.boundingBox())?.width).toBe(640);
  });

  it('sends keys, and a whole text', async () => {
    const before = await typedDots();
    await display.canvas.click();
    await page.keyboard.type('hi');
    await expect.poll(typedDots).toBeGreaterThan(before);
    const typed = await typedDots();
    await display.typeText('Hello, W');
    await expect.poll(typedDots).toBeGreaterThan(2 * (typed - before) + typed);
  });

  it('lists characters that a keyboard does not have, and types none of them', async () => {
    await display.button('Type text…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Text').fill('grün');
    await see(dialog.getByText('A US English keyboard has no key for ü')).toBeVisible();
    await see(dialog.getByRole('button', { name: 'Type text' })).toBeDisabled();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('ends with the VM, and returns when it runs again', async () => {
    await ended(app.engine.vms.stop({ vm: 'desk' }));
    await see(page.getByText('Start the VM to see its screen.')).toBeVisible();
    await ended(app.engine.vms.start({ vm: 'desk' }));
    await expect.poll(async () => (await display.colors()).length, SLOW).toBe(3);
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });

  describe.skipIf(lab.vms !== null)(`of a real VM in a lab${lab.vms === null ? '' : ` (skipped: ${lab.vms})`}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-e2e-iso-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    it("shows the firmware's output, and accepts Ctrl-Alt-Del", async () => {
      const path = join(folder, 'blank.iso');
      writeFileSync(path, Buffer.alloc(1 << 20));
      await host('lab', { kind: 'lab' });
      await open(path, 'lab', 'real');
      await display.tab.click();
      // Black with light letters: the firmware reports that it finds nothing to boot.
      const letters = async (): Promise<number> => (await display.colors())[1]?.[1] ?? 0;
      await expect.poll(letters, SLOW).toBeGreaterThan(500);
      await display.button('Ctrl Alt Del').click();
      await expect.poll(letters, SLOW).toBeGreaterThan(500);
      expect(wrongs).toEqual([]);
    });
  });
});
