import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Undoable } from '../../contract';
import { latestVersion, migrate } from '../migrate';
import { openStore } from '../store';
import { storeOf } from '../testing/older-stores';
import { storePlace } from '../testing/store-place';
import { MIGRATIONS } from './all';

const path = storePlace();

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

test('what events, jobs and steps said as text is kept as text', () => {
  const sqlite = storeOf(13, path());
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

  const store = openStore(path());
  expect(store.schemaVersion).toBe(latestVersion(MIGRATIONS));
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

test('what reasons and undo said as text is kept as text', () => {
  const sqlite = storeOf(15, path());
  const read = (sql: string) => sqlite.prepare<[], string>(sql).pluck().all();
  sqlite
    .prepare("UPDATE events SET message = json_set(message, '$.params.reason', 'no answer') WHERE type = 'host.state'")
    .run();
  const words = read("SELECT undo ->> '$.words' FROM events WHERE undo IS NOT NULL ORDER BY seq");
  const [host] = read('SELECT reason FROM hosts');
  const [vm] = read("SELECT reason FROM vms WHERE name = 'web'");
  sqlite.close();
  expect(words.length).toBeGreaterThan(5);

  const store = openStore(path());
  expect(store.schemaVersion).toBe(latestVersion(MIGRATIONS));
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
