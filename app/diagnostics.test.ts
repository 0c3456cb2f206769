import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryLog } from '../test/support/test-engine';
import { logsOf, watchCrashes, writeCrash } from './diagnostics';
import { type Home, homeAt } from './home';

let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'atoll-crash-')));
});
afterEach(() => rmSync(home.path, { recursive: true }));

it('writes each crash down for this user only, and keeps the newest', () => {
  for (let day = 1; day <= 12; day += 1) writeCrash(home, new Error(`crash ${day}`), new Date(Date.UTC(2026, 0, day)));
  const files = readdirSync(join(home.path, 'crashes')).sort();
  expect(files).toHaveLength(10);
  expect(statSync(join(home.path, 'crashes', files[0] ?? '')).mode & 0o777).toBe(0o600);
  const texts = logsOf(home).map(({ text }) => text);
  expect(texts[0]).toMatch(/Atoll .*\n[^]*crash 3\n/);
  expect(texts.at(-1)).toContain('crash 12');
});

it('ends the process after an error that nobody caught, with the reason in log and file', () => {
  const before = process.listeners('uncaughtException');
  const log = new MemoryLog();
  const exit = vi.fn();
  watchCrashes(home, log, exit);
  const [ours] = process.listeners('uncaughtException').filter((listener) => !before.includes(listener));
  ours?.(new Error('nobody caught this'), 'uncaughtException');
  process.removeListener('uncaughtException', ours ?? (() => undefined));
  expect(exit).toHaveBeenCalledWith(70);
  expect(log.lines[0]?.message).toBe('the engine crashed');
  expect(logsOf(home)[0]?.text).toContain('nobody caught this');
});

it('does not fail where nothing can be written', () => {
  writeFileSync(join(home.path, 'crashes'), 'a file in the way');
  expect(() => writeCrash(home, new Error('x'))).not.toThrow();
});

it('hands on the end of a long log, from the beginning of a line', () => {
  writeFileSync(home.log, `${'x'.repeat(99)}\n`.repeat(10_000));
  mkdirSync(join(home.path, 'crashes'));
  const [log] = logsOf(home);
  expect(log?.text.length).toBeLessThanOrEqual(256 * 1024);
  expect(log?.text.startsWith('x'.repeat(99))).toBe(true);
});
