import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyBackup } from './backup';
import type { Store } from '../engine/ports/store';
import { MIGRATIONS } from './migrations/all';
import { openStore } from './store';
import { aHost, defaultPlace, populate, thrownBy } from './testing/rows';

let folder: string;
let store: Store;
let copy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-db-'));
  store = openStore(join(folder, 'atoll.db'));
  copy = join(folder, 'copy');
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a backup is one private file that holds everything and opens as a store', async () => {
  const { host } = populate(store);
  expect(await store.backup(copy)).toBe(statSync(copy).size);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy']);
  verifyBackup(copy);
  const restored = openStore(copy);
  expect(restored.storeId).toBe(store.storeId);
  expect(restored.hosts.list()).toEqual([host]);
  restored.close();
});

test('a backup into a folder of others keeps to a draft that nobody could prepare', async () => {
  const shared = join(folder, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  const path = join(shared, 'copy');
  // What another user could have put there: a file of theirs at a name that can be guessed.
  writeFileSync(`${path}.part-${process.pid}`, 'theirs', { mode: 0o666 });
  const made = store.backup(path);
  const [draft] = readdirSync(shared).filter((name) => /^copy\.part-(?!\d+$)/.test(name));
  expect(draft).toMatch(/^copy\.part-\w{6}$/);
  expect(statSync(join(shared, draft ?? '')).mode & 0o777).toBe(0o700);
  await made;
  verifyBackup(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(`${path}.part-${process.pid}`, 'utf8')).toBe('theirs');
  expect(readdirSync(shared).sort()).toEqual(['copy', `copy.part-${process.pid}`]);
});

test('a backup does not follow a link at a name of its draft', async () => {
  const elsewhere = join(folder, 'elsewhere');
  symlinkSync(elsewhere, `${copy}.part-${process.pid}`);
  await store.backup(copy);
  expect(existsSync(elsewhere)).toBe(false);
  verifyBackup(copy);
});

test('the store can be written while it is backed up; the copy is of one moment', async () => {
  const { clusterId } = defaultPlace(store);
  store.transaction((tx) => {
    for (let i = 0; i < 3000; i += 1) tx.hosts.insert(aHost(clusterId, { comment: 'x'.repeat(500) }));
  });
  let written = 0;
  let done = false;
  const write = (): void => {
    if (done) return;
    store.transaction((tx) => [1, 2].forEach(() => tx.hosts.insert(aHost(clusterId))));
    written += 2;
    // The backup copies 100 pages in each turn of the event loop: so do we write in each.
    setImmediate(write);
  };
  setImmediate(write);
  await store.backup(copy).finally(() => (done = true));
  expect(written).toBeGreaterThan(2);
  const restored = openStore(copy);
  const hosts = restored.hosts.list().length;
  expect(hosts).toBeGreaterThanOrEqual(3000);
  expect(hosts).toBeLessThanOrEqual(3000 + written);
  expect(hosts % 2).toBe(0);
  restored.close();
});

test('a backup never replaces a file', async () => {
  writeFileSync(copy, 'precious');
  await expect(store.backup(copy)).rejects.toMatchObject({ code: 'CONFLICT', field: 'path' });
  expect(readFileSync(copy, 'utf8')).toBe('precious');
});

test('a backup into a missing folder fails and leaves nothing', async () => {
  await expect(store.backup(join(folder, 'no', 'copy'))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(existsSync(join(folder, 'no'))).toBe(false);
});

test('looking at a backup changes nothing', async () => {
  await store.backup(copy);
  const before = [readFileSync(copy), readdirSync(folder)];
  verifyBackup(copy);
  expect([readFileSync(copy), readdirSync(folder)]).toEqual(before);
});

test('a path with blanks, quotes, a percent sign and a question mark is a path like any other', async () => {
  const odd = join(folder, " it's 50%?mode=ro&x#y ");
  await store.backup(odd);
  expect(readdirSync(folder)).toContain(" it's 50%?mode=ro&x#y ");
  expect(() => verifyBackup(odd)).not.toThrow();
});

test.each<[string, (path: string) => void, object]>([
  ['nothing', () => undefined, { code: 'NOT_FOUND' }],
  ['an empty file', (path) => writeFileSync(path, ''), { code: 'STORE_FAILED' }],
  ['another kind of file', (path) => writeFileSync(path, 'x'.repeat(5000)), { code: 'STORE_FAILED' }],
  [
    'a foreign database',
    (path) => void new Database(path).exec('CREATE TABLE t (x)').close(),
    { code: 'STORE_FAILED' },
  ],
  [
    'a store without its id',
    (path) => tampered(path, "DELETE FROM meta WHERE key = 'store_id'"),
    { code: 'STORE_FAILED', message: expect.stringMatching(/no database id/) },
  ],
  [
    'a store with dangling references',
    (path) => tampered(path, 'PRAGMA foreign_keys = OFF; DELETE FROM data_centers'),
    { code: 'STORE_FAILED', message: expect.stringMatching(/dangling reference in clusters/) },
  ],
  [
    'a newer store',
    (path) => tampered(path, 'PRAGMA user_version = 999'),
    { code: 'STORE_FAILED', message: expect.stringMatching(/version 999/) },
  ],
  [
    'a store with an endless view in the place of a table',
    (path) => tampered(path, `ALTER TABLE hosts RENAME TO hosts_; CREATE VIEW hosts AS ${ENDLESS}`),
    { code: 'STORE_FAILED', message: expect.stringMatching(/not as Atoll makes a database/) },
  ],
  [
    'a store with a trigger of its own',
    (path) => tampered(path, `CREATE TRIGGER t AFTER INSERT ON events BEGIN ${ENDLESS}; END`),
    { code: 'STORE_FAILED', message: expect.stringMatching(/trigger .*: t/) },
  ],
  [
    'a store without a trigger of ours',
    (path) => tampered(path, 'DROP TRIGGER networks_bridge_is_for_good'),
    { code: 'STORE_FAILED', message: expect.stringMatching(/lacks a part/) },
  ],
  [
    'an older store with the schema of a newer one',
    (path) => tampered(path, 'PRAGMA user_version = 3'),
    { code: 'STORE_FAILED', message: expect.stringMatching(/version 3/) },
  ],
  [
    'a store with an id that is a path',
    (path) =>
      tampered(
        path,
        "PRAGMA foreign_keys = OFF; UPDATE data_centers SET id = '../../x'; UPDATE clusters SET data_center_id = '../../x'",
      ),
    { code: 'STORE_FAILED' },
  ],
  [
    'a store whose host has no way to it',
    (path) => tampered(path, hostWith('{"kind":"ssh","address":"-oProxyCommand=x"}')),
    { code: 'STORE_FAILED', message: expect.stringMatching(/way to the host/) },
  ],
  [
    'a store with a huge value',
    (path) => tampered(path, 'UPDATE data_centers SET comment = hex(zeroblob(3000000))'),
    { code: 'STORE_FAILED', message: expect.stringMatching(/too large/) },
  ],
  ['a store whose schema leads back to itself', endless, { code: 'STORE_FAILED' }],
  ['a damaged store', damaged, { code: 'STORE_FAILED' }],
  // Opened, it would keep the whole engine waiting for a writer.
  [
    'a pipe',
    (path) => void execFileSync('mkfifo', [path]),
    { code: 'STORE_FAILED', message: expect.stringMatching(/no file/) },
  ],
  ['a folder', (path) => void mkdirSync(path), { code: 'STORE_FAILED', message: expect.stringMatching(/no file/) }],
  ['a store cut in half', cut, { code: 'STORE_FAILED' }],
])('%s is no backup', (_name, make, refusal) => {
  make(copy);
  const error = thrownBy(() => verifyBackup(copy, MIGRATIONS));
  expect(error).toMatchObject({ name: 'AppError', ...refusal });
  expect(error).toHaveProperty('remedy.note', expect.stringMatching(/./));
});

function tampered(path: string, sql: string): void {
  openStore(path).close();
  new Database(path).exec(sql).close();
}

const ENDLESS = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c';

const hostWith = (how: string): string =>
  `INSERT INTO hosts (id, cluster_id, name, kind, how, comment, state, created_at)
   SELECT 'h', id, 'odd', 'ssh', '${how}', '', 'up', '' FROM clusters`;

/** The last child of the schema's first page is that page. */
function endless(path: string): void {
  openStore(path).close();
  const bytes = readFileSync(path);
  expect(bytes[100]).toBe(5);
  bytes.writeUInt32BE(1, 108);
  writeFileSync(path, bytes);
}

test('the engine does not open its own store with a trigger that is not its own', () => {
  const path = join(folder, 'own.db');
  tampered(path, `CREATE TRIGGER t AFTER INSERT ON events BEGIN ${ENDLESS}; END`);
  expect(thrownBy(() => openStore(path))).toMatchObject({ code: 'STORE_FAILED' });
});

function damaged(path: string): void {
  openStore(path).close();
  const bytes = readFileSync(path);
  bytes.fill(0xee, 8192);
  writeFileSync(path, bytes);
}

function cut(path: string): void {
  openStore(path).close();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, bytes.length / 2));
}
