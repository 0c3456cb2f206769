import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Doctor } from '../../contract';
import type * as Registry from '../../hosts/registry';
import { openSimulatedApp, type SimulatedApp } from '../support/simulated-app';
import { accessibilityFaults, hasChromium, see, signIn } from './browser';
import { openWindow } from './fixture';
import { compare, type Grid } from './looks/compare';
import { Darkroom } from './looks/darkroom';
import { ACCEPTS, keepLook, keptLook, keptNames, type Seen, reportDifference } from './looks/kept';
import { MapScreen } from './pages/map-screen';
import { Shell } from './pages/shell';
import { settled } from './scenes';

/** Doctor's findings depend on the machine; here they are fixed. */
const MACHINE: Doctor = vi.hoisted(() => ({
  checks: [
    ...['bash', 'ip (iproute2)', 'nft (nftables)', 'libvirtd', 'virsh', 'QEMU'].map((title) => ({
      id: title,
      title,
      state: 'ok' as const,
      found: '1.2.3',
      matters: '',
      remedy: null,
    })),
    {
      id: 'slirp4netns',
      title: 'slirp4netns',
      state: 'missing',
      found: 'slirp4netns not found',
      matters: 'Without it nothing in a lab reaches the outside.',
      remedy: { words: 'Install its package:', command: ['apt-get', 'install', '--yes', 'slirp4netns'], root: true },
    },
  ],
  canRunLab: true,
  canRunVms: true,
  accelerated: false,
}));
vi.mock('../../hosts/registry', async (original) => {
  const real = await original<typeof Registry>();
  const createHosts: typeof real.createHosts = (options) => ({
    ...real.createHosts(options),
    doctor: () => Promise.resolve(MACHINE),
  });
  return { ...real, createHosts };
});

/** So long after everything that each age reads "1 h ago", however long the setup took. */
const LATER_MS = 90 * 60_000;

/** The timeout for a screen that is still loading or rendering. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 200;

/** Hidden, because it differs from run to run: durations, and what a simulated VM uses at that moment. */
const VARYING =
  '.charts, .spark, .job-list button > small, .steps li > small, .jobs section > p.soft { visibility: hidden }';

const THEMES = ['light', 'dark'] as const;
const SCREENS = [
  'first-run',
  'map',
  'map-web',
  'networks',
  'network-isolation',
  'hosts',
  'setup-networks',
  'vms',
  'vm',
  'activity',
  'doctor',
  'palette',
] as const;
type Screen = (typeof SCREENS)[number];

const SIZE = { width: 1280, height: 800 };
/** 200 % zoom in the usual window. */
const HALF = { width: 640, height: 400 };
const LARGE = { width: 1920, height: 1080 };
const LARGEST = { width: 3840, height: 2160 };
/** Windows of other sizes in which a screen is also compared, and checked by axe. */
const OTHER_SIZES: Partial<Record<Screen, ReadonlyArray<typeof SIZE>>> = {
  map: [HALF, LARGE, LARGEST],
  'setup-networks': [HALF, LARGE, LARGEST],
  vms: [HALF, LARGE, LARGEST],
};

const lookName = (screen: Screen, width: number, theme: string): string =>
  width === SIZE.width ? `${screen}-${theme}` : `${screen}-${width}-${theme}`;
/** Each screen is opened in the usual size; the others resize its window. */
const SHOTS = SCREENS.flatMap((screen) => [SIZE, ...(OTHER_SIZES[screen] ?? [])].map((size) => ({ screen, size })));

