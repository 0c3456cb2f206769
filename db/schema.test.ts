import type Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { AttachmentState, HostKind, HostState, Image, JobState, JobStep, Event, Verdict, VmState } from '../contract';
import { connectMemory } from './connection';
import { MIGRATIONS } from './migrations/all';
import { openMemoryStore } from './store';
import * as tables from './tables';
import type { TableOf } from './tables';
import { aCheck, aHost, aJob, aStep, aVm, anAttachment, anEvent, anImage, populate } from './testing/rows';

/** The tables that rows are read from and written to. `counters` and `meta` are asked by hand. */
const TABLES = Object.values(tables).filter((thing) => typeof thing === 'object') as TableOf<unknown>[];
const BY_HAND = ['counters', 'meta'];

interface ColumnInfo {
  name: string;
  type: string;
  notnull: number;
  pk: number;
}
interface ForeignKey {
  table: string;
  from: string;
  to: string;
  on_delete: string;
}

const sqlite: Database.Database = connectMemory(MIGRATIONS);
const rows = <T>(sql: string): T[] => sqlite.prepare<[], T>(sql).all();

test('the migrations make just the tables of the schema, each STRICT', () => {
  const made = rows<{ name: string; strict: number }>(
    "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
  );
  expect(made.map(({ name }) => name).sort()).toEqual([...TABLES.map(({ name }) => name), ...BY_HAND].sort());
  expect(TABLES.length).toBeGreaterThan(20);
  expect(made.filter(({ strict }) => strict === 0)).toEqual([]);
});

test.each(TABLES.map((table) => [table.name, table] as const))(
  '%s has just the columns that are read',
  (name, table) => {
    const made = rows<ColumnInfo>(`PRAGMA table_info(${name})`);
    expect(made.map((column) => column.name).sort()).toEqual(table.columns.map((column) => column.name).sort());
    for (const { name: column, is } of table.columns) {
      const type = made.find((one) => one.name === column)?.type;
      if (is === 'json') expect(type, column).toBe('TEXT');
      if (is === 'boolean') expect(type, column).toBe('INTEGER');
    }
  },
);

/** All that the migrations say of columns, references and indexes, to be looked at whenever it changes. */
test('columns, references with what a removal does, and indexes', () => {
  const names = rows<{ name: string }>(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  const schema = names.map(({ name }) => [
    name,
    ...rows<ColumnInfo>(`PRAGMA table_info(${name})`).map(
      (column) =>
        `  ${column.name} ${column.type}${column.notnull === 1 ? ' NOT NULL' : ''}${column.pk > 0 ? ` KEY ${column.pk}` : ''}`,
    ),
    ...rows<ForeignKey>(`PRAGMA foreign_key_list(${name})`)
      .map((key) => `  ${key.from} > ${key.table}.${key.to} ${key.on_delete}`)
      .sort(),
    ...rows<{ name: string; unique: number; origin: string; partial: number }>(`PRAGMA index_list(${name})`)
      .filter(({ origin }) => origin === 'c')
      .map((index) => {
        const columns = rows<{ name: string | null }>(`PRAGMA index_info(${index.name})`).map(
          (c) => c.name ?? '(expression)',
        );
        return `  ${index.unique === 1 ? 'UNIQUE' : 'INDEX'} ${columns.join(', ')}${index.partial === 1 ? ' (partial)' : ''}`;
      })
      .sort(),
  ]);
  expect(schema.map((lines) => lines.join('\n')).join('\n')).toMatchSnapshot();
});

test('the database takes every value that the contract knows', () => {
  const store = openMemoryStore();
  const { place, host, network, attachment, job } = populate(store);
  for (const kind of HostKind.options) store.hosts.insert(aHost(place.clusterId, { kind }));
  for (const state of HostState.options) store.hosts.insert(aHost(place.clusterId, { state }));
  for (const state of AttachmentState.options) store.attachments.upsert({ ...attachment, state });
  for (const verdict of Verdict.options) store.attachments.upsert(anAttachment(network.id, host.id, { verdict }));
  for (const verdict of Verdict.options) store.checks.insert(aCheck(network.id, host.id, { verdict }));
  for (const state of VmState.options) store.vms.insert(aVm(place, { state }));
  for (const format of Image.shape.format.options) store.images.insert(anImage({ format }));
  for (const state of JobState.options) store.jobs.insert(aJob({ state }));
  JobStep.shape.state.options.forEach((state, i) => store.steps.insert(aStep(job.id, i + 2, { state })));
  for (const type of Event.shape.type.options) store.events.append(anEvent({ type }));
  for (const severity of Event.shape.severity.options) store.events.append(anEvent({ severity }));
  expect(new Set(store.vms.list().map(({ state }) => state))).toEqual(new Set(VmState.options));
});

test('lists and look-ups use an index or the order of the rows, never a sort or a scan by value', () => {
  const plan = (sql: string): string =>
    rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .map(({ detail }) => detail)
      .join('; ');
  const byVm = "SELECT seq FROM events WHERE subjects ->> '$.vmId' = 'x' ORDER BY seq DESC LIMIT 5";
  expect(plan(byVm)).toMatch(/^SEARCH events USING (COVERING )?INDEX events_vm/);
  expect(plan(byVm)).not.toMatch(/TEMP B-TREE/);
  const inOrder =
    'SELECT vnics.id FROM vms CROSS JOIN vnics ON vnics.vm_id = vms.id ORDER BY vms.rowid, vnics.position';
  expect(plan(inOrder)).toMatch(/vnics_order/);
  expect(plan(inOrder)).not.toMatch(/TEMP B-TREE/);
});
