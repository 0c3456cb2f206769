import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryFlags } from './memory';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-flags-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('only the engine of a large store trades speed for memory; one without a store yet does not', () => {
  const store = join(folder, 'store.db');
  expect(memoryFlags(store)).toEqual(['--max-semi-space-size=2']);
  writeFileSync(store, '');
  truncateSync(store, 9 * 1024 * 1024);
  expect(memoryFlags(store)).toContain('--optimize-for-size');
});

/** Makes and drops short-lived objects, some of which live through a collection; prints what the young generation came to, in MB. */
const CHURN = `const kept = [];
for (let i = 0; i < 3_000_000; i += 1) { const one = { i, text: String(i) }; if (i % 8 === 0) kept[i % 400_000] = one; }
const young = v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
console.log(Math.round(young.space_size / 1e6));`;

/** In a process of its own: flags are for all of a process, and for good. */
function youngMegabytes(before: string): number {
  const { outputFiles } = buildSync({ entryPoints: ['app/memory.ts'], platform: 'node', format: 'cjs', write: false });
  const script = `${outputFiles[0]?.text ?? ''}\nconst v8 = require('node:v8'); ${before}\n${CHURN}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return Number(stdout);
}

test('a process that has begun already can still be kept small', () => {
  const store = join(folder, 'store.db');
  writeFileSync(store, '');
  truncateSync(store, 9 * 1024 * 1024);
  expect(youngMegabytes(`saveMemory(${JSON.stringify(store)});`)).toBeLessThan(youngMegabytes('') / 4);
});

/** Drops what large answers were made of; prints the forced collections until then and the bytes that are still there, in MB. */
const LEAVE = `const { constants, PerformanceObserver } = require('node:perf_hooks');
let forced = 0;
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) if (detail.flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) forced += 1;
}).observe({ entryTypes: ['gc'] });
const least = v8.getHeapStatistics().used_heap_size;
let kept = Array.from({ length: 600_000 }, (_, i) => ({ i, text: 'text ' + i }));
setTimeout(() => (kept = null), 100);
setTimeout(() => console.log(forced, Math.round((v8.getHeapStatistics().used_heap_size - least) / 1e6)), 5_000);`;

async function collections(bytes: number): Promise<{ forced: number; megabytes: number }> {
  const store = join(folder, `store-${bytes}.db`);
  writeFileSync(store, '');
  truncateSync(store, bytes);
  const options = { bundle: true, platform: 'node', format: 'cjs', write: false } as const;
  const { outputFiles } = buildSync({ entryPoints: ['app/idle-collection.ts'], ...options });
  const watch = `const v8 = require('node:v8'); collectWhenIdle(${JSON.stringify(store)});`;
  const script = `${outputFiles[0]?.text ?? ''}\n${watch}\n${LEAVE}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
  const [forced = Number.NaN, megabytes = Number.NaN] = stdout.split(' ').map(Number);
  return { forced, megabytes };
}

test('what large answers left is collected once the engine is idle, if its store is large', async () => {
  const [large, small] = await Promise.all([collections(9 * 1024 * 1024), collections(1024)]);
  expect(large.forced).toBeGreaterThan(0);
  expect(large.megabytes).toBeLessThan(8);
  expect(small.forced).toBe(0);
});
