import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UpdateFeed } from '../support/update-feed';

const missing = process.platform !== 'linux' ? 'needs Linux' : existsSync('/usr/bin/7z') ? null : "needs Debian's 7zip";
const require = createRequire(import.meta.url);
/** Not the whole of Electron (about 280 MB), which the stand-in has not: what is ours. */
const MOST_BYTES = 25_000_000;

/** By a name that is not written where it is imported: it has no types. */
const LICENCES = new URL('../../scripts/package/licences.mjs', import.meta.url).href;

interface Asar {
  listPackage(archive: string, options: { isPack: boolean }): string[];
  extractFile(archive: string, file: string): Buffer;
  extractAll(archive: string, into: string): void;
}

/**
 * The desktop's packages as electron-builder makes them, with a stand-in of Electron's folder where its program is: everything in them
 * but that program is what a person gets.
 */
describe.skipIf(missing !== null)(`the desktop's packages${missing === null ? '' : ` (${missing})`}`, () => {
  let out: string;
  let archive: string;
  let files: string[];
  let asar: Asar;

  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'atoll-packages-'));
    const args = ['scripts/dist-desktop.mjs', '--stand-in', '--out', out, 'dir', 'tar.gz', 'zip'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the packages could not be made: ${stderr || stdout}`);
    asar = require('@electron/asar') as Asar;
    archive = join(out, 'linux-unpacked/resources/app.asar');
    files = asar.listPackage(archive, { isPack: false }).map((name) => name.replace(/^\//, ''));
  }, 300_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  const text = (file: string): string => asar.extractFile(archive, file).toString('utf8');
  const unpacked = (): string[] => {
    const folder = `${archive}.unpacked`;
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(folder, name)).isFile(),
    );
  };

  it('hold what the app is made of', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'LICENSES.txt',
        'dist/main/index.js',
        'dist/main/engine.js',
        'dist/main/tray.png',
        'dist/preload/index.cjs',
        'dist/renderer/index.html',
        'node_modules/better-sqlite3/lib/index.js',
        'node_modules/ssh2/package.json',
        'node_modules/libxml2-wasm/package.json',
      ]),
    );
    expect(JSON.parse(text('package.json'))).toMatchObject({ name: 'atoll', main: 'dist/main/index.js' });
  });

  it('have every module that the bundles ask for', () => {
    const built = files.filter((name) => /^dist\/(main|preload)\/.*\.c?js$/.test(name));
    const asked = built.flatMap((name) => [
      ...text(name).matchAll(/(?:from|import|require\()\s*\(?["']([^"'.][^"']*)["']/g),
    ]);
    const { builtinModules } = require('node:module') as { builtinModules: string[] };
    // `electron` is there by itself; the others are asked for by name and never needed (scripts/package/app-tree.mjs).
    const optional = new Set(['electron', 'bufferutil', 'utf-8-validate', 'cpu-features']);
    const names = new Set(asked.map((match) => packageOf(match[1] ?? '')));
    const absent = [...names].filter(
      (name) =>
        /^(@[\w.-]+\/)?[a-z][\w.-]*$/.test(name) &&
        !optional.has(name) &&
        !name.startsWith('node:') &&
        !builtinModules.includes(name) &&
        !files.some((file) => file.startsWith(`node_modules/${name}/`)),
    );
    expect(absent).toEqual([]);
  });

  it('hold nothing of how they were made: no source maps, no sources, no tests, no development packages, no path of the checkout', () => {
    expect(files.filter((name) => /\.(map|tsx?|test\.\w+)$/.test(name))).toEqual([]);
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const shipped = new Set(files.map((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? ''));
    expect([...shipped].filter((name) => name in devDependencies)).toEqual([]);
    expect(readFileSync(archive).includes(process.cwd())).toBe(false);
  });

  it('have native code outside of the archive, for the binary interface of this Electron, and nothing else', () => {
    const abi = readFileSync('node_modules/electron/abi_version', 'utf8').trim();
    expect(unpacked()).toEqual([`dist/native/better_sqlite3-linux-x64-${abi}.node`]);
    expect(files.filter((name) => name.endsWith('.node'))).toHaveLength(1);
  });

  it('have their fuses set', () => {
    const program = readFileSync(join(out, 'linux-unpacked/atoll-desktop'));
    const at = program.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX') + 32;
    // RunAsNode, cookie encryption, NODE_OPTIONS, --inspect, integrity of the archive, only from the archive, snapshot, file:// privileges.
    expect(program.subarray(at + 2, at + 10).toString()).toBe('01001100');
  });

  it('name the licence of each work in them, and none that is unknown', async () => {
    const { isKnown, ofPackage } = (await import(LICENCES)) as {
      isKnown(licence: string): boolean;
      ofPackage(name: string): { licence: string };
    };
    const notices = text('LICENSES.txt');
    const shipped = new Set(
      files.map((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\/package.json$/.exec(name)?.[1] ?? ''),
    );
    shipped.delete('');
    expect(shipped.size).toBeGreaterThan(5);
    for (const name of [...shipped, 'react', '@patternfly/react-core', '@novnc/novnc', '@xterm/xterm', 'zod']) {
      expect([name, notices.includes(`  ${name} `)]).toEqual([name, true]);
      expect([name, isKnown(ofPackage(name).licence)]).toEqual([name, true]);
    }
    for (const licence of ['UNLICENSED', 'SEE LICENSE IN x', 'GPL-3.0', 'MIT AND GPL-2.0', ''])
      expect(isKnown(licence)).toBe(false);
    for (const licence of ['(MIT OR GPL-3.0)', 'MIT AND Apache-2.0']) expect(isKnown(licence)).toBe(true);
    for (const name of ['LICENSE.electron.txt', 'LICENSES.chromium.html'])
      expect(existsSync(join(out, 'linux-unpacked', name))).toBe(true);
  });

  it('look for updates with what is packed, where a feed is configured, and load nothing of it where none is', async () => {
    const feed = new UpdateFeed();
    await feed.open();
    feed.publish('0.2.0');
    const app = join(feed.folder, 'app');
    asar.extractAll(archive, app);
    const updater = files.filter(
      (name) => /^dist\/main\/chunks\//.test(name) && text(name).includes('AppImageUpdater'),
    );
    expect(updater).toHaveLength(1);
    expect(text('dist/main/index.js')).toContain(`import("./chunks/${basename(updater[0] ?? '')}")`);
    const child = spawn(process.execPath, ['test/support/packed-main.mjs', app, feed.folder], {
      env: { ...process.env, ATOLL_HOME: join(feed.folder, 'home'), APPIMAGE: feed.installed },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (bytes) => (said += String(bytes)));
    try {
      await vi.waitFor(
        () => expect([feed.asked.map(({ path }) => path), said]).toEqual([['/latest-linux.yml'], '']),
        20_000,
      );
    } finally {
      child.kill('SIGKILL');
      await feed.shut();
      feed.dispose();
    }
  });

  it('stay small', () => {
    expect(statSync(archive).size).toBeLessThan(MOST_BYTES);
  });

  it('are really packed, as tar.gz and zip, with the program in them', () => {
    const [tar = ''] = readdirSync(out).filter((name) => name.endsWith('.tar.gz'));
    const [zip = ''] = readdirSync(out).filter((name) => name.endsWith('.zip'));
    const listed = {
      tar: spawnSync('tar', ['-tzf', join(out, tar)], { encoding: 'utf8' }).stdout,
      zip: spawnSync('/usr/bin/7z', ['l', '-ba', join(out, zip)], { encoding: 'utf8' }).stdout,
    };
    for (const list of Object.values(listed)) {
      expect(list).toContain('atoll-desktop');
      expect(list).toMatch(/resources\/app\.asar\b/);
      expect(list).toMatch(/app\.asar\.unpacked\/dist\/native\/better_sqlite3/);
    }
  });
});

const packageOf = (specifier: string): string => {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
};
