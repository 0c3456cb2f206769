import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
