import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyBackup } from './backup';
import { APPLICATION_ID, latestVersion, migrate, versionOf } from './migrate';
import { MIGRATIONS } from './migrations/all';
import { bootDiskBus } from './migrations/0021-boot-disk-bus';
import { tpm } from './migrations/0023-tpm';
import { bootOrder } from './migrations/0031-boot-order';
import { machineTypes } from './migrations/0033-machine-types';
import type { Migration } from './migrations/migration';
import { openMemoryStore, openStore } from './store';
import { aHost, defaultPlace, populate, thrownBy } from './testing/rows';
import { DEFAULT_HARDWARE, Seed, Undoable } from '../contract';

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

test('host keys that were confirmed for no hop in particular are asked about again', () => {
  const sqlite = new Database(':memory:');
  migrate(sqlite, MIGRATIONS.slice(0, 10));
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '');
    INSERT INTO hosts (id, cluster_id, name, kind, how, comment, state, created_at) VALUES
      ('h', 'c', 'H', 'ssh', '{"kind":"ssh","address":"node","fingerprints":["SHA256:x"]}', '', 'up', ''),
      ('l', 'c', 'L', 'lab', '{"kind":"lab"}', '', 'up', '')`);
  migrate(sqlite, MIGRATIONS);
  const hows = sqlite.prepare<[], string>('SELECT how FROM hosts ORDER BY id').pluck().all();
  expect(hows.map((how) => JSON.parse(how) as unknown)).toEqual([
    { kind: 'ssh', address: 'node', fingerprints: [] },
    { kind: 'lab' },
  ]);
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

test('disks of before their formats were kept have none, in rows and in what can be undone', () => {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === 'disk-formats'),
    ),
  );
  const boots = [
    { kind: 'disk', path: '/d' },
    { kind: 'iso', path: '/i' },
  ];
  sqlite.exec(
    `INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '')`,
  );
  const vm = sqlite.prepare(
    `INSERT INTO vms (id, cluster_id, data_center_id, name, comment, state, memory_mib, cpus, boot, created_at)
     VALUES (?, 'c', 'd', ?, '', 'down', 64, 1, ?, '')`,
  );
  const event = sqlite.prepare(
    `INSERT INTO events (at, type, severity, message, actor, subjects, undo) VALUES ('', '', 'normal', '', '{}', '{}', ?)`,
  );
  boots.forEach((boot, i) => {
    vm.run(String(i), String(i), JSON.stringify(boot));
    event.run(JSON.stringify({ words: '', change: { kind: 'vm.removed', vm: { boot } } }));
  });
  migrate(sqlite, MIGRATIONS);
  const wanted = [{ kind: 'disk', path: '/d', format: null }, { kind: 'devices' }];
  const read = (sql: string) =>
    (sqlite.prepare(sql).pluck().all() as string[]).map((text) => JSON.parse(text) as unknown);
  expect(read('SELECT boot FROM vms ORDER BY id')).toEqual(wanted);
  expect(read("SELECT undo -> '$.change.vm.boot' FROM events ORDER BY seq")).toEqual(wanted);
});

test('snapshots and events of before disks existed have none', () => {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === 'disks'),
    ),
  );
  sqlite.exec(
    `INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '');
     INSERT INTO vms (id, cluster_id, data_center_id, name, comment, state, memory_mib, cpus, boot, created_at)
       VALUES ('v', 'c', 'd', 'V', '', 'down', 64, 1, '{"kind":"tiny"}', '');
     INSERT INTO snapshots VALUES ('s', 'd', 'S', '', 0, 'ok', '');
     INSERT INTO snapshot_vms VALUES ('s', 'v', NULL, 0, '{"vnics":[]}');
     INSERT INTO events (at, type, severity, message, actor, subjects, undo) VALUES
       ('', '', 'normal', '', '{}', '{}', '{"change":{"kind":"vm.removed","vm":{}}}'),
       ('', '', 'normal', '', '{}', '{}', '{"change":{"kind":"vm.added","vmId":"v"}}')`,
  );
  migrate(sqlite, MIGRATIONS);
  const read = (sql: string) => sqlite.prepare(sql).pluck().all();
  expect(read("SELECT kept -> '$.disks' FROM snapshot_vms")).toEqual(['[]']);
  expect(read("SELECT undo -> '$.change.vm.disks' FROM events ORDER BY seq")).toEqual(['[]', null]);
});

/** A store as version 13 wrote it, with the rows of that version. */
function storeOf13(): void {
  openStore(path, { migrations: MIGRATIONS.slice(0, 13) }).close();
  const sqlite = new Database(path);
  sqlite.exec('DELETE FROM clusters; DELETE FROM data_centers;');
  sqlite.exec(readFileSync(new URL('./testing/store-13.sql', import.meta.url), 'utf8'));
  sqlite.close();
}

test('what events, jobs and steps said as text is kept as text', () => {
  storeOf13();
  const sqlite = new Database(path);
  const before = (sql: string) => sqlite.prepare<[], string | null>(sql).pluck().all();
  const columns = [
    'message FROM events ORDER BY seq',
    'title FROM jobs ORDER BY rowid',
    'title FROM job_steps ORDER BY rowid',
  ];
  const was = columns.map((column) => before(`SELECT ${column}`));
  const results = before('SELECT message FROM job_steps ORDER BY rowid');
  sqlite.close();
  expect(was.every((rows) => rows.length > 2)).toBe(true);
  expect(results).toContain(null);

  const store = openStore(path);
  expect(store.schemaVersion).toBe(latest);
  const texts = (messages: ReadonlyArray<{ type: string; params: object } | null>) =>
    messages.map((message) => {
      if (message === null) return null;
      expect(message.type).toBe('text');
      return (message.params as { text: string }).text;
    });
  const jobs = store.jobs.list().reverse();
  const steps = jobs.flatMap(({ id }) => store.steps.ofJob(id));
  expect(texts(store.events.after(0, 1000).map(({ message }) => message))).toEqual(was[0]);
  expect(texts(jobs.map(({ title }) => title))).toEqual(was[1]);
  expect(texts(steps.map(({ title }) => title)).sort()).toEqual([...(was[2] ?? [])].sort());
  expect(texts(steps.map(({ message }) => message)).sort()).toEqual(results.sort());
  store.close();
});

/** A store as version 15 wrote it, with the rows of that version. */
function storeOf15(): Database.Database {
  openStore(path, { migrations: MIGRATIONS.slice(0, 15) }).close();
  const sqlite = new Database(path);
  sqlite.exec('DELETE FROM clusters; DELETE FROM data_centers;');
  sqlite.exec(readFileSync(new URL('./testing/store-15.sql', import.meta.url), 'utf8'));
  return sqlite;
}

test('what reasons and undo said as text is kept as text', () => {
  const sqlite = storeOf15();
  const read = (sql: string) => sqlite.prepare<[], string>(sql).pluck().all();
  sqlite
    .prepare("UPDATE events SET message = json_set(message, '$.params.reason', 'no answer') WHERE type = 'host.state'")
    .run();
  const words = read("SELECT undo ->> '$.words' FROM events WHERE undo IS NOT NULL ORDER BY seq");
  const [host] = read('SELECT reason FROM hosts');
  const [vm] = read("SELECT reason FROM vms WHERE name = 'web'");
  sqlite.close();
  expect(words.length).toBeGreaterThan(5);

  const store = openStore(path);
  expect(store.schemaVersion).toBe(latest);
  const text = (of: string | undefined) => ({ type: 'text', params: { text: of } });
  expect(store.hosts.list().map(({ reason }) => reason)).toEqual([text(host)]);
  expect(store.vms.byName('web').map(({ reason }) => reason)).toEqual([text(vm)]);
  expect(store.vms.byName('db2').map(({ reason }) => reason)).toEqual([null]);
  const events = store.events.after(0, 1000);
  expect(events.flatMap(({ undo }) => undo?.words ?? [])).toEqual(words.map(text));
  for (const { undo } of events) if (undo !== null) expect(Undoable.parse(undo)).toEqual(undo);
  const states = events.filter(({ message }) => message.type === 'host.state');
  expect(states.length).toBeGreaterThan(1);
  for (const { message } of states) expect(message.params).toMatchObject({ reason: text('no answer') });
  store.close();
});

test('a VM that booted from a CD image gets a drive with it, in rows, snapshots and what can be undone', () => {
  const sqlite = storeOf15();
  const iso = JSON.stringify({ kind: 'iso', path: '/i.iso' });
  sqlite.prepare("UPDATE vms SET boot = ? WHERE name = 'web'").run(iso);
  sqlite.exec(`INSERT INTO snapshots SELECT 'one', data_center_id, 'one', '', 0, 'ok', '' FROM vms WHERE name = 'web'`);
  sqlite
    .prepare(
      `INSERT INTO snapshot_vms SELECT 'one', id, NULL, 0, json_object('memoryMiB', memory_mib, 'cpus', cpus,
        'boot', json(boot), 'vnics', json_array()) FROM vms WHERE name = 'web'`,
    )
    .run();
  sqlite
    .prepare(
      "UPDATE events SET undo = json_set(undo, '$.change.vm.boot', json(?)) WHERE undo ->> '$.change.kind' = 'vm.removed'",
    )
    .run(iso);
  sqlite.close();

  const store = openStore(path);
  const asNow = { boot: { kind: 'devices' }, cdroms: [{ name: 'cd1', path: '/i.iso' }], hardware: DEFAULT_HARDWARE };
  expect(store.vms.byName('web')).toMatchObject([asNow]);
  expect(store.vms.list().filter(({ name }) => name !== 'web')).not.toHaveLength(0);
  for (const vm of store.vms.list().filter(({ name }) => name !== 'web'))
    expect(vm).toMatchObject({ cdroms: [], hardware: DEFAULT_HARDWARE });
  const kept = store.snapshots.list().flatMap(({ id }) => store.snapshotVms.ofSnapshot(id).map((part) => part.kept));
  expect(kept).not.toHaveLength(0);
  for (const each of kept) expect(each).toMatchObject(asNow);
  const removed = store.events.after(0, 1000).flatMap(({ undo }) => (undo?.change.kind === 'vm.removed' ? [undo] : []));
  expect(removed).not.toHaveLength(0);
  for (const undo of removed) {
    expect(Undoable.parse(undo)).toEqual(undo);
    expect(undo.change).toMatchObject({ vm: asNow });
  }
  store.close();
});

test.each([bootDiskBus, tpm, bootOrder, machineTypes])(
  'the hardware of VMs gets $name, in rows, snapshots and what can be undone',
  ({ version }) => {
    const sqlite = storeOf15();
    migrate(
      sqlite,
      MIGRATIONS.filter((each) => each.version < version),
    );
    sqlite.exec(
      `INSERT INTO snapshots SELECT 'one', data_center_id, 'one', '', 0, 'ok', '' FROM vms WHERE name = 'web'`,
    );
    sqlite.exec(`INSERT INTO snapshot_vms SELECT 'one', id, NULL, 0, json_object('memoryMiB', memory_mib, 'cpus', cpus,
    'boot', json(boot), 'cdroms', json_array(), 'hardware', json(hardware), 'disks', json_array(), 'vnics', json_array())
    FROM vms WHERE name = 'web'`);
    const fields = "json_object('name', 'a', 'comment', '', 'memoryMiB', 64, 'cpus', 1)";
    sqlite.exec(`UPDATE events SET undo = json_set(undo, '$.change', json_object('kind', 'vm.updated',
    'vmId', (SELECT id FROM vms WHERE name = 'web'), 'was', ${fields},
    'now', json_set(${fields}, '$.hardware', (SELECT json(hardware) FROM vms WHERE name = 'web'))))
    WHERE undo ->> '$.change.kind' = 'vm.added'`);
    sqlite.close();

    const store = openStore(path);
    for (const vm of store.vms.list()) expect(vm.hardware).toEqual(DEFAULT_HARDWARE);
    expect(store.snapshotVms.ofSnapshot('one')).toMatchObject([{ kept: { hardware: DEFAULT_HARDWARE } }]);
    const changes = store.events.after(0, 1000).flatMap(({ undo }) => (undo === null ? [] : [undo]));
    const updated = changes.flatMap(({ change }) =>
      change.kind === 'vm.updated' && change.now.hardware ? [change] : [],
    );
    expect(updated).not.toHaveLength(0);
    for (const { was, now } of updated) expect([was.hardware, now.hardware]).toEqual([undefined, DEFAULT_HARDWARE]);
    const removed = changes.flatMap(({ change }) => (change.kind === 'vm.removed' ? [change] : []));
    expect(removed).not.toHaveLength(0);
    for (const { vm } of removed) expect(vm.hardware).toEqual(DEFAULT_HARDWARE);
    for (const undo of changes) expect(Undoable.parse(undo)).toEqual(undo);
    store.close();
  },
);

test('VMs from before guests were known have none', () => {
  storeOf15().close();
  const store = openStore(path);
  expect(store.vms.list()).not.toHaveLength(0);
  for (const vm of store.vms.list()) expect(vm.guest).toBeNull();
  store.close();
});

test('a store in memory has the same schema', () => {
  expect(openMemoryStore().schemaVersion).toBe(latest);
});

test('seeds of one key and one address become seeds of several, in rows, in snapshots and in what can be undone', () => {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === 'seeds'),
    ),
  );
  const old = { user: 'me', sshKey: 'ssh-ed25519 A', address: '10.9.0.2/24' };
  const boots = [
    { kind: 'image', imageId: 'i', seed: old },
    { kind: 'image', imageId: 'i', seed: { ...old, address: null } },
    { kind: 'image', imageId: 'i', seed: null },
    { kind: 'tiny' },
  ];
  sqlite.exec(
    `INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '');
     INSERT INTO snapshots VALUES ('s', 'd', 'S', '', 0, 'ok', '');
     INSERT INTO images (id, name, format, size_bytes, virtual_bytes, created_at) VALUES ('i', 'I', 'raw', 1, 1, '')`,
  );
  const vnics = [{ name: 'front' }];
  boots.forEach((boot, i) => {
    const [id, text] = [String(i), JSON.stringify(boot)];
    sqlite
      .prepare(
        `INSERT INTO vms (id, cluster_id, data_center_id, name, comment, state, memory_mib, cpus, boot, created_at)
         VALUES (?, 'c', 'd', ?, '', 'down', 64, 1, ?, '')`,
      )
      .run(id, id, text);
    for (const [n, name] of ['front', 'back'].entries())
      sqlite
        .prepare(`INSERT INTO vnics (id, vm_id, name, mac, plugged, linked, position) VALUES (?, ?, ?, ?, 1, 1, ?)`)
        .run(`${id}${name}`, id, name, `56:00:00:00:0${i}:0${n}`, n);
    sqlite
      .prepare(`INSERT INTO snapshot_vms (snapshot_id, vm_id, with_memory, kept) VALUES ('s', ?, 0, ?)`)
      .run(id, JSON.stringify({ boot, vnics }));
    sqlite
      .prepare(
        `INSERT INTO events (at, type, severity, message, actor, subjects, undo) VALUES ('', '', 'normal', '', '{}', '{}', ?)`,
      )
      .run(JSON.stringify({ words: '', change: { kind: 'vm.removed', vm: { boot, vnics } } }));
  });
  migrate(sqlite, MIGRATIONS);
  const seed = Seed.parse({ user: 'me', sshKeys: ['ssh-ed25519 A'] });
  const image = { kind: 'image', imageId: 'i', diskBytes: null, copy: 'thin', copiedFrom: null };
  const wanted = [
    { ...image, seed: { ...seed, addresses: [{ vnic: 'front', address: '10.9.0.2/24' }] } },
    { ...image, seed },
    { ...image, seed: null },
    { kind: 'tiny' },
  ];
  const read = (sql: string) =>
    (sqlite.prepare(sql).pluck().all() as string[]).map((text) => JSON.parse(text) as unknown);
  expect(read('SELECT boot FROM vms ORDER BY id')).toEqual(wanted);
  expect(read("SELECT kept -> '$.boot' FROM snapshot_vms ORDER BY vm_id")).toEqual(wanted);
  expect(read("SELECT undo -> '$.change.vm.boot' FROM events ORDER BY seq")).toEqual(wanted);
});

test('removed VMs in the trash know their images, from the event of their removal', () => {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === 'trash-images'),
    ),
  );
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '');
    INSERT INTO hosts (id, cluster_id, name, kind, how, comment, state, created_at) VALUES ('h', 'c', 'H', 'lab', '{}', '', 'up', '');
    INSERT INTO trash VALUES ('v', 'h', 'V', ''), ('w', 'h', 'W', '')`);
  sqlite
    .prepare(
      `INSERT INTO events (at, type, severity, message, actor, subjects, undo) VALUES ('', '', 'normal', '', '{}', '{}', ?)`,
    )
    .run(
      JSON.stringify({
        words: '',
        change: { kind: 'vm.removed', vm: { id: 'v', boot: { kind: 'image', imageId: 'i', seed: null }, vnics: [] } },
      }),
    );
  migrate(sqlite, MIGRATIONS);
  expect(sqlite.prepare('SELECT image_id FROM trash ORDER BY vm_id').pluck().all()).toEqual(['i', null]);
});

