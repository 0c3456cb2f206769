import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createRouterClient } from '@orpc/server';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright';
import { createApp } from '../../app/create-app';
import { homeAt } from '../../app/home';
import { openStore } from '../../db/store';
import { simulatedStateFile } from '../../hosts/registry';
import { startServer } from '../../server/start';
import { CHROMIUM, hasChromium, launch, signIn } from '../e2e/browser';
import { BIG, type BigWorldSize, fillBigWorld } from '../support/big-world';
import { type Client, figure, median, type Report } from './kit';

const exec = promisify(execFile);
const WINDOW = { width: 1440, height: 900 };
const SIZES: readonly BigWorldSize[] = [
  { clusters: 1, hosts: 1, networks: 20, vms: 100 },
  { clusters: 2, hosts: 10, networks: 200, vms: 1_000 },
  BIG,
];
const MOVES = 60;
const RENAMES = 7;

/** Milliseconds of a frame, as the page saw them while it was moved. */
interface Frames {
  readonly pan: number;
  readonly zoom: number;
}

/**
 * The map in a headless Chromium without a GPU: first paint, a frame of pan and of zoom with all in sight and close in, and from
 * a command to its sight. Beside it bare xyflow with 1,000 nodes and nothing else, moved in the same way in the same run.
 */
export async function benchMap(report: Report): Promise<void> {
  if (!hasChromium) throw new Error(`there is no browser at ${CHROMIUM}: ATOLL_CHROMIUM names another`);
  await exec(process.execPath, ['scripts/build-renderer.mjs', '--quiet']);
  const browser = await launch();
  try {
    const floor = await bareXyflow(browser);
    report(figure('map', 'bare xyflow, 1,000 nodes: a frame of pan', 'ms', floor.pan));
    report(figure('map', 'bare xyflow, 1,000 nodes: a frame of zoom', 'ms', floor.zoom));
    for (const size of SIZES) await world(browser, size, floor, report);
  } finally {
    await browser.close();
  }
}

async function world(browser: Browser, size: BigWorldSize, floor: Frames, report: Report): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
  const store = openStore(homeAt(home).store);
  await fillBigWorld(store, (id) => simulatedStateFile(home, id), size);
  store.close();
  const app = await createApp(homeAt(home), 'daemon');
  const door = await startServer({ app, screens: resolve('dist/renderer') });
  const client: Client = createRouterClient(app.router, {
    context: { actor: { user: userInfo().username, door: 'cli' } },
  });
  try {
    while ((await client.hosts.list({})).some((host) => host.state !== 'up')) await sleep(200);
    const page = await browser.newPage({ viewport: WINDOW });
    page.setDefaultTimeout(120_000);
    await measure(page, door.link(), client, size.vms, floor, report);
    await page.close();
  } finally {
    await door.close();
    await app.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(
  page: Page,
  link: string,
  client: Client,
  vms: number,
  floor: Frames,
  report: Report,
): Promise<void> {
  const name = `${vms} VMs`;
  await signIn(page, link);
  report(figure('map', `${name}: first paint`, 'ms', await firstPaint(page)));
  // Only beside what the floor has as many of: 10,000 has its own aim.
  const aim = vms === 1_000 ? { floor: floor.pan, atMost: 1 } : vms > 1_000 ? { atMost: 100 } : {};
  const far = await moved(page, '.map-frame');
  report(figure('map', `${name}, all in sight: a frame of pan`, 'ms', far.pan, aim));
  report(figure('map', `${name}, all in sight: a frame of zoom`, 'ms', far.zoom, zoomAim(aim, floor)));
  await closeIn(page);
  const near = await moved(page, '.map-frame');
  report(figure('map', `${name}, close in: a frame of pan`, 'ms', near.pan, aim));
  report(figure('map', `${name}, close in: a frame of zoom`, 'ms', near.zoom, zoomAim(aim, floor)));
  report(figure('map', `${name}: from a command to its sight`, 'ms', await eventToScreen(page, client)));
}

const zoomAim = (aim: { floor?: number; atMost?: number }, floor: Frames) =>
  aim.floor === undefined ? aim : { ...aim, floor: floor.zoom };

/** From the start of the navigation until the second frame with the map on it. */
async function firstPaint(page: Page): Promise<number> {
  await page.waitForSelector('.map-frame .overview-canvas, .map-frame .island');
  return page.evaluate(
    () =>
      new Promise<number>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))),
  );
}

