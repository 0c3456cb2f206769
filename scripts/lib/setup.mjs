// What `npm start` and `npm test` share: a fresh clone with only Node and npm becomes ready to build.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Runs a command with this terminal; returns its exit code. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (done.error) throw done.error;
  return done.status ?? 1;
}

/**
 * Where this Node's own headers are, for what is compiled: node-gyp would fetch them from the internet though most
 * installations have them. Nothing when they are not there, or another Node's.
 */
export function headersHere(node = realpathSync(process.execPath), version = process.versions.node) {
  const folder = path.dirname(path.dirname(node));
  const file = path.join(folder, 'include', 'node', 'node_version.h');
  if (process.env.npm_config_nodedir || !existsSync(file)) return {};
  const text = readFileSync(file, 'utf8');
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map((part) => text.match(`#define NODE_${part}_VERSION (\\d+)`)?.[1]);
  return parts.join('.') === version ? { npm_config_nodedir: folder } : {};
}

/** Installs node_modules by the lock file, when it is missing or older than the lock. */
export function ensureNodeModules() {
  const stamp = path.join(ROOT, 'node_modules', '.atoll-lock');
  const lock = createHash('sha256')
    .update(readFileSync(path.join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  const complete = existsSync(path.join(ROOT, 'node_modules', '.package-lock.json'));
  if (!complete || existsSync(stamp)) {
    console.log('Installing the npm packages (about two minutes, once) ...');
    // What node-gyp compiles, it compiles on all cores.
    const env = { JOBS: 'max', ...process.env, ...headersHere() };
    const exit = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env });
    if (exit !== 0) {
      console.error(`error: npm ci failed (exit ${exit}); its output above says why.`);
      console.error('hint: better-sqlite3 is compiled: on Debian and Ubuntu that wants g++, make and python3.');
      process.exit(1);
    }
  }
  writeFileSync(stamp, lock);
}

/**
 * Offers the Debian packages that labs and VMs need, and with `forTests` those of the tests, with `forGuests` those of the
 * tests with whole systems as guests. Returns whether they are all there.
 * Without them everything still works on simulated hosts.
 */
export function offerSystemPackages({ yes, forTests = false, forGuests = false }) {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/dpkg-query')) return false;
  const options = Object.entries({ '--yes': yes, '--for-tests': forTests, '--for-guests': forGuests });
  const given = options.flatMap(([option, on]) => (on ? [option] : []));
  return run('bash', ['scripts/install-system.sh', ...given]) === 0;
}

/** Builds the product and one program of the tests (bundled, so that it starts as fast as the product), and runs it. */
export async function buildAndRun(name, entry, args, nodeOptions = []) {
  if (run(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] }) !== 0) return 1;
  // Not at the top: before the first `npm ci` there is no esbuild to import.
  const { build } = await import('esbuild');
  const outfile = path.join(ROOT, 'dist', `${name}.js`);
  await build({
    entryPoints: [path.join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  return run(process.execPath, [...nodeOptions, outfile, ...args]);
}
