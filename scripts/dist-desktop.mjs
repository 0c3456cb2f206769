// `npm run dist:desktop [-- TARGET... --out DIR --stand-in PLATFORM...]`: the desktop app as packages, by electron-builder.yml, into release/out.
// Targets are electron-builder's (AppImage, deb, rpm, tar.gz, zip, dmg, nsis, dir); without any, those of this platform. Electron's
// binary and, for some targets, tools are fetched by electron-builder. `--stand-in linux` (mac, windows; may be said again for another)
// packs a stand-in of that platform's Electron, which does not run, to prove everything else without its binary.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { packageVersion } from './lib/bundle.mjs';
import { ROOT, ensureNodeModules } from './lib/setup.mjs';

/** The tiny guest, where this computer has what it is made of; without it one is made on the person's computer, of its parts. */
function addGuest(app) {
  try {
    stageGuest(join(app, 'dist', 'guest'));
  } catch (error) {
    console.log(`The packages have no tiny guest of their own: ${error.message}`);
  }
}

ensureNodeModules();
const { build, Platform } = await import('electron-builder');
const { stageDesktop } = await import('./package/desktop-tree.mjs');
const { electronVersion, sqliteForElectron } = await import('./package/electron-native.mjs');
const { makeElectronStandIn } = await import('./package/electron-stand-in.mjs');
const { stageGuest } = await import('./package/guest.mjs');
const { nativeName } = await import('./package/native.mjs');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, 'stand-in': { type: 'string', multiple: true, default: [] } },
});
const out = resolve(values.out ?? join(ROOT, 'release', 'out'));
const work = mkdtempSync(join(tmpdir(), 'atoll-desktop-'));
const app = join(work, 'app');
// Debian's own 7z, where electron-builder would fetch one.
if (existsSync('/usr/bin/7z')) process.env.ELECTRON_BUILDER_7ZIP_PATH ??= '/usr/bin/7z';

try {
  const isReal = values['stand-in'].length === 0;
  await stageDesktop(app, { version: packageVersion(), native: isReal ? [sqliteForElectron()] : [] });
  if (isReal) {
    if (process.platform === 'linux') addGuest(app);
    await pack(Platform.current());
  }
  for (const name of values['stand-in']) {
    const platform = Platform.fromString(name);
    stageNativeStandIn(platform.nodeName);
    await pack(platform, await makeElectronStandIn(join(work, `electron-${name}`), platform.nodeName));
  }
  console.log(
    readdirSync(out)
      .filter((name) => /\.(AppImage|deb|rpm|gz|zip|dmg|exe)$/.test(name))
      .join('\n'),
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Makes electron-builder pack only what is staged. `standIn`: a folder to use instead of Electron's. */
function pack(platform, standIn) {
  const config = parse(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8'));
  const directories = { app, output: out, buildResources: join(ROOT, 'packaging') };
  const files = ['**/*', { from: join(app, 'node_modules'), to: 'node_modules', filter: ['**/*'] }];
  const beforeBuild = () => Promise.resolve(false);
  // A stand-in is signed by nobody, and not every computer could.
  const electronFuses = { ...config.electronFuses, resetAdHocDarwinSignature: false };
  const inItsPlace = standIn === undefined ? {} : { electronDist: standIn, electronFuses };
  return build({
    targets: platform.createTarget(positionals.length > 0 ? positionals : null),
    config: { ...config, directories, files, beforeBuild, ...inItsPlace },
    projectDir: ROOT,
    publish: 'never',
  });
}

/** The store's native half for this Node, under the name that the packed app looks for: only its place is proven. */
function stageNativeStandIn(platform) {
  const folder = join(app, 'dist', 'native');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const built = join(ROOT, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
  copyFileSync(built, join(folder, nativeName(electronVersion().abi, platform)));
}
