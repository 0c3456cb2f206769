import { expect, test } from 'vitest';
import { DEFAULT_HARDWARE, Seed, Undoable } from '../../contract';
import { migrate } from '../migrate';
import { openStore } from '../store';
import { addUndo, readJson, storeBefore, storeOf } from '../testing/older-stores';
import { storePlace } from '../testing/store-place';
import { MIGRATIONS } from './all';
import { bootDiskBus } from './0021-boot-disk-bus';
import { tpm } from './0023-tpm';
import { bootOrder } from './0031-boot-order';
import { machineTypes } from './0033-machine-types';

const path = storePlace();

test('disks of before their formats were kept have none, in rows and in what can be undone', () => {
  const sqlite = storeBefore('disk-formats');
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
  boots.forEach((boot, i) => {
    vm.run(String(i), String(i), JSON.stringify(boot));
    addUndo(sqlite, { kind: 'vm.removed', vm: { boot } });
  });
  migrate(sqlite, MIGRATIONS);
  const wanted = [{ kind: 'disk', path: '/d', format: null }, { kind: 'devices' }];
  expect(readJson(sqlite, 'SELECT boot FROM vms ORDER BY id')).toEqual(wanted);
  expect(readJson(sqlite, "SELECT undo -> '$.change.vm.boot' FROM events ORDER BY seq")).toEqual(wanted);
});

test('snapshots and events of before disks existed have none', () => {
  const sqlite = storeBefore('disks');
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

test('a VM that booted from a CD image gets a drive with it, in rows, snapshots and what can be undone', () => {
  const sqlite = storeOf(15, path());
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

  const store = openStore(path());
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
    const sqlite = storeOf(15, path());
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

    const store = openStore(path());
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
  storeOf(15, path()).close();
  const store = openStore(path());
  expect(store.vms.list()).not.toHaveLength(0);
  for (const vm of store.vms.list()) expect(vm.guest).toBeNull();
  store.close();
});

test('seeds of one key and one address become seeds of several, in rows, in snapshots and in what can be undone', () => {
  const sqlite = storeBefore('seeds');
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
    addUndo(sqlite, { kind: 'vm.removed', vm: { boot, vnics } });
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
  expect(readJson(sqlite, 'SELECT boot FROM vms ORDER BY id')).toEqual(wanted);
  expect(readJson(sqlite, "SELECT kept -> '$.boot' FROM snapshot_vms ORDER BY vm_id")).toEqual(wanted);
  expect(readJson(sqlite, "SELECT undo -> '$.change.vm.boot' FROM events ORDER BY seq")).toEqual(wanted);
});

test('removed VMs in the trash know their images, from the event of their removal', () => {
  const sqlite = storeBefore('trash-images');
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '');
    INSERT INTO hosts (id, cluster_id, name, kind, how, comment, state, created_at) VALUES ('h', 'c', 'H', 'lab', '{}', '', 'up', '');
    INSERT INTO trash VALUES ('v', 'h', 'V', ''), ('w', 'h', 'W', '')`);
  addUndo(sqlite, { kind: 'vm.removed', vm: { id: 'v', boot: { kind: 'image', imageId: 'i', seed: null }, vnics: [] } });
  migrate(sqlite, MIGRATIONS);
  expect(sqlite.prepare('SELECT image_id FROM trash ORDER BY vm_id').pluck().all()).toEqual(['i', null]);
});
