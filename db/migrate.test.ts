import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyBackup } from './backup';
import { APPLICATION_ID, latestVersion, migrate, versionOf } from './migrate';
import { MIGRATIONS } from './migrations/all';
import type { Migration } from './migrations/migration';
import { openMemoryStore, openStore } from './store';
import { aHost, defaultPlace, populate, thrownBy } from './testing/rows';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-db-'));
  path = join(folder, 'atoll.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const latest = latestVersion(MIGRATIONS);
/** A release to come. */
const NEXT: Migration = {
  version: latest + 1,
  name: 'rooms',
  sql: "CREATE TABLE rooms (id TEXT PRIMARY KEY NOT NULL) STRICT; UPDATE hosts SET comment = comment || ' moved';",
};
const LATER: readonly Migration[] = [...MIGRATIONS, NEXT];
const BROKEN: Migration = { ...NEXT, name: 'broken', sql: 'CREATE TABLE half (x TEXT) STRICT; SELECT * FROM nowhere;' };
const DANGLING: Migration = {
  ...NEXT,
  name: 'dangling',
  sql: "INSERT INTO vnic_profiles (id, network_id, name) VALUES ('p', 'gone', 'x');",
};

test('versions rise from 1 without gaps', () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
});

describe('0001 initial', () => {
  test('makes the whole schema from nothing, as ours', () => {
    const sqlite = new Database(':memory:');
    migrate(sqlite, MIGRATIONS.slice(0, 1));
    expect(versionOf(sqlite)).toBe(1);
    expect(sqlite.pragma('application_id', { simple: true })).toBe(APPLICATION_ID);
    expect(sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(sqlite.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").pluck().get()).toBe(7);
  });

  test('isolated is not the default', () => {
    const sqlite = new Database(':memory:');
    migrate(sqlite, MIGRATIONS.slice(0, 1));
    sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', '');
      INSERT INTO networks (id, data_center_id, name, comment, mtu, bridge, created_at) VALUES ('n', 'd', 'N', '', 1500, 'n', '')`);
    expect(sqlite.prepare('SELECT is_isolated FROM networks').pluck().get()).toBe(0);
  });

  test('is not applied twice', () => {
    const sqlite = new Database(':memory:');
    migrate(sqlite, MIGRATIONS);
    expect(() => migrate(sqlite, MIGRATIONS)).not.toThrow();
    expect(versionOf(sqlite)).toBe(latest);
  });
});

test('an older store is backed up, then migrated with its data', () => {
  const old = openStore(path);
  const { host } = populate(old);
  old.close();
  const store = openStore(path, { migrations: LATER });
  expect(store.schemaVersion).toBe(NEXT.version);
  expect(store.storeId).toBe(old.storeId);
  expect(store.hosts.get(host.id)?.comment).toBe(' moved');
  store.close();

  const copy = `${path}.before-${NEXT.version}`;
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(() => verifyBackup(copy)).not.toThrow();
  const before = openStore(copy);
  expect(before.storeId).toBe(old.storeId);
  expect(before.hosts.list()).toEqual([host]);
  before.close();
});

test('an earlier backup of that name is kept', () => {
  openStore(path).close();
  writeFileSync(`${path}.before-${NEXT.version}`, 'precious');
  openStore(path, { migrations: LATER }).close();
  expect(readFileSync(`${path}.before-${NEXT.version}`, 'utf8')).toBe('precious');
  expect(() => verifyBackup(`${path}.before-${NEXT.version}-2`)).not.toThrow();
});

test('neither a new store nor one that is up to date is backed up', () => {
  openStore(path).close();
  openStore(path).close();
  expect(readdirSync(folder)).toEqual(['atoll.db']);
});

test('a store of a newer Atoll is refused and left', () => {
  openStore(path, { migrations: LATER }).close();
  const bytes = readFileSync(path);
  expect(thrownBy(() => openStore(path))).toMatchObject({
    code: 'STORE_FAILED',
    message: `The database has version ${NEXT.version}, this Atoll knows only up to version ${latest}.`,
    remedy: { note: expect.stringMatching(/Update Atoll/) },
  });
  expect(readFileSync(path)).toEqual(bytes);
  expect(readdirSync(folder)).toEqual(['atoll.db']);
});

test.each([
  ['fails', BROKEN, { name: 'AppError', code: 'INTERNAL' }],
  ['leaves dangling references', DANGLING, { name: 'AppError', code: 'STORE_FAILED' }],
])('a migration that %s leaves the store as it was', (_how, migration, refusal) => {
  const old = openStore(path);
  const { host } = populate(old);
  old.close();
  expect(thrownBy(() => openStore(path, { migrations: [...MIGRATIONS, migration] }))).toMatchObject(refusal);
  const store = openStore(path);
  expect(store.hosts.list()).toEqual([host]);
  expect(store.vnicProfiles.get('p')).toBeUndefined();
  store.close();
  expect(existsSync(`${path}.before-${NEXT.version}`)).toBe(true);
});

test('a first migration that fails leaves a file that can be begun again', () => {
  expect(() => openStore(path, { migrations: [{ ...BROKEN, version: 1 }] })).toThrow();
  const store = openStore(path);
  store.hosts.insert(aHost(defaultPlace(store).clusterId));
  store.close();
});

test('a store in memory has the same schema', () => {
  expect(openMemoryStore().schemaVersion).toBe(latest);
});
