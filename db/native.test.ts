import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packagedBinding } from './native';

let dist: string;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'atoll-native-'));
  mkdirSync(join(dist, 'native'));
  for (const abi of ['137', '145']) writeFileSync(join(dist, 'native', `better_sqlite3-linux-x64-${abi}.node`), '');
});
afterEach(() => rmSync(dist, { recursive: true }));

const on = (modules: string, arch: NodeJS.Architecture = 'x64') => ({
  platform: 'linux' as const,
  arch,
  versions: { ...process.versions, modules },
});

it.each(['daemon.js', 'chunks/daemon-AB.js', 'main/engine.js'])('finds the binding of its runtime from %s', (file) => {
  const from = pathToFileURL(join(dist, file)).href;
  expect(packagedBinding(from, on('137'))).toBe(join(dist, 'native', 'better_sqlite3-linux-x64-137.node'));
  expect(packagedBinding(from, on('145'))).toBe(join(dist, 'native', 'better_sqlite3-linux-x64-145.node'));
});

it('takes none that was made for another runtime', () => {
  const from = pathToFileURL(join(dist, 'daemon.js')).href;
  expect(packagedBinding(from, on('115'))).toBeNull();
  expect(packagedBinding(from, on('137', 'arm64'))).toBeNull();
});
