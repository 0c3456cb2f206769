import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../contract';
import type { Clock } from '../ports/clock';
import { TestEngine, realClock } from '../../test/support/test-engine';
import { ObservationShare } from './observation-share';

/** Records the delays, and waits a thousandth of each. */
function quick(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  const after: Clock['after'] = (ms, fn) => {
    waits.push(ms);
    return realClock.after(ms >= 1000 ? ms / 100 : ms, fn);
  };
  return { now: () => Date.now(), after, waits };
}

describe('a host that connects each time and then violates the protocol', () => {
  let clock: ReturnType<typeof quick>;
  let t: TestEngine;
  beforeEach(async () => {
    clock = quick();
    t = new TestEngine(undefined, clock);
    await t.engine.start();
  });
  afterEach(() => t.close());

  it('is connected less and less often, with the reason, and is up once it behaves', async () => {
    const [host = ''] = await t.addHosts(1);
    const machine = t.fleet.machine(host);
    const why = `${host} sent more than 16 MiB in answer to one command; the connection was closed`;
    const connects = vi.spyOn(machine, 'connect');
    const observe = vi.spyOn(machine, 'observe').mockRejectedValue(new AppError('HOST_UNREACHABLE', why));
    clock.waits.length = 0;
    const asked = t.client.hosts.sync({ host }).catch(() => undefined);
    await t.until(() => connects.mock.calls.length >= 5);
    await asked;
    const { state, reason } = (await t.client.hosts.show({ host })).host;
    expect(['non_responsive', 'connecting']).toContain(state);
    if (state === 'non_responsive') expect(JSON.stringify(reason)).toContain('16 MiB');
    const pauses = clock.waits.filter((ms) => [2_000, 4_000, 8_000, 16_000].includes(ms));
    expect(pauses.slice(0, 3)).toEqual([2_000, 4_000, 8_000]);
    observe.mockRestore();
    await t.until(async () => (await t.client.hosts.show({ host })).host.state === 'up');
  });
});

describe('the share of time for notices of a host', () => {
  it('starts with a burst, then is a share of all time', () => {
    let now = 0;
    const share = new ObservationShare({ now: () => now, after: () => () => undefined });
    const observe = (ms: number): void => {
      share.begin();
      now += ms;
      share.end();
    };
    for (let i = 0; i < 10; i += 1) {
      expect(share.wait()).toBe(0);
      observe(300);
    }
    for (let i = 0; i < 100; i += 1) {
      now += share.wait();
      observe(300);
    }
    const wait = share.wait();
    expect(wait).toBeGreaterThan(200);
    now += 60_000;
    expect(share.wait()).toBe(0);
  });
});
