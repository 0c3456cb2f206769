import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../migrate';
import { addUndo, readJson, storeBefore } from '../testing/older-stores';
import { MIGRATIONS } from './all';

test('networks from before services have none, also those that can be restored', () => {
  const sqlite = storeBefore('services');
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', '');
    INSERT INTO networks (id, data_center_id, name, comment, is_isolated, mtu, bridge, created_at)
      VALUES ('n', 'd', 'blue', '', 1, 1500, 'blue', ''), ('m', 'd', 'lan', '', 0, 1500, 'lan', '')`);
  addUndo(sqlite, { kind: 'network.removed', network: { id: 'x', clusters: [] } });
  migrate(sqlite, MIGRATIONS);
  expect(sqlite.prepare('SELECT services FROM networks').pluck().all()).toEqual([null, null]);
  expect(sqlite.prepare("SELECT json_type(undo, '$.change.network.services') FROM events").pluck().get()).toBe('null');
  expect(() => sqlite.exec(`UPDATE networks SET services = '{}' WHERE id = 'm'`)).toThrow(/networks_services/);
});

test('servers inside networks serve IPv4 and have no guard, also those that a change or a restored network would bring back', () => {
  const sqlite = storeBefore('services-families');
  const was = { mode: 'all', subnet: '10.1.0.0/24' };
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', '');
    INSERT INTO networks (id, data_center_id, name, comment, is_isolated, mtu, bridge, created_at, services)
      VALUES ('n', 'd', 'blue', '', 1, 1500, 'blue', '', '${JSON.stringify(was)}'), ('m', 'd', 'red', '', 1, 1500, 'red', '', NULL)`);
  addUndo(sqlite, { kind: 'network.removed', network: { id: 'x', services: was } });
  addUndo(sqlite, { kind: 'network.services', was: null, now: was });
  addUndo(sqlite, { kind: 'network.updated', was, now: was });
  migrate(sqlite, MIGRATIONS);
  const now = { ...was, families: 'ipv4', subnet6: null, guard: false };
  expect(readJson(sqlite, 'SELECT services FROM networks')).toEqual([now, null]);
  expect(readJson(sqlite, "SELECT undo ->> '$.change' FROM events")).toEqual([
    { kind: 'network.removed', network: { id: 'x', services: now } },
    { kind: 'network.services', was: null, now },
    { kind: 'network.updated', was, now: was },
  ]);
});

test('networks from before they could be stretched are not, also those that can be restored', () => {
  const sqlite = storeBefore('stretch');
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', '');
    INSERT INTO networks (id, data_center_id, name, comment, is_isolated, mtu, bridge, created_at)
      VALUES ('n', 'd', 'blue', '', 1, 1500, 'blue', ''), ('o', 'd', 'red', '', 1, 1500, 'red', ''), ('m', 'd', 'lan', '', 0, 1500, 'lan', '')`);
  addUndo(sqlite, { kind: 'network.removed', network: { id: 'x', clusters: [] } });
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
  const sqlite = storeBefore('check-counts');
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

test('a verdict from before says no more than its points', () => {
  const sqlite = storeBefore('failed-points');
  const all = ['mark', 'forwarding', 'seal_ingress', 'hooks', 'listeners'];
  const points = (oks: Record<string, boolean | null>) =>
    JSON.stringify(all.map((id) => ({ id, title: '', evidence: '', ok: id in oks ? oks[id] : true })));
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '');
    INSERT INTO hosts (id, cluster_id, name, kind, how, comment, state, created_at) VALUES ('h', 'c', 'H', 'lab', '{}', '', 'up', '')`);
  const cases: [string, Record<string, boolean | null>, string, number][] = [
    ['a', { forwarding: false, hooks: null }, 'isolated', 1],
    ['b', { forwarding: false, listeners: null }, 'unknown', 1],
    ['c', { mark: false }, 'unknown', 1],
    ['d', { forwarding: false, seal_ingress: false }, 'not_isolated', 2],
  ];
  for (const [id, oks] of cases) {
    sqlite.exec(`INSERT INTO networks (id, data_center_id, name, comment, is_isolated, mtu, bridge, created_at)
        VALUES ('${id}', 'd', '${id}', '', 1, 1500, '${id}', '');
      INSERT INTO network_attachments (network_id, host_id, state, differences, verdict, verdict_at, points)
        VALUES ('${id}', 'h', 'in_sync', '[]', 'not_isolated', '', 5)`);
    const check = sqlite.prepare(`INSERT INTO isolation_checks VALUES (?, ?, 'h', '', 0, 'not_isolated', ?, 'tester')`);
    check.run(`${id}-old`, id, points({ seal_ingress: false }));
    check.run(`${id}-new`, id, points(oks));
  }
  migrate(sqlite, MIGRATIONS);
  const rows = (sql: string) => sqlite.prepare(sql).raw().all();
  expect(rows('SELECT network_id, verdict, failed FROM network_attachments ORDER BY network_id')).toEqual(
    cases.map(([id, , verdict, failed]) => [id, verdict, failed]),
  );
  expect(rows(`SELECT network_id, verdict FROM isolation_checks WHERE id LIKE '%-new' ORDER BY network_id`)).toEqual(
    cases.map(([id, , verdict]) => [id, verdict]),
  );
  expect(rows(`SELECT DISTINCT verdict FROM isolation_checks WHERE id LIKE '%-old'`)).toEqual([['not_isolated']]);
});

test('a NIC from before has no speed until it is observed, and never one of zero', () => {
  const sqlite = storeBefore('nic-speeds');
  sqlite.exec(`INSERT INTO data_centers VALUES ('d', 'D', '', ''); INSERT INTO clusters VALUES ('c', 'd', 'C', '', '');
    INSERT INTO hosts (id, cluster_id, name, kind, how, comment, state, created_at) VALUES ('h', 'c', 'H', 'lab', '{}', '', 'up', '');
    INSERT INTO host_nics (host_id, name, mtu, up) VALUES ('h', 'eth0', 1500, 1)`);
  migrate(sqlite, MIGRATIONS);
  expect(sqlite.prepare('SELECT speed_mbps FROM host_nics').pluck().all()).toEqual([null]);
  sqlite.exec('UPDATE host_nics SET speed_mbps = 10000');
  expect(() => sqlite.exec('UPDATE host_nics SET speed_mbps = 0')).toThrow(/host_nics_speed_mbps/);
});
