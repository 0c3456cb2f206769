import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../contract';
import { createBackups } from '../../app/backups';
import { homeAt } from '../../app/home';
import type { Clock } from '../ports/clock';
import { fillDisk } from '../../test/support/full-disk';
import { TestEngine, realClock } from '../../test/support/test-engine';
import { textOf } from '../../english';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A manually advanced clock; timers that are due fire when it advances. */
class TurnedClock implements Clock {
  private time = Date.parse('2026-11-26T12:00:00.000Z');
  private waiting: Array<{ at: number; fn: () => void }> = [];
  now(): number {
    return this.time;
  }
  after(ms: number, fn: () => void): () => void {
    // The engine's short timers (the live feed) run in real time.
    if (ms < 10_000) return realClock.after(ms, fn);
    const entry = { at: this.time + ms, fn };
    this.waiting.push(entry);
    return () => (this.waiting = this.waiting.filter((one) => one !== entry));
  }
  get waits(): number {
    return this.waiting.length;
  }
  turn(ms: number): void {
    this.time += ms;
    const due = this.waiting.filter(({ at }) => at <= this.time);
    this.waiting = this.waiting.filter(({ at }) => at > this.time);
    for (const { fn } of due) fn();
  }
  /** Sets the wall clock without firing timers. */
  set(ms: number): void {
    this.time += ms;
    for (const entry of this.waiting) entry.at += ms;
  }
}

let folder: string;
let clock: TurnedClock;
let t: TestEngine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-backups-'));
  clock = new TurnedClock();
  t = new TestEngine(undefined, clock, createBackups(homeAt(folder)));
  await t.engine.start();
});
afterEach(async () => {
  await t.close();
  rmSync(folder, { recursive: true });
});

const automatic = async () => (await t.client.backups.list()).backups.filter(({ kind }) => kind === 'automatic');
/** Advances the clock, and waits for the backup that it triggers. */
async function turnUntil(ms: number, count: number): Promise<void> {
  const all = clock.waits;
  for (let gone = 0; gone < ms; gone += 15 * MINUTE) {
    clock.turn(15 * MINUTE);
    // All scheduled work is done when everything waits again.
    await t.until(() => clock.waits === all);
  }
  await t.until(async () => (await automatic()).length === count);
}

describe('a backup', () => {
  it('is created now, verified, listed, inspected and removed', async () => {
    await t.client.networks.add({ name: 'blue', isIsolated: true });
    const dry = await t.client.backups.make({ dryRun: true });
    expect(dry.preview?.summary.map(textOf)[0]).toContain(folder);
    expect((await t.client.backups.list()).backups).toEqual([]);
    const { backup } = await t.client.backups.make({});
    const name = backup?.name ?? '';
    expect(backup).toMatchObject({ kind: 'manual', at: '2026-11-26T12:00:00.000Z' });
    const { content } = await t.client.backups.verify({ backup: name });
    expect(content).toMatchObject({ networks: 1, hosts: 0, vms: 0, storeId: t.store.storeId });
    const again = await t.client.backups.make({});
    expect(again.backup?.name).not.toBe(name);
    await t.client.backups.remove({ backup: name });
    expect((await t.client.backups.list()).backups.map((one) => one.name)).toEqual([again.backup?.name]);
    expect(existsSync(backup?.path ?? '')).toBe(false);
  });

  it.each(['../store.db', '/etc/passwd', 'nothing', 'a\0b', '..'])('named %j is refused', async (name) => {
    await expect(t.client.backups.remove({ backup: name })).rejects.toMatchObject({
      code: expect.stringMatching(/NOT_FOUND|BAD_INPUT/) as string,
    });
  });

  it('is reported if damaged', async () => {
    const { backup } = await t.client.backups.make({});
    writeFileSync(backup?.path ?? '', 'no store');
    await expect(t.client.backups.verify({ backup: backup?.name ?? '' })).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    await expect(t.client.system.restore({ path: backup?.path ?? '', dryRun: true })).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
  });

  it('shows its content before a restore, and whether it belongs to another database', async () => {
    const { backup } = await t.client.backups.make({});
    const path = backup?.path ?? '';
    const own = await t.client.system.restore({ path, dryRun: true });
    expect(own.preview?.summary.map(textOf)[0]).toContain('0 hosts, 0 networks and 0 VMs');
    const other = new TestEngine(undefined, realClock, createBackups(homeAt(folder)));
    const foreign = await other.client.system.restore({ path, dryRun: true });
    expect(foreign.preview?.summary.map(textOf).at(-1)).toContain('another database');
    await other.close();
  });
});

describe('automatic backups', () => {
  it('are created soon after the start, then daily, and the rule keeps the newest', async () => {
    await turnUntil(15 * MINUTE, 1);
    await t.client.backups.setRule({ keep: 2 });
    await turnUntil(25 * HOUR, 2);
    await turnUntil(25 * HOUR, 2);
    const [newest] = await automatic();
    expect(Date.parse(newest?.at ?? '')).toBeGreaterThan(clock.now() - 3 * HOUR);
    expect(t.eventTypes()).toContain('store.backups_pruned');
  });

  it('are created after a suspend, and after the clock was set back', async () => {
    await turnUntil(15 * MINUTE, 1);
    clock.turn(10 * MINUTE);
    clock.set(72 * HOUR);
    await turnUntil(30 * MINUTE, 2);
    clock.set(-365 * 24 * HOUR);
    await turnUntil(30 * MINUTE, 3);
  });

  it('can be disabled', async () => {
    const { rule } = await t.client.backups.setRule({ automatic: false });
    expect(rule).toEqual({ automatic: false, everyHours: 24, keep: 7 });
    await turnUntil(2 * HOUR, 0);
    expect((await t.client.backups.list()).nextAt).toBeNull();
    await expect(t.client.backups.setRule({ keep: 0 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      data: { field: 'keep' },
    });
  });

  it('report a failure once, not in each cycle', async () => {
    writeFileSync(join(folder, 'backups'), 'a file where the folder should be');
    for (let n = 0; n < 12; n += 1) {
      const all = clock.waits;
      clock.turn(15 * MINUTE);
      await t.until(() => clock.waits === all);
    }
    expect(t.eventTypes().filter((type) => type === 'store.backup_failed')).toHaveLength(1);
  });

  it('that fail on a full disk are reported once there is space again', async () => {
    const disk = fillDisk(t);
    const backup = t.store.backup.bind(t.store);
    t.store.backup = () => Promise.reject(new AppError('STORE_FAILED', 'The disk is full.'));
    const all = clock.waits;
    const check = async (): Promise<void> => {
      clock.turn(15 * MINUTE);
      await t.until(() => clock.waits === all);
    };
    await check();
    disk.free();
    await check();
    expect(t.eventTypes().filter((type) => type === 'store.backup_failed')).toHaveLength(1);
    t.store.backup = backup;
    await check();
    expect(await automatic()).toHaveLength(1);
  });
});
