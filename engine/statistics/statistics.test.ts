import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostStatistics } from '../../contract';
import { hastyClock, TestEngine } from '../../test/support/test-engine';
import type { HostCounters, VmCounters } from '../ports/statistics';
import { ratesOf } from './rates';

const vm = (over: Partial<VmCounters> = {}): VmCounters => ({
  id: 'a',
  cpuNs: 1e9,
  ...{ hostKiB: 2048, guestKiB: null, usedKiB: null, diskRead: 0, diskWrite: 0, nics: [] },
  ...over,
});
const counters = (seconds: number, over: Partial<HostCounters> = {}): HostCounters => ({
  atMs: seconds * 1000,
  ...{ cpu: null, memoryKiB: null, vms: [] },
  ...over,
});
const facts = {
  ...{ hostId: 'h', at: '2026-01-01T00:00:00.000Z', simulated: false, cpus: 4, memoryMiB: 100 },
  macs: new Map([['vnet0', 'm']]),
  isOurs: (id: string) => id !== 'foreign',
};

describe('rates', () => {
  it('are what was used between two readings, per second', () => {
    const before = counters(10, {
      cpu: { busy: 100, total: 1000 },
      vms: [vm({ diskRead: 100, nics: [{ tap: 'vnet0', received: 10, sent: 0 }] })],
    });
    const now = counters(12, {
      cpu: { busy: 200, total: 1400 },
      memoryKiB: { total: 102_400, used: 51_200 },
      vms: [vm({ cpuNs: 4e9, diskRead: 300, nics: [{ tap: 'vnet0', received: 30, sent: 5 }] })],
    });
    expect(ratesOf(before, now, facts)).toMatchObject({
      cpu: 1,
      memoryUsedMiB: 50,
      vms: [
        {
          vmId: 'a',
          cpu: 1.5,
          memory: { hostMiB: 2, guestMiB: null, usedMiB: null },
          disk: { read: 100, write: 0 },
          nics: [{ mac: 'm', received: 10, sent: 2.5 }],
        },
      ],
    });
  });

  it('are not known of a VM that is new, was restarted or is not ours, nor without time between the readings', () => {
    const before = counters(10, {
      vms: [vm({ id: 'restarted', cpuNs: 9e9 }), vm({ id: 'foreign' }), vm({ id: 'ok' })],
    });
    const vms = ['restarted', 'foreign', 'new', 'ok'].map((id) => vm({ id }));
    expect(ratesOf(before, counters(12, { vms }), facts).vms.map(({ vmId }) => vmId)).toEqual(['ok']);
    expect(ratesOf(before, counters(10, { vms }), facts).vms).toEqual([]);
  });
});

describe('statistics', () => {
  let t: TestEngine;
  let hostIds: string[];
  /** By host. */
  const reads = new Map<string, number>();
  beforeEach(async () => {
    t = new TestEngine(undefined, hastyClock(100));
    await t.engine.start();
    hostIds = await t.addHosts(2);
    reads.clear();
    for (const id of hostIds) {
      const host = t.fleet.machine(id);
      const { statistics } = host;
      host.statistics = (signal) => {
        reads.set(id, (reads.get(id) ?? 0) + 1);
        return statistics.call(host, signal);
      };
    }
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    for (const [i, host] of hostIds.entries())
      await t.done(t.client.vms.add({ name: `vm${i}`, host, vnics: [{ network: 'blue' }], start: true }));
  });
  afterEach(() => t.close());

  it('are shown for each host, for one, and for one VM; they are labelled as simulated', async () => {
    const all = await t.client.statistics.show({});
    expect(all.map(({ hostId, simulated, vms }) => [hostId, simulated, vms.length])).toEqual(
      hostIds.map((id) => [id, true, 1]),
    );
    const [one] = await t.client.statistics.show({ vm: 'vm1' });
    const { vnics } = await t.client.vms.show({ vm: 'vm1' });
    expect(one).toMatchObject({ hostId: hostIds[1], vms: [{ nics: [{ mac: vnics[0]?.mac }] }] });
    expect(one?.vms[0]?.cpu).toBeGreaterThan(0);
    expect((await t.client.statistics.show({ host: 'sim1' })).map(({ hostId }) => hostId)).toEqual([hostIds[0]]);
    await t.done(t.client.vms.stop({ vm: 'vm1' }));
    await expect(t.client.statistics.show({ vm: 'vm1' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    await expect(t.client.statistics.show({ vm: 'vm0', host: 'sim1' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('are read once for all who follow, and not at all while nobody does', async () => {
    const abort = new AbortController();
    const seen: HostStatistics[][] = [[], [], []];
    const following = seen.map(async (readings) => {
      for await (const reading of await t.client.statistics.follow({ host: 'sim1' }, { signal: abort.signal }))
        readings.push(reading);
    });
    await t.until(() => seen.every((readings) => readings.length >= 3));
    const [first] = seen;
    expect(reads.get(hostIds[0] ?? '')).toBeLessThanOrEqual((first?.length ?? 0) + 3);
    abort.abort();
    await Promise.allSettled(following);
    const then = reads.get(hostIds[0] ?? '') ?? 0;
    for (let i = 0; i < 20; i += 1) await t.client.statistics.show({ host: 'sim2' });
    // A reading can have been running.
    expect(reads.get(hostIds[0] ?? '')).toBeLessThanOrEqual(then + 1);
    expect(reads.get(hostIds[1] ?? '')).toBeGreaterThan(20);
  });

  it('of one host begin with what is remembered', async () => {
    const abort = new AbortController();
    const follow = () => t.client.statistics.follow({ host: 'sim1' }, { signal: abort.signal });
    const long = await follow();
    const known = [];
    for (let i = 0; i < 3; i += 1) known.push((await long.next()).value);
    const late = await follow();
    expect((await late.next()).value).toEqual(known[0]);
    expect((await late.next()).value).toEqual(known[1]);
    abort.abort();
  });
});
