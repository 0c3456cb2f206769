import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../ports/clock';
import { TestEngine, realClock } from '../../test/support/test-engine';

/** A manually set clock with a fast heartbeat. */
function jumping(): Clock & { jump(ms: number): void } {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    // During suspend no timer runs: only the wall clock jumps.
    after: (ms, fn) => realClock.after(ms === 10_000 ? 20 : ms, fn),
    jump: (ms) => (ahead += ms),
  };
}

describe('a computer that was suspended', () => {
  let clock: ReturnType<typeof jumping>;
  let t: TestEngine;
  beforeEach(async () => {
    clock = jumping();
    t = new TestEngine(undefined, clock);
    await t.engine.start();
  });
  afterEach(() => t.close());

  it.each([
    ['an hour', 3_600_000],
    ['with a clock that was set back by a day', -86_400_000],
  ])('has its hosts observed, after %s', async (_, ms) => {
    const [host = ''] = await t.addHosts(1);
    const looks = vi.spyOn(t.fleet.machine(host), 'observe');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(looks).not.toHaveBeenCalled();
    clock.jump(ms);
    await t.until(() => looks.mock.calls.length === 1);
    expect(t.log.lines.some(({ message }) => message.startsWith('the clock jumped'))).toBe(true);
  });

  it('retries a lost host at once', async () => {
    const [host = ''] = await t.addHosts(1);
    const { control } = t.fleet.machine(host);
    const state = async () => (await t.client.hosts.show({ host })).host.state;
    control.setUnreachable(true);
    await t.until(async () => (await state()) === 'non_responsive');
    control.setUnreachable(false);
    const connects = vi.spyOn(t.fleet.machine(host), 'connect');
    t.engine.wake();
    expect(connects).toHaveBeenCalledTimes(1);
    await t.until(async () => (await state()) === 'up');
  });

  it('does not retry what waits for a user', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.hosts.maintenance({ host }));
    const connects = vi.spyOn(t.fleet.machine(host), 'connect');
    t.engine.wake();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(connects).not.toHaveBeenCalled();
  });
});
