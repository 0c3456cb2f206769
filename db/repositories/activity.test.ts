import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../../engine/ports/store';
import { openMemoryStore, openStore } from '../store';
import { aJob, anEvent, aStep, oldText, touchedBy } from '../testing/rows';

let store: Store;
beforeEach(() => {
  store = openMemoryStore();
});

test('a job comes back with payload and error parsed', () => {
  const job = aJob({
    payload: { ids: ['a', 'b'], nested: { n: null } },
    error: { code: 'JOB_FAILED', message: 'no', remedy: null },
    subjects: { networkId: 'n' },
  });
  expect(touchedBy(store, () => store.jobs.insert(job))).toEqual([`job ${job.id}`]);
  expect(store.jobs.get(job.id)).toEqual(job);
  store.jobs.update(job.id, { state: 'running', payload: null, error: null });
  expect(store.jobs.get(job.id)).toEqual({ ...job, state: 'running', payload: null, error: null });
});

test('the error of a job that an older version wrote has its hint as the note', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'atoll-jobs-')), 'store.db');
  const before = openStore(file);
  const [withHint, silent] = [aJob({ state: 'failed' }), aJob({ state: 'cancelled' })];
  [withHint, silent].forEach((job) => before.jobs.insert(job));
  before.close();
  const sqlite = new Database(file);
  // As the version before remedies wrote them.
  const write = sqlite.prepare('UPDATE jobs SET error = ? WHERE id = ?');
  write.run('{"code":"JOB_FAILED","message":"no room","hint":"Stop other VMs there."}', withHint.id);
  write.run('{"code":"CANCELLED","message":"It was cancelled","hint":null}', silent.id);
  sqlite.close();
  const after = openStore(file);
  expect(after.jobs.get(withHint.id)?.error).toEqual({
    code: 'JOB_FAILED',
    message: 'no room',
    remedy: { note: 'Stop other VMs there.', action: null },
  });
  expect(after.jobs.list().find(({ id }) => id === silent.id)?.error).toEqual({
    code: 'CANCELLED',
    message: 'It was cancelled',
    remedy: null,
  });
  after.close();
  rmSync(path.dirname(file), { recursive: true });
});

test('jobs come newest first, by state too', () => {
  const [a, b, c] = [aJob({ state: 'failed' }), aJob({ state: 'running' }), aJob({ state: 'failed' })];
  [a, b, c].forEach((job) => store.jobs.insert(job));
  expect(store.jobs.list()).toEqual([c, b, a]);
  expect(store.jobs.recent(2)).toEqual([c, b]);
  expect(store.jobs.recent(1, 'failed')).toEqual([c]);
  expect(store.jobs.inState(['running', 'queued'])).toEqual([b]);
  expect(store.jobs.inState(['running', 'failed'])).toEqual([c, b, a]);
  expect(store.jobs.inState([])).toEqual([]);
});

test('a step touches its job', () => {
  const job = aJob();
  store.jobs.insert(job);
  store.steps.insert(aStep(job.id, 2));
  const first = aStep(job.id, 1, { hostId: 'h' });
  expect(touchedBy(store, () => store.steps.insert(first))).toEqual([`job ${job.id}`]);
  expect(store.steps.ofJob(job.id).map(({ index }) => index)).toEqual([1, 2]);
  expect(touchedBy(store, () => store.steps.update(job.id, 1, { state: 'running' }))).toEqual([`job ${job.id}`]);
  expect(store.steps.ofJob(job.id)[0]).toEqual({ ...first, state: 'running' });
  expect(touchedBy(store, () => store.steps.removeOfJob(job.id))).toEqual([`job ${job.id}`]);
  expect(store.steps.ofJob(job.id)).toEqual([]);
});

test('removing a job removes its steps', () => {
  const job = aJob();
  store.jobs.insert(job);
  store.steps.insert(aStep(job.id, 1));
  store.jobs.remove(job.id);
  expect(store.steps.ofJob(job.id)).toEqual([]);
});

test('events get rising numbers and come back as they went in', () => {
  const [a, b] = [anEvent({ subjects: { vmId: 'v' } }), anEvent({ severity: 'error', message: oldText("'; --") })];
  expect(store.events.lastSeq()).toBe(0);
  expect(store.events.append(a)).toEqual({ ...a, seq: 1 });
  expect(store.events.append(b)).toEqual({ ...b, seq: 2 });
  expect(store.events.lastSeq()).toBe(2);
  expect(store.events.after(0, 10)).toEqual([
    { ...a, seq: 1 },
    { ...b, seq: 2 },
  ]);
  expect(store.events.after(1, 10)).toEqual([{ ...b, seq: 2 }]);
  expect(store.events.after(0, 1)).toEqual([{ ...a, seq: 1 }]);
});

test('events are found by what they are about, newest first', () => {
  store.events.append(anEvent({ subjects: { networkId: 'n', hostId: 'h' } }));
  store.events.append(anEvent({ subjects: { networkId: 'n' }, type: 'network.deploy_failed', severity: 'error' }));
  store.events.append(anEvent({ subjects: { vmId: 'v' } }));
  const seqs = (filter: Omit<Parameters<Store['events']['recent']>[0], 'limit'>, limit = 10): number[] =>
    store.events.recent({ ...filter, limit }).map(({ seq }) => seq);
  expect(seqs({})).toEqual([3, 2, 1]);
  expect(seqs({}, 2)).toEqual([3, 2]);
  expect(seqs({ networkId: 'n' })).toEqual([2, 1]);
  expect(seqs({ networkId: 'n', hostId: 'h' })).toEqual([1]);
  expect(seqs({ vmId: 'v' })).toEqual([3]);
  expect(seqs({ severity: 'error' })).toEqual([2]);
  expect(seqs({ type: 'vm.state' })).toEqual([3, 1]);
  expect(seqs({ after: 1, networkId: 'n' })).toEqual([2]);
  expect(seqs({ hostId: "h' OR 1=1 --" })).toEqual([]);
});

test('pruning keeps the newest, and numbers never come again', () => {
  for (let i = 0; i < 10; i += 1) store.events.append(anEvent());
  expect(store.events.prune(3)).toBe(7);
  expect(store.events.recent({ limit: 10 }).map(({ seq }) => seq)).toEqual([10, 9, 8]);
  expect(store.events.prune(3)).toBe(0);
  expect(store.events.prune(0)).toBe(3);
  expect(store.events.lastSeq()).toBe(10);
  expect(store.events.append(anEvent()).seq).toBe(11);
});

test('counters begin at 0 and do not disturb each other', () => {
  expect(store.counters.peek('mac')).toBe(0);
  expect([store.counters.next('mac'), store.counters.next('mac'), store.counters.next('subnet')]).toEqual([0, 1, 0]);
  expect(store.counters.peek('mac')).toBe(2);
  expect(touchedBy(store, () => store.counters.next('mac'))).toBeNull();
});
