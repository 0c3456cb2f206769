import { say } from '../../contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { atollMap } from '../islands/islands';
import { MapCache } from './map-cache';

/** Changes of every kind that the map shows, and one that it does not; each may be refused, and then changes nothing. */
const ACTS = [
  ...(['addVm', 'removeVm', 'addNic', 'removeNic', 'move', 'link', 'rename', 'comment', 'state', 'place'] as const),
  ...(['addNetwork', 'removeNetwork', 'verdict', 'note', 'label', 'hostGoes'] as const),
];

describe('the map cache', () => {
  it('equals a fresh read of the database after any changes', async () => {
    const acts = fc.array(fc.tuple(fc.constantFrom(...ACTS), fc.nat(3)), { maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        const t = new TestEngine();
        const cache = new MapCache(t.store);
        for (const name of ['h0', 'h1']) await t.client.hosts.add({ name, how: { kind: 'simulated', delayMs: 0 } });
        for (const name of ['n0', 'n1']) await t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] });
        for (const [act, i] of list) {
          await change(t, act, i).catch((error: unknown) => expect(error).toMatchObject({ defined: true }));
          expect(cache.map()).toEqual(atollMap(fresh(t)));
          expect(cache.rows()).toMatchObject({ vms: atollMap(fresh(t)).vms });
        }
        await t.close();
      }),
      { numRuns: 25 },
    );
  });

  it('returns the same object while nothing changes', async () => {
    const t = new TestEngine();
    const cache = new MapCache(t.store);
    const first = cache.map();
    expect(cache.map()).toBe(first);
    await t.client.vms.add({ name: 'vm0' });
    expect(cache.map().vms).toHaveLength(1);
    await t.close();
  });

  it('returns the same object after a change that it does not show', async () => {
    const t = new TestEngine();
    const cache = new MapCache(t.store);
    await t.client.vms.add({ name: 'vm0' });
    const first = cache.map();
    await t.client.vms.update({ vm: 'vm0', comment: 'mine' });
    expect(cache.map()).toBe(first);
    await t.client.vms.update({ vm: 'vm0', name: 'vm1' });
    expect(cache.map().vms).toMatchObject([{ name: 'vm1' }]);
    await t.close();
  });

  it('reads everything again after many changes', async () => {
    const t = new TestEngine();
    const cache = new MapCache(t.store);
    cache.map();
    const networks = Array.from({ length: 600 }, (_, i) => ({ name: `many${i}`, isIsolated: true }));
    await t.client.networks.addMany({ networks });
    expect(cache.map().networks).toHaveLength(600);
    expect(cache.map()).toEqual(atollMap(fresh(t)));
    await t.close();
  });

  it('reads everything again after the database failed', async () => {
    const t = new TestEngine();
    let broken = false;
    const vms = {
      ...t.store.vms,
      get: (id: string) => {
        if (broken) throw new Error('no store');
        return t.store.vms.get(id);
      },
    };
    const cache = new MapCache({ ...t.store, vms });
    await t.client.vms.add({ name: 'vm0' });
    cache.map();
    broken = true;
    await t.client.vms.update({ vm: 'vm0', name: 'vm1' });
    expect(() => cache.map()).toThrow('no store');
    broken = false;
    expect(cache.map()).toEqual(atollMap(fresh(t)));
    await t.close();
  });
});

const fresh = ({ store }: TestEngine) => ({
  hosts: store.hosts.list(),
  networks: store.networks.list(),
  vms: store.vms.list(),
  vnics: store.vnics.list(),
  attachments: store.attachments.list(),
  notes: store.notes.list(),
});

async function change({ client, store }: TestEngine, act: (typeof ACTS)[number], i: number): Promise<unknown> {
  const vm = `vm${i}`;
  switch (act) {
    case 'addVm':
      return client.vms.add({ name: vm, vnics: [{ network: 'n0' }] });
    case 'removeVm':
      return client.vms.remove({ vm });
    case 'addNic':
      return client.vnics.add({ vm, network: 'n1' });
    case 'removeNic':
      return client.vnics.remove({ vm, vnic: 'nic1' });
    case 'move':
      return client.vnics.move({ vm, vnic: 'nic1', network: i % 2 === 0 ? 'n1' : null });
    case 'link':
      return client.vnics.link({ vm, vnic: 'nic1', up: i % 2 === 0 });
    case 'rename':
      return client.vms.update({ vm, name: `vm${(i + 1) % 4}` });
    case 'comment':
      return client.vms.update({ vm, comment: `c${i}` });
    case 'addNetwork':
      return client.networks.add({ name: `more${i}`, isIsolated: true });
    case 'removeNetwork':
      return client.networks.remove({ network: i < 2 ? `n${i}` : `more${i}` });
    case 'label':
      return client.hosts.label({ host: `h${i % 2}`, add: [`l${i}`] });
    case 'note':
      return client.map.note({ network: `n${i % 2}`, host: `h${i > 1 ? 1 : 0}`, note: i === 0 ? '' : `note ${i}` });
    case 'place': {
      const [row, host] = [store.vms.byName(vm)[0], store.hosts.byName(`h${i % 2}`)];
      if (row) store.transaction((tx) => tx.vms.update(row.id, { state: 'up', hostId: host?.id ?? null }));
      return undefined;
    }
    case 'verdict': {
      const row = store.attachments.list()[i];
      const seen = {
        verdict: i % 2 === 0 ? 'isolated' : 'not_isolated',
        verdictAt: new Date(i).toISOString(),
      } as const;
      if (row) store.transaction((tx) => tx.attachments.update(row, seen));
      return undefined;
    }
    case 'hostGoes': {
      const host = store.hosts.byName(`h${i % 2}`);
      if (host && store.vms.ofHost(host.id).length === 0) store.transaction((tx) => tx.hosts.remove(host.id));
      return undefined;
    }
    case 'state': {
      const row = store.vms.byName(vm)[0];
      if (row)
        store.transaction((tx) => tx.vms.update(row.id, { state: 'down', reason: say('reason.vm.maintenance', {}) }));
      return undefined;
    }
  }
}
