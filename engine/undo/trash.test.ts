import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillDisk } from '../../test/support/full-disk';
import { TestEngine, realClock } from '../../test/support/test-engine';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

/** A manually set clock; checks of the trash run on request, all other timers in real time. */
class Calendar {
  private ahead = 0;
  private checks: Array<() => void> = [];

  now = (): number => Date.now() + this.ahead;
  after = (ms: number, fn: () => void): (() => void) => {
    if (ms !== MINUTE && ms !== HOUR) return realClock.after(ms, fn);
    this.checks.push(fn);
    return () => (this.checks = this.checks.filter((check) => check !== fn));
  };
  /** Sets the clock, as a user or a time server does: no timers advance. */
  jump(ms: number): void {
    this.ahead += ms;
  }
  check(): void {
    for (const check of this.checks.splice(0)) check();
  }
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= HOUR) {
      this.jump(HOUR);
      this.check();
    }
  }
}

describe('automatic cleanup of the trash', () => {
  let calendar: Calendar;
  let t: TestEngine;
  beforeEach(async () => {
    calendar = new Calendar();
    t = new TestEngine(undefined, calendar);
    await t.engine.start();
    const [host = ''] = await t.addHosts(1);
    const { vms } = t.fleet.machine(host);
    const { remove } = vms;
    vms.remove = async (...args) => [...(await remove.apply(vms, args)), 'disk.qcow2'];
    await t.done(t.client.vms.add({ name: 'db', start: true }));
    await t.done(t.client.vms.stop({ vm: 'db' }));
    calendar.check();
  });
  afterEach(() => t.close());

  const removes = () => t.done(t.client.vms.remove({ vm: 'db' }));
  const isEmpty = async (): Promise<boolean> => (await t.client.trash.list({})).length === 0;
  const settled = () => t.until(() => t.store.jobs.inState(['queued', 'running']).length === 0);

  it('deletes what has been there for seven days, and not before', async () => {
    await removes();
    calendar.pass(7 * DAY - HOUR);
    await settled();
    expect(await isEmpty()).toBe(false);
    calendar.pass(2 * HOUR);
    await t.until(isEmpty);
  });

  it('keeps its content while the clock is far ahead, and after it is corrected', async () => {
    await removes();
    calendar.check();
    calendar.jump(10 * 365 * DAY);
    calendar.check();
    calendar.pass(5 * HOUR);
    calendar.jump(-10 * 365 * DAY);
    calendar.check();
    await settled();
    expect(await isEmpty()).toBe(false);
    calendar.pass(8 * DAY);
    await t.until(isEmpty);
  });

  it('keeps what was removed while the clock was far behind', async () => {
    calendar.jump(-20 * 365 * DAY);
    await removes();
    calendar.check();
    calendar.jump(20 * 365 * DAY);
    calendar.check();
    await settled();
    expect(await isEmpty()).toBe(false);
  });

  it('deletes what was removed while the clock was far ahead, too', async () => {
    calendar.jump(20 * 365 * DAY);
    await removes();
    calendar.jump(-20 * 365 * DAY);
    calendar.pass(6 * DAY);
    await settled();
    expect(await isEmpty()).toBe(false);
    calendar.pass(2 * DAY);
    await t.until(isEmpty);
  });

  it('survives a full disk', async () => {
    await removes();
    const disk = fillDisk(t);
    calendar.check();
    disk.free();
    calendar.pass(8 * DAY);
    await t.until(isEmpty);
  });

  it('counts at most one day for the time that the computer was off', async () => {
    await removes();
    calendar.check();
    calendar.jump(30 * DAY);
    calendar.check();
    await settled();
    expect(await isEmpty()).toBe(false);
  });
});