test('networks from before services have none, also those that can be restored', () => {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === 'services'),
    ),
  );
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', '');
    INSERT INTO networks (id, data_center_id, name, comment, is_isolated, mtu, bridge, created_at)
      VALUES ('n', 'd', 'blue', '', 1, 1500, 'blue', ''), ('m', 'd', 'lan', '', 0, 1500, 'lan', '')`);
  sqlite
    .prepare(
      `INSERT INTO events (at, type, severity, message, actor, subjects, undo) VALUES ('', '', 'normal', '', '{}', '{}', ?)`,
    )
    .run(JSON.stringify({ words: '', change: { kind: 'network.removed', network: { id: 'x', clusters: [] } } }));
  migrate(sqlite, MIGRATIONS);
  expect(sqlite.prepare('SELECT services FROM networks').pluck().all()).toEqual([null, null]);
  expect(sqlite.prepare("SELECT json_type(undo, '$.change.network.services') FROM events").pluck().get()).toBe('null');
  expect(() => sqlite.exec(`UPDATE networks SET services = '{}' WHERE id = 'm'`)).toThrow(/networks_services/);
});

test('servers inside networks serve IPv4 and have no guard, also those that a change or a restored network would bring back', () => {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === 'services-families'),
    ),
  );
  const was = { mode: 'all', subnet: '10.1.0.0/24' };
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', '');
    INSERT INTO networks (id, data_center_id, name, comment, is_isolated, mtu, bridge, created_at, services)
      VALUES ('n', 'd', 'blue', '', 1, 1500, 'blue', '', '${JSON.stringify(was)}'), ('m', 'd', 'red', '', 1, 1500, 'red', '', NULL)`);
  const add = sqlite.prepare(
    `INSERT INTO events (at, type, severity, message, actor, subjects, undo) VALUES ('', '', 'normal', '', '{}', '{}', ?)`,
  );
  add.run(JSON.stringify({ words: '', change: { kind: 'network.removed', network: { id: 'x', services: was } } }));
  add.run(JSON.stringify({ words: '', change: { kind: 'network.services', was: null, now: was } }));
  add.run(JSON.stringify({ words: '', change: { kind: 'network.updated', was, now: was } }));
  migrate(sqlite, MIGRATIONS);
  const now = { ...was, families: 'ipv4', subnet6: null, guard: false };
  const read = (sql: string): unknown[] =>
    sqlite
      .prepare(sql)
      .pluck()
      .all()
      .map((text) => JSON.parse(String(text)) as unknown);
  expect(read('SELECT services FROM networks')).toEqual([now, null]);
  expect(read("SELECT undo ->> '$.change' FROM events")).toEqual([
    { kind: 'network.removed', network: { id: 'x', services: now } },
    { kind: 'network.services', was: null, now },
    { kind: 'network.updated', was, now: was },
  ]);
});

