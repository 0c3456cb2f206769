// `npm run dist:desktop [-- TARGET... --out DIR --stand-in]`: the desktop app as packages, by electron-builder.yml, into release/out.
// Targets are electron-builder's (AppImage, deb, rpm, tar.gz, zip, dmg, nsis, dir); without any, those of this platform. Electron's
// binary and, for some targets, tools are fetched by electron-builder. `--stand-in` packs a stand-in of Electron, which does not run, to
// prove everything else without its binary.
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
  options: { out: { type: 'string' }, 'stand-in': { type: 'boolean', default: false } },
});
const out = resolve(values.out ?? join(ROOT, 'release', 'out'));
const work = mkdtempSync(join(tmpdir(), 'atoll-desktop-'));
// Debian's own 7z, where electron-builder would fetch one.
if (existsSync('/usr/bin/7z')) process.env.ELECTRON_BUILDER_7ZIP_PATH ??= '/usr/bin/7z';
try {
  const { version: electron, abi } = electronVersion();
  const app = join(work, 'app');
  const native = join(work, nativeName(abi));
  if (values['stand-in']) {
    const built = join(ROOT, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
    copyFileSync(built, native);
  }
  await stageDesktop(app, { version: packageVersion(), native: [values['stand-in'] ? native : sqliteForElectron()] });
  if (process.platform === 'linux' && !values['stand-in']) addGuest(app);
  const config = parse(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8'));
  config.directories = { app, output: out, buildResources: join(ROOT, 'packaging') };
  config.files = ['**/*', { from: join(app, 'node_modules'), to: 'node_modules', filter: ['**/*'] }];
  // What is staged is what is shipped: electron-builder is not to look for packages of its own.
  config.beforeBuild = () => Promise.resolve(false);
  if (values['stand-in']) {
    config.electronDist = join(work, 'electron');
    mkdirSync(config.electronDist);
    makeElectronStandIn(config.electronDist, electron);
    if (process.platform !== 'linux') throw new Error('the stand-in is laid out for Linux only');
  }
  const platform = Platform.current();
  await build({
    targets: platform.createTarget(positionals.length > 0 ? positionals : null),
    config,
    projectDir: ROOT,
    publish: 'never',
  });
  console.log(
    readdirSync(out)
      .filter((name) => /\.(AppImage|deb|rpm|gz|zip|dmg|exe)$/.test(name))
      .join('\n'),
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
