import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryFlags } from './memory-flags';

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