/** Zooms at the middle until chips are drawn. */
async function closeIn(page: Page): Promise<void> {
  await page.mouse.move(WINDOW.width / 2 - 100, WINDOW.height / 2);
  while ((await page.locator('.map-frame.level-near').count()) === 0) {
    await page.mouse.wheel(0, -150);
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(500);
}

/** Drags, then turns the wheel to and fro, by real input; frames are counted in the page in the meantime. */
async function moved(page: Page, selector: string): Promise<Frames> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error('nothing to move');
  // The upper edge: the strip of mainland or water, so that no VM is carried.
  const [x, y] = [box.x + box.width / 2, box.y + 8];
  const pan = await frames(page, async () => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let i = 0; i < MOVES; i += 1) await page.mouse.move(x + 90 * Math.sin(i / 6), y + 60 * Math.sin(i / 9) + 60);
    await page.mouse.move(x, y);
    await page.mouse.up();
  });
  const zoom = await frames(page, async () => {
    await page.mouse.move(x, box.y + box.height / 2);
    for (let i = 0; i < MOVES; i += 1) await page.mouse.wheel(0, i % 20 < 10 ? -12 : 12);
  });
  return { pan, zoom };
}

/** The mean time of a frame while something is done. */
async function frames(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const times: number[] = [];
    const next = (at: number): void => {
      times.push(at);
      if (document.body.dataset['counting'] === 'yes') requestAnimationFrame(next);
    };
    document.body.dataset['counting'] = 'yes';
    Object.assign(window, { frameTimes: times });
    requestAnimationFrame(next);
  });
  await act();
  return page.evaluate(() => {
    document.body.dataset['counting'] = 'no';
    const times = (window as unknown as { frameTimes: number[] }).frameTimes;
    return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / Math.max(1, times.length - 1);
  });
}

/** From a command until the first frame of the page that shows what it changed: a network's new name in the drawer. */
async function eventToScreen(page: Page, client: Client): Promise<number> {
  const network = (await client.networks.list({}))[0];
  if (network === undefined) throw new Error('no network');
  await page.goto(`${new URL(page.url()).origin}/?at=network:${network.id}`);
  await page.locator('.drawer h2').filter({ hasText: network.name }).waitFor();
  await page.waitForTimeout(1_000);
  const times: number[] = [];
  for (let i = 0; i < RENAMES; i += 1) {
    const name = `renamed-${i}`;
    const seen = page.evaluate(
      (words) =>
        new Promise<number>((done) => {
          const look = (): void => {
            if (document.querySelector('.drawer h2')?.textContent?.includes(words) === true) done(Date.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
      name,
    );
    const begun = Date.now();
    await client.networks.update({ network: network.id, name });
    times.push((await seen) - begun);
    await sleep(500);
  }
  return median(times);
}

/** 1,000 nodes of xyflow in 200 groups, without edges, all in sight. */
async function bareXyflow(browser: Browser): Promise<Frames> {
  const { outputFiles } = await build({
    entryPoints: ['test/bench/bare-xyflow.tsx'],
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
  });
  const page = await browser.newPage({ viewport: WINDOW });
  const css = readFileSync('node_modules/@xyflow/react/dist/style.css', 'utf8');
  await page.setContent(`<style>${css} html, body, #root { height: 100%; margin: 0 }</style><div id="root"></div>`);
  await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
  await page.waitForFunction(() => document.querySelectorAll('.react-flow__node').length >= 1_000);
  await page.waitForTimeout(1_000);
  const found = await moved(page, '.react-flow');
  await page.close();
  return found;
}
