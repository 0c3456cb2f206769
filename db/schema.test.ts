import type Database from 'better-sqlite3';
import { getTableName } from 'drizzle-orm';
import { type SQLiteTable, getTableConfig } from 'drizzle-orm/sqlite-core';
import { describe, expect, test } from 'vitest';
import { AttachmentState, HostKind, HostState, Image, JobState, JobStep, Event, Verdict, VmState } from '../contract';
import { connectMemory } from './connection';
import { MIGRATIONS } from './migrations/all';
import * as acceptedParts from './schema/accepted-parts';
import * as activity from './schema/activity';
import * as forwards from './schema/forwards';
import * as networks from './schema/networks';
import * as places from './schema/places';
import * as preferences from './schema/preferences';
import * as leftovers from './schema/leftovers';
import * as snapshots from './schema/snapshots';
import * as trash from './schema/trash';
import * as vms from './schema/vms';
import { openMemoryStore } from './store';
import { aCheck, aHost, aJob, aStep, aVm, anAttachment, anEvent, anImage, populate } from './testing/rows';

/** The schema has two texts, drizzle's tables and the migrations: here they must say the same. */
const TABLES: SQLiteTable[] = [
  acceptedParts,
  activity,
  forwards,
  leftovers,
  networks,
  places,
  preferences,
  snapshots,
  trash,
  vms,
].flatMap((module) => Object.values(module));

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
  expect(made.map(({ name }) => name).sort()).toEqual(TABLES.map(getTableName).sort());
  expect(made.filter(({ strict }) => strict === 0)).toEqual([]);
});

describe.each(TABLES.map((table) => [getTableName(table), table] as const))('%s', (name, table) => {
  const { columns, foreignKeys, uniqueConstraints, indexes } = getTableConfig(table);

  test('columns', () => {
    const wanted = columns.map((column) => [column.name, column.getSQLType().toUpperCase(), column.notNull]);
    const made = rows<ColumnInfo>(`PRAGMA table_info(${name})`);
    // An INTEGER PRIMARY KEY is the rowid and never null, though table_info does not say so.
    expect(made.map((column) => [column.name, column.type, column.notnull === 1 || column.name === 'seq'])).toEqual(
      wanted,
    );
  });

  test('references, with what a removal does', () => {
    const wanted = foreignKeys.flatMap((key) => {
      const { columns: from, foreignTable, foreignColumns } = key.reference();
      return from.map(
        (column, i) => `${column.name} > ${getTableName(foreignTable)}.${foreignColumns[i]?.name} ${key.onDelete}`,
      );
    });
    const made = rows<ForeignKey>(`PRAGMA foreign_key_list(${name})`)
      .filter(({ from }) => from !== 'image_id')
      .map((key) => `${key.from} > ${key.table}.${key.to} ${key.on_delete.toLowerCase()}`);
    expect(made.sort()).toEqual(wanted.sort());
  });

  test('unique and other indexes', () => {
    const unique = uniqueConstraints.map((one) => one.columns.map((column) => column.name).join());
    const single = columns.filter((column) => column.isUnique).map((column) => column.name);
    const made = rows<{ name: string; unique: number; origin: string; partial: number }>(`PRAGMA index_list(${name})`)
      .filter(({ origin, partial }) => origin === 'c' && partial === 0)
      .map((index) => ({
        ...index,
        columns: rows<{ name: string }>(`PRAGMA index_info(${index.name})`)
          .map((c) => c.name)
          .join(),
      }));
    expect(
      made
        .filter((index) => index.unique === 1)
        .map((index) => index.columns)
        .sort(),
    ).toEqual([...unique, ...single].sort());
    const plain = indexes.map((index) =>
      index.config.columns.map((column) => ('name' in column ? column.name : '?')).join(),
    );
    expect(
      made
        .filter((index) => index.unique === 0)
        .map((index) => index.columns)
        .sort(),
    ).toEqual(plain.sort());
  });
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
