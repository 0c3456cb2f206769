import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { openStore } from './store';
import { bundleChild, mountNamespace, runOnTmpfs, startChild } from './testing/run-child';

let child: { script: string; remove: () => void };
beforeAll(() => {
  child = bundleChild();
});
afterAll(() => child.remove());

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-db-'));
  path = join(folder, 'atoll.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts an act, waits until `enough` of its lines have come, kills it, and gives all lines. */
async function killedAfter(act: string, enough: number): Promise<unknown[]> {
  const lines: unknown[] = [];
  const started: ChildProcess = startChild(child.script, [act, path], (line) => {
    lines.push(line);
    if (lines.length === enough) started.kill('SIGKILL');
  });
  await once(started, 'close');
  expect(started.signalCode).toBe('SIGKILL');
  return lines;
}

test('kill -9 loses no acknowledged write', { timeout: 30_000 }, async () => {
  const acknowledged = await killedAfter('acknowledge', 400);
  const store = openStore(path);
  expect(store.events.lastSeq()).toBeGreaterThanOrEqual(acknowledged.length);
  expect(store.events.after(0, 100_000)).toHaveLength(store.events.lastSeq());
  store.close();
});

test('kill -9 inside a transaction leaves nothing of it', { timeout: 30_000 }, async () => {
  expect(await killedAfter('half', 1)).toEqual(['inside']);
  const store = openStore(path);
  expect(store.hosts.list()).toEqual([]);
  expect(store.events.lastSeq()).toBe(0);
  store.close();
});

test('two processes open a new file at once and write in turn', { timeout: 30_000 }, async () => {
  const printed: number[][] = [[], []];
  const children = printed.map((into) =>
    startChild(child.script, ['count', path], (line) => into.push(...(line as number[]))),
  );
  await Promise.all(children.map((one) => once(one, 'close')));
  const all = printed.flat().sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: 400 }, (_, i) => i));
  const store = openStore(path);
  expect(store.counters.peek('shared')).toBe(400);
  expect(store.dataCenters.list()).toHaveLength(1);
  store.close();
});

const flags = mountNamespace();
describe.skipIf(flags === null)(
  'on a file system of its own (needs a mount namespace: root or user namespaces)',
  () => {
    test('a full disk refuses, loses nothing acknowledged and writes no half transaction', { timeout: 30_000 }, () => {
      const full = {
        code: 'STORE_FAILED',
        message: expect.stringMatching(/disk is full/),
        remedy: { note: expect.stringMatching(/space/) },
      };
      const said = runOnTmpfs(flags ?? [], child.script, 'fill', '2m') as { acknowledged: number };
      expect(said).toMatchObject({ refusal: full, whole: full, kept: said.acknowledged, lastSeq: said.acknowledged });
      expect(said.acknowledged).toBeGreaterThan(10);
    });

    test('says that the disk is full if it was filled while no engine ran', { timeout: 30_000 }, () => {
      expect(runOnTmpfs(flags ?? [], child.script, 'filled', '2m')).toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringMatching(/disk is full/),
        remedy: { note: expect.stringMatching(/space/) },
      });
    });

    test('reports a disk that is too full to begin', { timeout: 30_000 }, () => {
      expect(runOnTmpfs(flags ?? [], child.script, 'open', '16k')).toMatchObject({ code: 'STORE_FAILED' });
    });

    test('reports a read-only home immediately', { timeout: 30_000 }, () => {
      expect(runOnTmpfs(flags ?? [], child.script, 'read-only', '2m')).toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringMatching(/read-only/),
        remedy: { note: expect.stringMatching(/writable/) },
      });
    });
  },
);
