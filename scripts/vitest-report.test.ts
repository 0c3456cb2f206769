import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const FILES = {
  'caught.test.js': `it('passes', () => undefined);
describe.skip('a block', () => it('is left out', () => undefined));`,
  'uncaught.test.js': `it('rejects nobody', () => new Promise((resolve) => {
  setTimeout(() => Promise.reject(new Error('forgotten')), 1);
  setTimeout(resolve, 200);
}));`,
  'killed.test.js': `it('kills its process', () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => undefined); });
it('never begins', () => undefined);`,
};

let folder: string;
let report: { tests: Array<{ name: string; state: string }>; faults: Array<{ name: string; why: string }> };
beforeAll(() => {
  // Within the checkout, so that it finds the packages.
  const cache = path.join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(path.join(cache, 'report-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, name), text);
  writeFileSync(path.join(folder, 'vitest.config.mjs'), "export default { test: { globals: true, pool: 'forks' } };");
  const file = path.join(folder, 'report.json');
  const args = ['run', `--reporter=${path.join(ROOT, 'scripts/lib/vitest-report.mjs')}`];
  const env = { ...process.env, ATOLL_TEST_REPORT: file };
  spawnSync(path.join(ROOT, 'node_modules/.bin/vitest'), args, { cwd: folder, env });
  report = JSON.parse(readFileSync(file, 'utf8')) as typeof report;
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('names the tests that ran or were left out on purpose', () => {
  expect(report.tests.map(({ name, state }) => `${name}: ${state}`).sort()).toEqual([
    'a block > is left out: skipped',
    'passes: passed',
    'rejects nobody: passed',
  ]);
});

it('names the file and the test of an error that nobody caught', () => {
  const name = 'an error that nobody caught, in uncaught.test.js, during or after "rejects nobody"';
  expect(report.faults).toContainEqual(
    expect.objectContaining({ name, why: expect.stringContaining('forgotten') as string }),
  );
});

it('reports a file whose process ended in the middle, and does not call its tests skipped', () => {
  const why = 'its process ended in the middle: 2 of 2 tests have no result';
  expect(report.faults).toContainEqual(expect.objectContaining({ name: 'killed.test.js', why }));
});