test('networks from before they could be stretched are not, also those that can be restored', () => {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === 'stretch'),
    ),
  );
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', '');
    INSERT INTO networks (id, data_center_id, name, comment, is_isolated, mtu, bridge, created_at)
      VALUES ('n', 'd', 'blue', '', 1, 1500, 'blue', ''), ('o', 'd', 'red', '', 1, 1500, 'red', ''), ('m', 'd', 'lan', '', 0, 1500, 'lan', '')`);
  sqlite
    .prepare(
      `INSERT INTO events (at, type, severity, message, actor, subjects, undo) VALUES ('', '', 'normal', '', '{}', '{}', ?)`,
    )
    .run(JSON.stringify({ words: '', change: { kind: 'network.removed', network: { id: 'x', clusters: [] } } }));
  migrate(sqlite, MIGRATIONS);
  expect(sqlite.prepare('SELECT stretch FROM networks').pluck().all()).toEqual([null, null, null]);
  expect(sqlite.prepare("SELECT json_type(undo, '$.change.network.stretch') FROM events").pluck().get()).toBe('null');
  const stretch = (id: string) =>
    sqlite.exec(`UPDATE networks SET stretch = '{"vni":1,"hosts":[]}' WHERE id = '${id}'`);
  expect(() => stretch('m')).toThrow(/networks_stretch/);
  stretch('n');
  expect(() => stretch('o')).toThrow(/networks_vni/);
});

test('promises and their history go with their data center, and have one open breach at most', () => {
  const sqlite = new Database(':memory:');
  sqlite.pragma('foreign_keys = ON');
  migrate(sqlite, MIGRATIONS);
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', '');
    INSERT INTO promises VALUES ('p', 'd', 'never_reach', '[{}]', '[]', '[]', NULL, '[]', 'refuse', '', 'kept', '', '[]', '');
    INSERT INTO promise_groups VALUES ('g', 'd', 'G', '[]');
    INSERT INTO promise_breaches VALUES ('b', 'p', 'broken', '', NULL, '[]', NULL)`);
  const again = (): unknown =>
    sqlite.exec(`INSERT INTO promise_breaches VALUES ('c', 'p', 'broken', '', NULL, '[]', NULL)`);
  expect(again).toThrow(/UNIQUE/);
  expect(() => sqlite.exec(`UPDATE promises SET state = 'fine'`)).toThrow(/promises_state/);
  expect(() => sqlite.exec(`UPDATE promises SET who = '[]'`)).toThrow(/promises_who/);
  sqlite.exec(`DELETE FROM data_centers WHERE id = 'd'`);
  for (const table of ['promises', 'promise_groups', 'promise_breaches'])
    expect(sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
});