describe.skipIf(!hasChromium)('the look of the key screens (needs chromium)', () => {
  let empty: SimulatedApp;
  let app: SimulatedApp;
  let browser: Browser;
  let page: Page;
  let darkroom: Darkroom;

  beforeAll(async () => {
    [empty, app] = [await openSimulatedApp(), await openSimulatedApp()];
    await setScene(app);
    ({ browser, page } = await openWindow({ reducedMotion: 'reduce', locale: 'en-US', timezoneId: 'UTC' }));
    darkroom = await Darkroom.open(browser);
    await page.clock.setFixedTime(Date.now() + LATER_MS);
    await signIn(page, empty.door.link());
  });
  afterAll(async () => {
    await Promise.all([empty.close(), app.close()]);
  });

  const main = () => page.getByRole('main');
  const detail = async (screen: 'Networks' | 'Hosts' | 'Virtual machines', name: string, tab: string) => {
    await new Shell(page).go(screen);
    await main().getByRole('link', { name, exact: true }).first().click();
    await page.getByRole('tab', { name: tab }).click();
  };

  const open: Record<Screen, () => Promise<void>> = {
    'first-run': () => see(page.getByRole('button', { name: 'Create simulated demo' })).toBeEnabled(),
    map: async () => {
      await signIn(page, app.door.link());
      await see(new MapScreen(page).vm('web')).toBeVisible({ timeout: 60_000 });
    },
    'map-web': () => new MapScreen(page).vm('web').click(),
    networks: () => new Shell(page).go('Networks'),
    'network-isolation': () => detail('Networks', 'blue', 'Isolation'),
    hosts: () => new Shell(page).go('Hosts'),
    'setup-networks': async () => {
      await detail('Hosts', 'simulated', 'Networks');
      await page.getByRole('button', { name: 'Set up networks…' }).click();
      await see(page.getByRole('dialog')).toBeVisible();
    },
    vms: async () => {
      await page.keyboard.press('Escape');
      await new Shell(page).go('Virtual machines');
    },
    vm: () => detail('Virtual machines', 'gw', 'Overview'),
    activity: () => new Shell(page).go('Activity'),
    doctor: () => new Shell(page).go('Doctor'),
    palette: async () => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('plug');
      await see(page.getByRole('option').first()).toBeVisible();
    },
  };

  const shoot = async (): Promise<Seen> => {
    await page.mouse.move(0, 0);
    await page.evaluate(async (css) => {
      document.adoptedStyleSheets = [await new CSSStyleSheet().replace(css)];
      // Names have other widths until their font is there.
      await document.fonts.ready;
    }, VARYING);
    const picture = await page.screenshot({ animations: 'disabled' });
    return { picture, now: await darkroom.gridOf(picture) };
  };

  /** The look once it matches the accepted one, else at the timeout. */
  const lookFor = async (old: Grid | null): Promise<Seen> => {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const seen = await shoot();
      if (Date.now() > until || (old !== null && compare(old, seen.now).same)) return seen;
      await sleep(PAUSE_MS);
    }
  };

  /** The look once it is stable. */
  const atRest = async (): Promise<Seen> => {
    for (let last = await shoot(); ;) {
      await sleep(5 * PAUSE_MS);
      const seen = await shoot();
      if (compare(last.now, seen.now).different.length === 0) return seen;
      last = seen;
    }
  };

  /** The difference of the open screen; null: it looks as accepted. */
  const judge = async (name: string): Promise<string | null> => {
    const old = await keptLook(darkroom, name);
    const seen = await lookFor(old);
    if (old !== null && compare(old, seen.now).same) return null;
    return reportDifference(darkroom, name, seen, old);
  };

  /** The differences of the open screen in both themes. */
  const judgeThemes = async (screen: Screen, width: number): Promise<Array<string | null>> => {
    const wrongs: Array<string | null> = [];
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      const name = lookName(screen, width, colorScheme);
      if (ACCEPTS) await keepLook(darkroom, name, await atRest());
      else wrongs.push(await judge(name));
      // The usual size is checked in screens.test.ts, with every detail and form.
      if (width !== SIZE.width) wrongs.push(...(await accessibilityFaults(page)).map((fault) => `${name}: ${fault}`));
    }
    return wrongs;
  };

  it.each(SHOTS)('$screen, $size.width wide', async ({ screen, size }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(size);
    if (size === SIZE) await open[screen]();
    const wrongs = await judgeThemes(screen, size.width);
    expect(wrongs.filter((wrong) => wrong !== null).join('\n\n')).toBe('');
  });

  it('is stored for these screens and no others', () => {
    const all = SHOTS.flatMap(({ screen, size }) => THEMES.map((theme) => lookName(screen, size.width, theme)));
    expect(keptNames().sort()).toEqual(all.sort());
  });

  it('starts no transition with reduced motion, not even where colors change', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.emulateMedia({ colorScheme: 'light' });
    const transitions = () => document.getAnimations().filter((one) => one instanceof CSSTransition).length;
    expect(await page.evaluate(transitions)).toBe(0);
  });

  it.each([
    [
      'a hidden sidebar',
      () =>
        page
          .locator('nav')
          .first()
          .evaluate((nav) => (nav.style.visibility = 'hidden')),
    ],
    ['a style sheet that is lost', () => page.evaluate(() => void (document.styleSheets[0]!.disabled = true))],
    ['a button that is lost', () => page.getByRole('button', { name: 'Create network' }).evaluate((it) => it.remove())],
  ])('detects %s', async (_, spoil) => {
    const old = await keptLook(darkroom, 'networks-light');
    await page.emulateMedia({ colorScheme: 'light' });
    await signIn(page, app.door.link());
    await new Shell(page).go('Networks');
    expect(compare(old!, (await lookFor(old)).now).same).toBe(true);
    await spoil();
    expect(compare(old!, (await shoot()).now).same).toBe(false);
  });
});

/**
 * The simulated demo, a second host and a collapsed class, created one after the other, so that all lists have a fixed order.
 * Networks are named after colors, so that their colors are fixed.
 */
async function setScene({ engine }: SimulatedApp): Promise<void> {
  const cluster = 'laptop-lab';
  const vm = async (name: string, network: string, start = false): Promise<void> => {
    await engine.vms.add({ name, cluster, host: 'node2', vnics: [{ network }], start });
    await settled(engine);
  };
  await engine.demo.add({ simulated: true });
  await settled(engine);
  await engine.hosts.add({ name: 'node2', cluster, how: { kind: 'simulated', delayMs: 5 } });
  await settled(engine);
  await engine.networks.add({ name: 'violet', dataCenter: cluster, isIsolated: true, clusters: [cluster] });
  await settled(engine);
  await vm('db2', 'blue', true);
  for (let i = 1; i <= 12; i++) await vm(`student${String(i).padStart(2, '0')}`, 'violet');
  await engine.networks.add({ name: 'office', dataCenter: cluster, isIsolated: false, vlan: 7 });
  await engine.networks.attach({ network: 'office', cluster, required: false });
  await settled(engine);
  await engine.networks.check({});
  await settled(engine);
}
