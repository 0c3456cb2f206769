import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../engine/ports/clock';
import type { FaultPlan } from '../../engine/ports/hosts';
import { type SimulatedHost, createSimulatedHost } from './simulated-host';

const PLAN: FaultPlan = { seed: 'x', from: 100, until: 1_000, driftEvery: null, failing: null, unreachable: false };
const never = new AbortController().signal;

/** A manually advanced clock. */
class HandClock implements Clock {
  #now = 1_000_000;
  readonly #timers = new Set<{ at: number; fn: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Advances the clock a millisecond at a time, and lets triggered work finish. */
  async pass(ms: number): Promise<void> {
    for (const end = this.#now + ms; this.#now < end;) {
      this.#now += 1;
      for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
        this.#timers.delete(timer);
        timer.fn();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
}

describe('the fault plan of a simulated host', () => {
  let folder: string;
  let clock: HandClock;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-trouble-'));
    clock = new HandClock();
  });
  // What a timer still writes may come in between.
  afterEach(() => rmSync(folder, { recursive: true, maxRetries: 10 }));

  const hostWith = (mischief: Partial<FaultPlan>): SimulatedHost =>
    createSimulatedHost({
      id: 'h1',
      storeId: 'store',
      how: {
        kind: 'simulated',
        delayMs: 0,
        faultRate: 0,
        memoryMiB: 1024,
        cpus: 1,
        mischief: { ...PLAN, ...mischief },
      },
      stateFile: join(folder, 'h1.json'),
      clock,
    });

  /** The host's notices, while it is connected. */
  async function listen(host: SimulatedHost): Promise<string[]> {
    const received: string[] = [];
    await host.connect(never);
    await host.watch(({ kind, detail }) => received.push(`${kind}: ${detail}`), never);
    return received;
  }

  it('causes drift only in its period, and the same for the same seed', async () => {
    const runs: string[][] = [];
    for (const _run of [1, 2]) {
      const host = hostWith({ driftEvery: 100 });
      const received = await listen(host);
      await host.control.addForeignBridge('br9');
      await clock.pass(99);
      expect(received).toEqual(['network: br9 added']);
      await clock.pass(1_900);
      runs.push([...received]);
      await clock.pass(5_000);
      expect(received).toEqual(runs.at(-1));
      await host.destroy(never);
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]?.length).toBeGreaterThan(2);
    expect(runs[0]?.at(-1)).toBe('network: the fault has ended');
  });

  it('makes the host unresponsive for its period, also for a new engine, and then ends', async () => {
    const host = hostWith({ unreachable: true });
    const received = await listen(host);
    await clock.pass(150);
    expect(received).toEqual(['lost: the host does not answer']);
    await expect(host.connect(never)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    await host.close();
    const next = hostWith({ unreachable: true });
    await expect(next.connect(never)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    await clock.pass(1_000);
    await next.connect(never);
    expect((await next.observe(never)).bridges).toEqual([]);
  });

  it('makes one bridge fail for its period, and reports the end', async () => {
    const host = hostWith({ failing: 'bad' });
    const received = await listen(host);
    const make = async (bridge: string): Promise<boolean> => {
      const spec = { networkId: bridge, bridge, alias: '', mac: '02:00:00:00:00:09', mtu: 1500 };
      const [outcome] = await host.apply(
        [{ networkId: bridge, bridge, changes: [{ kind: 'bridge.create', spec }] }],
        never,
      );
      return outcome?.ok === true;
    };
    expect(await make('bad')).toBe(true);
    await clock.pass(150);
    expect(received).toContain('network: bad deleted');
    expect([await make('bad'), await make('good')]).toEqual([false, true]);
    await clock.pass(1_000);
    expect(received.at(-1)).toBe('network: the fault has ended');
    expect(await make('bad')).toBe(true);
  });

  it('stops with its driver, and does not start again', async () => {
    const host = hostWith({ driftEvery: 10 });
    await listen(host);
    await host.control.addForeignBridge('br9');
    await host.close();
    await clock.pass(500);
    const next = hostWith({ driftEvery: 10 });
    const received = await listen(next);
    const [bridge] = (await next.observe(never)).bridges;
    expect(bridge).toMatchObject({ name: 'br9', up: true, addresses: [] });
    await clock.pass(600);
    expect(received.length).toBeGreaterThan(0);
    await next.close();
    await clock.pass(10_000);
    const last = hostWith({ driftEvery: 10 });
    const quiet = await listen(last);
    await clock.pass(1_000);
    expect(quiet).toEqual([]);
  });
});
