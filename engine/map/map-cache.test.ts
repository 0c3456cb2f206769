import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { atollMap } from '../islands/islands';
import { MapCache } from './map-cache';

/** Changes of every kind that the map shows; each may be refused, and then changes nothing. */
const ACTS = ['addVm', 'removeVm', 'addNic', 'removeNic', 'move', 'link', 'rename', 'addNetwork', 'state'] as const;

describe('the map cache', () => {
  it('shows what a fresh look at the store would, after any changes', async () => {
    const acts = fc.array(fc.tuple(fc.constantFrom(...ACTS), fc.nat(3)), { maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        const t = new TestEngine();
        const cache = new MapCache(t.store);
        for (const name of ['n0', 'n1']) await t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] });
        for (const [act, i] of list) {
          await change(t, act, i).catch((error: unknown) => expect(error).toMatchObject({ defined: true }));
          expect(cache.map()).toEqual(atollMap(fresh(t)));
        }
        await t.close();
      }),
      { numRuns: 25 },
    );
  });

  it('is the same object while nothing changes', async () => {
    const t = new TestEngine();
    const cache = new MapCache(t.store);
    const first = cache.map();
    expect(cache.map()).toBe(first);
    await t.client.vms.add({ name: 'vm0' });
    expect(cache.map().vms).toHaveLength(1);
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
    case 'addNetwork':
      return client.networks.add({ name: `more${i}`, isIsolated: true });
    case 'state': {
      const row = store.vms.byName(vm)[0];
      if (row) store.transaction((tx) => tx.vms.update(row.id, { state: 'down', reason: 'seen' }));
      return undefined;
    }
  }
}