test('an attachment from before counts the points of its latest check', () => {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === 'check-counts'),
    ),
  );
  const point = (ok: boolean | null) => ({ id: 'hooks', title: '', ok, evidence: '' });
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '');
    INSERT INTO hosts (id, cluster_id, name, kind, how, comment, state, created_at) VALUES ('h', 'c', 'H', 'lab', '{}', '', 'up', '');
    INSERT INTO networks (id, data_center_id, name, comment, is_isolated, mtu, bridge, created_at)
      VALUES ('n', 'd', 'blue', '', 1, 1500, 'blue', ''), ('m', 'd', 'red', '', 1, 1500, 'red', '');
    INSERT INTO network_attachments (network_id, host_id, state, differences, verdict, verdict_at)
      VALUES ('n', 'h', 'in_sync', '[]', 'isolated', ''), ('m', 'h', 'pending', '[]', 'unknown', NULL)`);
  const check = sqlite.prepare(`INSERT INTO isolation_checks VALUES (?, 'n', 'h', '', 0, 'isolated', ?, 'tester')`);
  check.run('old', JSON.stringify([point(null), point(null)]));
  check.run('new', JSON.stringify([point(true), point(true), point(null)]));
  migrate(sqlite, MIGRATIONS);
  const rows = sqlite
    .prepare('SELECT network_id AS id, points, unchecked FROM network_attachments ORDER BY rowid')
    .all();
  expect(rows).toEqual([
    { id: 'n', points: 3, unchecked: 1 },
    { id: 'm', points: 0, unchecked: 0 },
  ]);
});

test('a NIC from before has no speed until it is observed, and never one of zero', () => {
  const sqlite = new Database(':memory:');
  migrate(
    sqlite,
    MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === 'nic-speeds'),
    ),
  );
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '');
    INSERT INTO hosts (id, cluster_id, name, kind, how, comment, state, created_at) VALUES ('h', 'c', 'H', 'lab', '{}', '', 'up', '');
    INSERT INTO host_nics (host_id, name, mtu, up) VALUES ('h', 'eth0', 1500, 1)`);
  migrate(sqlite, MIGRATIONS);
  expect(sqlite.prepare('SELECT speed_mbps FROM host_nics').pluck().all()).toEqual([null]);
  sqlite.exec('UPDATE host_nics SET speed_mbps = 10000');
  expect(() => sqlite.exec('UPDATE host_nics SET speed_mbps = 0')).toThrow(/host_nics_speed_mbps/);
});
