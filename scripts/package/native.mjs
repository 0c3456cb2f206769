// better-sqlite3 for another Node than the one that installed it. Which of several is loaded is decided at run time, by the
// number of the running Node's binary interface (db/native.ts).
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/setup.mjs';

const CACHE = join(ROOT, 'node_modules', '.cache', 'atoll-native');

/** The same name that db/native.ts looks for. */
export const nativeName = (abi, platform = process.platform) =>
  `better_sqlite3-${platform}-${process.arch}-${abi}.node`;

/**
 * Compiles better-sqlite3 against the headers of `runtime` (about a minute), unless that was done before.
 * Returns the file: without symbols, and without the path of the folder it was compiled in.
 */
export function sqliteFor(runtime) {
  const source = join(ROOT, 'node_modules', 'better-sqlite3');
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const file = join(CACHE, `${version}-node-${runtime.version}`, nativeName(runtime.abi));
  if (existsSync(file) && loads(runtime, file)) return file;
  mkdirSync(join(file, '..'), { recursive: true });
  const aside = mkdtempSync(join(CACHE, '.compile-'));
  try {
    const work = join(aside, 'better-sqlite3');
    cpSync(source, work, { recursive: true, filter: (path) => path !== join(source, 'build') });
    compile(work, runtime);
    const built = join(aside, 'built.node');
    copyFileSync(join(work, 'build', 'Release', 'better_sqlite3.node'), built);
    execFileSync('strip', ['--strip-unneeded', built]);
    if (!loads(runtime, built)) throw new Error(`what was compiled does not load in Node ${runtime.version}`);
    renameSync(built, file);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return file;
}

/** Started by npm, node-gyp would take a `nodedir` of the person's .npmrc for the headers instead of the runtime's. */
const withoutNpmConfig = (env) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_config_/i.test(name)));

/** Whether a runtime loads it: headers of another Node make a file that only fails when it is first used. */
function loads(runtime, file) {
  try {
    execFileSync(runtime.node, ['-e', 'process.dlopen({ exports: {} }, process.argv[1])', file], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

function compile(work, runtime) {
  const gyp = join(ROOT, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const map = `-ffile-prefix-map=${work}=better-sqlite3`;
  try {
    execFileSync(runtime.node, [gyp, 'rebuild', '--release', `--nodedir=${runtime.folder}`], {
      cwd: work,
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...withoutNpmConfig(process.env), CFLAGS: map, CXXFLAGS: map, LDFLAGS: '-Wl,--build-id=none' },
    });
  } catch (error) {
    throw new Error(`better-sqlite3 could not be compiled for Node ${runtime.version}:\n${error.stderr}`, {
      cause: error,
    });
  }
}
