import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as ResEdit from 'resedit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UpdateFeed } from '../support/update-feed';

const missing = process.platform !== 'linux' ? 'needs Linux' : existsSync('/usr/bin/7z') ? null : "needs Debian's 7zip";
const has = (program: string): boolean => spawnSync('which', [program]).status === 0;
const [hasDpkg, hasRpmbuild] = [has('dpkg-deb'), has('rpmbuild')];
const require = createRequire(import.meta.url);
/** Not the whole of Electron (about 280 MB), which the stand-in has not: what is ours. */
const MOST_BYTES = 25_000_000;

/** By a name that is not written where it is imported: it has no types. */
const LICENSES = new URL('../../scripts/package/licenses.mjs', import.meta.url).href;

interface Asar {
  listPackage(archive: string, options: { isPack: boolean }): string[];
  extractFile(archive: string, file: string): Buffer;
  extractAll(archive: string, into: string): void;
  getRawHeader(archive: string): { headerString: string };
}

/** An unpacked tree, as the installers of a platform share it; paths within it. */
interface Tree {
  readonly folder: string;
  readonly platform: NodeJS.Platform;
  readonly resources: string;
  /** Where the fuses are. */
  readonly program: string;
  readonly licenses: readonly string[];
}

const TREES: Record<string, Tree> = {
  'AppImage, deb, rpm, tar.gz': {
    folder: 'linux-unpacked',
    platform: 'linux',
    resources: 'resources',
    program: 'atoll-desktop',
    licenses: ['LICENSE.electron.txt', 'LICENSES.chromium.html'],
  },
  'dmg, zip': {
    folder: 'mac',
    platform: 'darwin',
    resources: 'Atoll.app/Contents/Resources',
    program: 'Atoll.app/Contents/Frameworks/Electron Framework.framework/Electron Framework',
    licenses: [],
  },
  nsis: {
    folder: 'win-unpacked',
    platform: 'win32',
    resources: 'resources',
    program: 'Atoll.exe',
    licenses: ['LICENSE.electron.txt', 'LICENSES.chromium.html'],
  },
};

/**
 * The desktop's packages as electron-builder makes them, with a stand-in of Electron's folder where its program is, and one of fpm: everything in them
 * but that program, and for macOS and Windows the store's native half, is what a person gets.
 */
