// better-sqlite3 for Electron, whose binary interface is not Node's: fetched ready-made, or compiled against Electron's headers. It
// lies beside the ones for Node; which is loaded is decided at run time (db/native.ts).
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/setup.mjs';
import { nativeName } from './native.mjs';

const CACHE = join(ROOT, 'node_modules', '.cache', 'atoll-native');
const read = (...names) => readFileSync(join(ROOT, 'node_modules', ...names), 'utf8').trim();

/** The number of Electron's binary interface, and its version. */
export const electronVersion = () => ({
  abi: read('electron', 'abi_version'),
  version: JSON.parse(read('electron', 'package.json')).version,
});

/**
 * Returns the file, made or fetched if it was not before. ELECTRON_HEADERS names a folder with Electron's headers for a computer that
 * can't fetch them. Throws with what to do when neither way is open.
 */
export function sqliteForElectron() {
  const { abi, version } = electronVersion();
  const source = join(ROOT, 'node_modules', 'better-sqlite3');
  const sqlite = JSON.parse(read('better-sqlite3', 'package.json')).version;
  const file = join(CACHE, `${sqlite}-electron-${version}`, nativeName(abi));
  if (existsSync(file)) return file;
  mkdirSync(join(file, '..'), { recursive: true });
  const aside = mkdtempSync(join(CACHE, '.electron-'));
  const work = join(aside, 'better-sqlite3');
  try {
    cpSync(source, work, { recursive: true, filter: (path) => path !== join(source, 'build') });
    if (!fetched(work, version)) compile(work, version);
    copyFileSync(join(work, 'build', 'Release', 'better_sqlite3.node'), join(aside, 'built.node'));
    renameSync(join(aside, 'built.node'), file);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return file;
}

function fetched(work, version) {
  const bin = join(ROOT, 'node_modules', 'prebuild-install', 'bin.js');
  if (!existsSync(bin)) return false;
  try {
    execFileSync(process.execPath, [bin, '--runtime=electron', `--target=${version}`], {
      cwd: work,
      stdio: 'pipe',
      timeout: 120_000,
    });
    return existsSync(join(work, 'build', 'Release', 'better_sqlite3.node'));
  } catch {
    // None was made for this version, or there is no way to it: it is compiled.
    return false;
  }
}

function compile(work, version) {
  const gyp = join(ROOT, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const headers = process.env.ELECTRON_HEADERS;
  const where =
    headers === undefined
      ? ['--dist-url=https://electronjs.org/headers', `--target=${version}`]
      : [`--nodedir=${headers}`];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)));
  try {
    execFileSync(process.execPath, [gyp, 'rebuild', '--release', ...where], {
      cwd: work,
      stdio: 'pipe',
      encoding: 'utf8',
      env,
    });
  } catch (error) {
    throw new Error(
      `better-sqlite3 could be neither fetched nor compiled for Electron ${version}: give the folder of its headers by ELECTRON_HEADERS.\n${error.stderr}`,
      { cause: error },
    );
  }
}
