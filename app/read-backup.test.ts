import { note } from '../contract';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../db/store';
import { populate } from '../db/testing/rows';
import { createBackups } from './backups';
import { homeAt } from './home';
import { createReadBackup } from './read-backup';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-read-backup-'));
  file = join(folder, 'copy.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A store of Atoll's, then changed by other means. */
function tampered(sql: string): void {
  const store = openStore(file);
  populate(store);
  store.close();
  new Database(file).exec(`PRAGMA foreign_keys = OFF; ${sql}`).close();
}

/** SQLite reads the whole schema before it answers anything: here some ten seconds of views. */
function busy(): void {
  tampered('');
  const sqlite = new Database(file);
  sqlite.unsafeMode(true);
  sqlite.pragma('writable_schema = ON');
  const insert = sqlite.prepare("INSERT INTO sqlite_schema VALUES ('view', ?, ?, 0, ?)");
  const columns = Array.from({ length: 1_500 }, (_, i) => `a AS column_${i}`).join(', ');
  sqlite.transaction(() => {
    for (let i = 0; i < 4_000; i += 1) insert.run(`v${i}`, `v${i}`, `CREATE VIEW v${i} AS SELECT ${columns} FROM b`);
  })();
  sqlite.close();
}

it('says what is in a backup', async () => {
  tampered('');
  const { content, hosts } = await createReadBackup()(file);
  expect([content.hosts, hosts.length]).toEqual([1, 1]);
});

it('gives a file up that makes SQLite busy, and keeps nothing waiting in the meantime', async () => {
  busy();
  let longest = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const read = createReadBackup({ baseMs: -100_000 });
  const began = performance.now();
  await expect(createBackups(homeAt(folder), read).inspect(file)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    field: 'path',
    message: expect.stringContaining(`${file} takes too long`) as string,
    remedy: note(expect.stringContaining('another backup') as string),
  });
  clearInterval(ticking);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(longest).toBeLessThan(1_000);
});

it('refuses a file that is none with the same words as before', async () => {
  await expect(createReadBackup()(join(folder, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

const EVENT = `INSERT INTO events (at, severity, message, subjects, type, actor)
  SELECT '2026-01-01T00:00:00.000Z', 'normal', '{"type":"engine.stopped","params":{}}', '{}', column1, column2 FROM (VALUES`;

it.each([
  ['how a VM boots', `UPDATE vms SET boot = '{"kind":"shell","path":"/bin/sh"}'`, /vms\.boot/],
  ['the file of a disk', `UPDATE vms SET boot = '{"kind":"disk","path":"nbd://there"}'`, /vms\.boot/],
  ['who did a thing', `${EVENT} ('host.added', '{"user":7,"door":"back"}'))`, /events\.actor/],
  [
    'what an event says',
    `${EVENT} ('host.added', '{"user":"me","door":"cli"}')); UPDATE events SET message = '{"type":"text","params":{"text":7}}'`,
    /events\.message/,
  ],
  ['the title of a step', `UPDATE job_steps SET title = '<b>'`, /job_steps\.title/],
  ['what was done', `${EVENT} ('host.exploded', '{"user":"me","door":"cli"}'))`, /events\.type/],
  ['the labels of a host', `UPDATE hosts SET labels = '{"length":1e9}'`, /hosts\.labels/],
  ['what differs', `UPDATE network_attachments SET differences = '{"0":"x"}'`, /differences/],
  ['a choice of a person', `INSERT INTO preferences VALUES ('me', '__proto__', '{}')`, /preferences/],
])('refuses a backup in which %s is nothing that Atoll writes', async (_what, sql, words) => {
  tampered(sql);
  await expect(createReadBackup()(file)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(words) as string,
  });
});