describe.skipIf(missing !== null)(`the desktop's packages${missing === null ? '' : ` (${missing})`}`, () => {
  let out: string;
  let asar: Asar;

  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'atoll-packages-'));
    build('--stand-in', 'linux', 'dir', 'tar.gz', 'zip', ...(hasDpkg ? ['deb'] : []), ...(hasRpmbuild ? ['rpm'] : []));
    build('--stand-in', 'mac', '--stand-in', 'windows', 'dir');
    asar = require('@electron/asar') as Asar;
  }, 600_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  function build(...args: string[]): void {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['scripts/dist-desktop.mjs', '--out', out, ...args],
      {
        encoding: 'utf8',
        env: { ...process.env, CUSTOM_FPM_PATH: join(process.cwd(), 'test/support/fpm-stand-in.mjs') },
      },
    );
    if (status !== 0) throw new Error(`the packages could not be made: ${stderr || stdout}`);
  }

  describe.each(Object.entries(TREES))('for %s', (_, tree) => {
    let archive: string;
    let files: string[];
    beforeAll(() => {
      archive = join(out, tree.folder, tree.resources, 'app.asar');
      files = asar.listPackage(archive, { isPack: false }).map((name) => name.replace(/^\//, ''));
    });
    const text = (file: string): string => asar.extractFile(archive, file).toString('utf8');

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
        // Statements and calls only: messages of libraries speak of imports too.
        ...text(name).matchAll(/(?:^|[;}])\s*(?:import|export)\b[^;"'\n]*["']([^"'.][^"']*)["']/gm),
        ...text(name).matchAll(/\b(?:import|require)\(\s*["']([^"'.][^"']*)["']\s*\)/g),
      ]);
      const { builtinModules } = require('node:module') as { builtinModules: string[] };
      // `electron` is built in; the others are asked for by name and never needed (scripts/package/app-tree.mjs).
      const optional = new Set(['electron', 'bufferutil', 'utf-8-validate', 'cpu-features']);
      const names = new Set(asked.map((match) => packageOf(match[1] ?? '')));
      expect(names).toContain('better-sqlite3');
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
      const unpacked = readdirSync(`${archive}.unpacked`, { recursive: true, encoding: 'utf8' }).filter((name) =>
        statSync(join(`${archive}.unpacked`, name)).isFile(),
      );
      expect(unpacked).toEqual([`dist/native/better_sqlite3-${tree.platform}-${process.arch}-${abi}.node`]);
      expect(files.filter((name) => name.endsWith('.node'))).toHaveLength(1);
    });

    it('have their fuses set', () => {
      const program = readFileSync(join(out, tree.folder, tree.program));
      const at = program.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX') + 32;
      // RunAsNode, cookie encryption, NODE_OPTIONS, --inspect, integrity of the archive, only from the archive, snapshot, file:// privileges.
      expect(program.subarray(at + 2, at + 10).toString()).toBe('01001100');
    });

    it('name the license of each work in them, and none that is unknown', async () => {
      const { isKnown, ofPackage } = (await import(LICENSES)) as {
        isKnown(license: string): boolean;
        ofPackage(name: string): { license: string };
      };
      const notices = text('LICENSES.txt');
      const shipped = new Set(
        files.map((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\/package.json$/.exec(name)?.[1] ?? ''),
      );
      shipped.delete('');
      expect(shipped.size).toBeGreaterThan(5);
      const bundled = ['react', '@patternfly/react-core', '@novnc/novnc', '@xterm/xterm', 'zod', 'electron-updater'];
      for (const name of [...shipped, ...bundled]) {
        expect([name, notices.includes(`  ${name} `)]).toEqual([name, true]);
        expect([name, isKnown(ofPackage(name).license)]).toEqual([name, true]);
      }
      for (const license of ['UNLICENSED', 'SEE LICENSE IN x', 'GPL-3.0', 'MIT AND GPL-2.0', ''])
        expect(isKnown(license)).toBe(false);
      for (const license of ['(MIT OR GPL-3.0)', 'MIT AND Apache-2.0']) expect(isKnown(license)).toBe(true);
      for (const name of tree.licenses) expect(existsSync(join(out, tree.folder, name))).toBe(true);
    });

    it('stay small', () => {
      expect(statSync(archive).size).toBeLessThan(MOST_BYTES);
    });

    it('know of no feed of updates', () => {
      expect(existsSync(join(out, tree.folder, tree.resources, 'app-update.yml'))).toBe(false);
    });
  });

  /** As the program checks it at its start: of the archive's header. */
  const sumOf = (tree: Tree): string =>
    createHash('sha256')
      .update(asar.getRawHeader(join(out, tree.folder, tree.resources, 'app.asar')).headerString)
      .digest('hex');

  it('for macOS are called Atoll, open its links, and know the sum of their archive', () => {
    const tree = TREES['dmg, zip']!;
    const { parse } = require('plist') as { parse(text: string): Record<string, unknown> };
    const app = join(out, tree.folder, 'Atoll.app/Contents');
    expect(parse(readFileSync(join(app, 'Info.plist'), 'utf8'))).toMatchObject({
      CFBundleExecutable: 'Atoll',
      CFBundleIdentifier: 'org.atoll.app',
      CFBundleURLTypes: expect.arrayContaining([expect.objectContaining({ CFBundleURLSchemes: ['atoll'] })]) as unknown,
      ElectronAsarIntegrity: { 'Resources/app.asar': { algorithm: 'SHA256', hash: sumOf(tree) } },
    });
    for (const name of ['MacOS/Atoll', 'Resources/icon.icns', 'Frameworks/Atoll Helper (Renderer).app'])
      expect(existsSync(join(app, name))).toBe(true);
  });

  it('for Windows are called Atoll, have its icon, and know the sum of their archive', () => {
    const tree = TREES['nsis']!;
    const { NtExecutable, NtExecutableResource, Resource } = require('resedit') as typeof ResEdit;
    const program = NtExecutable.from(readFileSync(join(out, tree.folder, tree.program)));
    const { entries } = NtExecutableResource.from(program);
    const about = Resource.VersionInfo.fromEntries(entries)[0]!;
    expect(about.getStringValues(about.getAllLanguagesForStringValues()[0]!)).toMatchObject({ ProductName: 'Atoll' });
    expect(Resource.IconGroupEntry.fromEntries(entries).length).toBeGreaterThan(0);
    const integrity = entries.find(({ type }) => type === 'INTEGRITY');
    expect(JSON.parse(Buffer.from(integrity!.bin).toString())).toEqual([
      { file: 'resources\\app.asar', alg: 'SHA256', value: sumOf(tree) },
    ]);
  });

  it('look for updates with what is packed, where a feed is configured', async () => {
    const feed = new UpdateFeed();
    await feed.open();
    feed.publish('0.2.0');
    const app = join(feed.folder, 'app');
    asar.extractAll(join(out, 'linux-unpacked/resources/app.asar'), app);
    // A chunk of its own, that nothing else reads.
    const chunks = join(app, 'dist/main/chunks');
    const [updater = ''] = readdirSync(chunks).filter((name) =>
      readFileSync(join(chunks, name), 'utf8').includes('AppImageUpdater'),
    );
    const askers = readdirSync(join(app, 'dist/main'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .filter((name) => readFileSync(join(app, 'dist/main', name), 'utf8').includes(updater));
    expect(askers).toEqual(['index.js']);
    const child = spawn(process.execPath, ['test/support/packed-main.mjs', app, feed.folder], {
      env: { ...process.env, ATOLL_HOME: join(feed.folder, 'home'), APPIMAGE: feed.installed },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (bytes) => (said += String(bytes)));
    const seen = (): unknown => [feed.asked.map(({ path }) => path), said];
    try {
      await vi.waitFor(() => expect(seen()).toEqual([['/latest-linux.yml'], '']), 20_000);
    } finally {
      child.kill('SIGKILL');
      await feed.shut();
      feed.dispose();
    }
  });

  /** The names and values that a tool prints of a package. */
  const said = (command: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
    return stdout.trim();
  };
  const inOpt = (name: string): RegExp => new RegExp(`(^|\\.)/opt/Atoll/${name}$`, 'm');

  it.skipIf(!hasDpkg)('are a .deb that takes the place of the package atoll (needs dpkg-deb)', () => {
    const deb = join(out, 'atoll-desktop_0.1.0_amd64.deb');
    const field = (name: string): string => said('dpkg-deb', '--field', deb, name);
    expect(['Package', 'Version', 'Conflicts', 'Provides'].map(field)).toEqual([
      'atoll-desktop',
      '0.1.0',
      'atoll',
      'atoll',
    ]);
    for (const name of ['iproute2', 'nftables', 'uidmap']) expect(field('Depends').split(', ')).toContain(name);
    for (const name of ['libvirt-daemon', 'slirp4netns']) expect(field('Recommends').split(', ')).toContain(name);
    const files = said('dpkg-deb', '--contents', deb).replaceAll(/^.*? \.\//gm, '/');
    for (const name of ['atoll-desktop', 'resources/app.asar', 'chrome-sandbox']) expect(files).toMatch(inOpt(name));
    const entry = said(
      'bash',
      '-c',
      `dpkg-deb --fsys-tarfile "$1" | tar -xO ./usr/share/applications/atoll-desktop.desktop`,
      'bash',
      deb,
    );
    const lines = entry.split('\n');
    for (const line of ['Name=Atoll', 'Exec=/opt/Atoll/atoll-desktop %U', 'StartupWMClass=atoll-desktop'])
      expect(lines).toContain(line);
    expect(entry).toMatch(/^MimeType=(x-scheme-handler\/atoll;)+$/m);
  });

  it.skipIf(!hasRpmbuild)('are an .rpm that says the same (needs rpmbuild)', () => {
    const rpm = join(out, 'atoll-desktop-0.1.0.x86_64.rpm');
    const query = (...args: string[]): string[] => said('rpm', '-qp', ...args, rpm).split('\n');
    expect(query('--queryformat', '%{NAME} %{VERSION} %{LICENSE}')).toEqual(['atoll-desktop 0.1.0 Apache-2.0']);
    expect(query('--conflicts')).toEqual(['atoll']);
    expect(query('--requires')).toEqual(expect.arrayContaining(['iproute', 'nftables', 'shadow-utils']));
    const files = query('--list').join('\n');
    for (const name of ['atoll-desktop', 'resources/app.asar', 'chrome-sandbox']) expect(files).toMatch(inOpt(name));
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
