import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { latestVersion } from './migrate';
import { MIGRATIONS } from './migrations/all';
import { openStore } from './store';
import { aHost, defaultPlace, populate, thrownBy } from './testing/rows';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-db-'));
  path = join(folder, 'atoll.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opening is refused with STORE_FAILED, and neither the file nor its folder changes. */
function expectRefused(message: RegExp): void {
  const before = [readdirSync(folder), readFileSync(path)];
  expect(thrownBy(() => openStore(path))).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(message),
    remedy: { note: expect.stringMatching(/./) },
  });
  expect([readdirSync(folder), readFileSync(path)]).toEqual(before);
}

test('the first open makes the store with its id, data center and cluster Default, for this user only', () => {
  const store = openStore(path);
  expect(store.storeId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(store.schemaVersion).toBe(latestVersion(MIGRATIONS));
  expect(store.dataCenters.list()).toMatchObject([{ name: 'Default', comment: '' }]);
  expect(store.clusters.list()).toMatchObject([{ name: 'Default', dataCenterId: store.dataCenters.list()[0]?.id }]);
  for (const file of readdirSync(folder))
    expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
  store.close();
});

test('the next open finds all of it again, and one file is left after close', () => {
  const first = openStore(path);
  const { host } = populate(first);
  first.close();
  expect(readdirSync(folder)).toEqual(['atoll.db']);
  const second = openStore(path);
  expect(second.storeId).toBe(first.storeId);
  expect(second.hosts.list()).toEqual([host]);
  expect(second.dataCenters.list()).toHaveLength(1);
  second.close();
});

test('a Default that was removed or renamed does not come back', () => {
  const first = openStore(path);
  first.clusters.remove(defaultPlace(first).clusterId);
  first.dataCenters.update(first.dataCenters.list()[0]?.id ?? '', { name: 'Office' });
  first.close();
  const second = openStore(path);
  expect(second.dataCenters.list()).toMatchObject([{ name: 'Office' }]);
  expect(second.clusters.list()).toEqual([]);
  second.close();
});

test('an empty file is a store that was never begun', () => {
  writeFileSync(path, '');
  const store = openStore(path);
  expect(store.dataCenters.list()).toHaveLength(1);
  store.close();
});

test('a file that is no database is refused and left', () => {
  writeFileSync(path, 'not a database at all, but long enough to be one. '.repeat(10));
  expectRefused(/damaged, or not a database/);
});

test('a store whose header was overwritten is refused and left', () => {
  openStore(path).close();
  overwrite(0, Buffer.alloc(16, 0xff));
  expectRefused(/damaged, or not a database/);
});

test('a store cut short is refused and left', () => {
  openStore(path).close();
  writeFileSync(path, readFileSync(path).subarray(0, 60));
  expectRefused(/damaged, or not a database/);
});

test('a SQLite file of another program is refused and left', () => {
  const other = new Database(path);
  other.exec('CREATE TABLE precious (x); INSERT INTO precious VALUES (1)');
  other.close();
  expectRefused(/another program/);
});

test('a store with a damaged schema page is refused', () => {
  openStore(path).close();
  overwrite(100, Buffer.alloc(400, 0xee));
  expectRefused(/damaged/);
});

test('after a crash every page is looked at', () => {
  const crashed = openStore(path);
  const { clusterId } = defaultPlace(crashed);
  crashed.transaction((tx) => {
    for (let i = 0; i < 2000; i += 1) tx.hosts.insert(aHost(clusterId, { comment: 'x'.repeat(300) }));
  });
  crashed.close();
  const bytes = readFileSync(path).length;
  for (let at = Math.floor(bytes / 2 / 4096) * 4096; at < bytes; at += 4096) overwrite(at, Buffer.alloc(200, 0xee));
  // A log left behind, as after a kill; too short to hold a frame, so SQLite passes over it.
  writeFileSync(`${path}-wal`, Buffer.alloc(8));
  expect(thrownBy(() => openStore(path))).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/damaged/),
  });
});

test('reports a missing folder, and a folder in place of the file', () => {
  expect(thrownBy(() => openStore(join(folder, 'no', 'atoll.db')))).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/folder does not exist/),
  });
  expect(existsSync(join(folder, 'no'))).toBe(false);
  mkdirSync(path);
  expect(thrownBy(() => openStore(path))).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/no file: a folder/),
  });
});

test('reports a lock that another connection holds too long', { timeout: 20_000 }, () => {
  const store = openStore(path);
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  expect(thrownBy(() => store.counters.next('x'))).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/in use by another process/),
  });
  other.exec('ROLLBACK');
  expect(store.counters.next('x')).toBe(0);
  other.close();
  store.close();
});

function overwrite(at: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}
