import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Where a bundle must be to find better-sqlite3, which can't be bundled. */
const BUNDLES = join(import.meta.dirname, '../../node_modules/.cache/atoll-db');

/** Bundles `child.ts` for one test file; the returned function removes the bundle. */
export function bundleChild(): { script: string; remove: () => void } {
  mkdirSync(BUNDLES, { recursive: true });
  const folder = mkdtempSync(join(BUNDLES, 'child-'));
  const script = join(folder, 'child.mjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['better-sqlite3'],
    logLevel: 'error',
  });
  return { script, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts the child; its parsed stdout lines are passed to `onLine`. */
export function startChild(script: string, args: string[], onLine: (value: unknown) => void): ChildProcess {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach((line) => onLine(JSON.parse(line)));
  });
  return child;
}

/** The flags with which `unshare` creates a mount namespace here, as root or as an ordinary user; null: not possible. */
export function mountNamespace(): string[] | null {
  const ways = [['--mount'], ['--user', '--map-root-user', '--mount']];
  return ways.find((flags) => spawnSync('unshare', [...flags, 'true']).status === 0) ?? null;
}

/** Runs an operation of the child on a database in a small tmpfs that only it sees. */
export function runOnTmpfs(flags: string[], script: string, act: string, size: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-db-'));
  try {
    const inside = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && exec "$3" "$4" "$5" "$2/atoll.db" "$2"';
    const args = [...flags, 'sh', '-c', inside, 'sh', size, folder, process.execPath, script, act];
    const { stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
