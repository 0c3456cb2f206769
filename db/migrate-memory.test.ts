import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MIGRATIONS } from './migrations/all';
import { openStore } from './store';
import { aHost, defaultPlace } from './testing/rows';

const folder = mkdtempSync(join(tmpdir(), 'atoll-memory-'));
// Within the checkout, so that it finds the packages.
const programs = join(process.cwd(), 'node_modules/.cache');
let program: string;
beforeAll(async () => {
  mkdirSync(programs, { recursive: true });
  program = join(mkdtempSync(join(programs, 'memory-')), 'open.mjs');
  const contents = `
    import { readFileSync } from 'node:fs';
    import { openStore } from './db/store';
    openStore(process.argv[2]);
    console.log(/VmRSS:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);`;
  const stdin = { contents, resolveDir: process.cwd() };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', external: ['better-sqlite3'], outfile: program });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(program, '..'), { recursive: true, force: true });
});

/** Resident memory in MiB of a process that has opened the store. */
const residentAfterOpening = (path: string): number =>
  Number(execFileSync(process.execPath, ['--max-semi-space-size=2', program, path], { encoding: 'utf8' })) / 1024;

test.skipIf(process.platform !== 'linux')('a process keeps no memory of the migration of a large store', () => {
  const path = join(folder, 'old.db');
  const store = openStore(path, { migrations: MIGRATIONS.slice(0, -1) });
  const { clusterId } = defaultPlace(store);
  store.transaction((tx) => {
    for (let i = 0; i < 20_000; i += 1) tx.hosts.insert(aHost(clusterId, { comment: 'x'.repeat(900) }));
  });
  store.close();
  copyFileSync(path, join(folder, 'migrated.db'));
  openStore(join(folder, 'migrated.db')).close();
  expect(residentAfterOpening(path) - residentAfterOpening(join(folder, 'migrated.db'))).toBeLessThan(20);
});
