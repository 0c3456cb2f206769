import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright';
import { connectEngine } from '../../app/client';
import { homeAt } from '../../app/home';
import { openStore } from '../../db/store';
import { simulatedStateFile } from '../../hosts/registry';
import { CHROMIUM, hasChromium, launch, signIn } from '../e2e/browser';
import { BIG, fillBigWorld } from '../support/big-world';
import { type Report, figure, median } from './kit';

const exec = promisify(execFile);
const WINDOW = { width: 1280, height: 800 };
const COLD = 3;
/** Until the page has drawn, fetched and collected what it will. */
const REST_MS = 5_000;

/** The app in a browser, from nothing: until its first paint, what engine and page weigh; and the installer, where it was made. */
export async function benchScreens(report: Report): Promise<void> {
  if (!hasChromium) throw new Error(`there is no browser at ${CHROMIUM}: ATOLL_CHROMIUM names another`);
  await exec(process.execPath, ['scripts/build-renderer.mjs', '--quiet']);
  const browser = await launch();
  try {
    await coldStart(browser, report);
    await weights(browser, report);
  } finally {
    await browser.close();
  }
  await installer(report);
}

/** `atoll start` in a home, as a process of its own. */
interface Running {
  readonly link: string;
  stop(): Promise<void>;
}

async function start(home: string): Promise<Running> {
  const cli = resolve(import.meta.dirname, 'cli.js');
  const child = spawn(process.execPath, [cli, 'start', '--no-open', '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const link = await firstLink(child);
  return {
    link,
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

async function firstLink(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const found = /https?:\/\/127\.0\.0\.1\S*/.exec(line)?.[0];
    if (found !== undefined) return found;
  }
  throw new Error('`atoll start` printed no link');
}

/** From the command's start, in a home that is not there yet, to the page's first paint with words on it. */
async function coldStart(browser: Browser, report: Report): Promise<void> {
  const links: number[] = [];
  const paints: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < COLD; round += 1) {
    const home = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
    const begun = performance.now();
    const running = await start(home);
    links.push(performance.now() - begun);
    const page = await browser.newPage({ viewport: WINDOW });
    await signIn(page, running.link);
    await painted(page);
    paints.push(performance.now() - begun);
    await page.close();
    await running.stop();
    rmSync(home, { recursive: true, force: true });
    bare.push(await bareWindow(browser));
  }
  report(figure('screens', 'atoll start in a new home, until its link', 'ms', median(links)));
  report(figure('screens', 'the same, until first paint in an open browser', 'ms', median(paints)));
  report(figure('screens', '- of this, what a window with one heading takes', 'ms', median(bare)));
}

async function painted(page: Page): Promise<void> {
  await page.getByRole('heading').first().waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Milliseconds until a new window has painted a page that has nothing but a heading, from a server that runs already. */
async function bareWindow(browser: Browser): Promise<number> {
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<h1>Atoll</h1>'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const begun = performance.now();
  const page = await browser.newPage({ viewport: WINDOW });
  await page.goto(`http://127.0.0.1:${port}/`);
  await painted(page);
  const took = performance.now() - begun;
  await page.close();
  server.closeAllConnections();
  server.close();
  return took;
}

/** What the engine and the page's own process weigh at rest, in an empty home and with 10,000 VMs on the map. */
async function weights(browser: Browser, report: Report): Promise<void> {
  for (const what of ['idle', `with ${BIG.vms} VMs`]) {
    const home = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
    if (what !== 'idle') {
      const store = openStore(homeAt(home).store);
      await fillBigWorld(store, (id) => simulatedStateFile(home, id));
      store.close();
    }
    const running = await start(home);
    const page = await browser.newPage({ viewport: WINDOW });
    page.setDefaultTimeout(120_000);
    await signIn(page, running.link);
    await page.getByRole('heading').first().waitFor();
    if (what !== 'idle') await page.waitForSelector('.map-frame .overview-canvas, .map-frame .island');
    await sleep(REST_MS);
    report(figure('screens', `renderer's memory, ${what}`, 'MB', await rendererBytes(browser, page)));
    const connection = await connectEngine(homeAt(home));
    const memory = (await connection?.client.system.status())?.memoryBytes ?? Number.NaN;
    connection?.close();
    const aim = what === 'idle' ? {} : { atMost: 150 };
    report(figure('screens', `memory of atoll start (engine and door), ${what}`, 'MB', memory / 1e6, aim));
    await page.close();
    await running.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/**
 * Resident memory of the page's process, the largest of the renderers: Chromium keeps an empty one ready. What it shares with
 * others counts by parts (proc_pid_smaps(5)).
 */
async function rendererBytes(browser: Browser, page: Page): Promise<number> {
  await page.requestGC();
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1]);
  return (Math.max(...sizes.map(Number)) * 1024) / 1e6;
}

/** The .deb, where `npm run dist:deb` has made it: itself, and what it takes when it is installed (KiB, deb-control(5)). */
async function installer(report: Report): Promise<void> {
  const file = readdirSync('dist').find((name) => /^atoll_.*\.deb$/.test(name));
  if (file === undefined || !existsSync('/usr/bin/dpkg-deb')) return;
  const path = join('dist', file);
  report(figure('screens', `${file}: size`, 'MB', statSync(path).size / 1e6));
  const { stdout } = await exec('dpkg-deb', ['--field', path, 'Installed-Size']);
  report(figure('screens', `${file}: installed`, 'MB', (Number(stdout) * 1024) / 1e6));
}
