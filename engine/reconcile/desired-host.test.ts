import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { rowsOfHost, wantedFor } from '../plan/model/wanted';
import { DesiredHost } from './desired-host';

describe('the desired state of a host', () => {
  let t: TestEngine;
  let desired: DesiredHost[];
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    const ids = await t.addHosts(2);
    desired = ids.map((id) => new DesiredHost(t.store, id));
    await add('n1');
  });
  afterEach(async () => {
    for (const each of desired) each.close();
    await t.close();
  });

  const add = (name: string) => t.done(t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
  const read = (id: string) => {
    const rows = rowsOfHost(t.store, id);
    return rows && wantedFor(t.store.storeId, rows);
  };

  it('is read again only after a commit that can change it', async () => {
    const [one] = desired;
    const before = one?.now();
    t.store.transaction((tx) => tx.preferences.keep('user', { mapAspect: 2 }));
    expect(one?.now()).toBe(before);
    await add('n2');
    expect(one?.now().bridges.map(({ bridge }) => bridge)).toEqual(['n1', 'n2']);
  });

  it('is always what the store says, after any commands', async () => {
    const step = fc.record({
      act: fc.constantFrom('add', 'remove', 'mtu', 'stretch', 'vm', 'start', 'stop', 'drop', 'maintain', 'activate'),
      on: fc.constantFrom('1', '2'),
    });
    const ids = t.store.hosts.list().map(({ id }) => id);
    const check = async (steps: ReadonlyArray<{ readonly act: string; readonly on: string }>) => {
      for (const each of steps) {
        await perform(each).catch(() => undefined);
        expect(desired.map((host) => host.now())).toEqual(ids.map(read));
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 12 }), check), { numRuns: 6 });
  });

  async function perform({ act, on }: { readonly act: string; readonly on: string }): Promise<void> {
    const { client } = t;
    const [network, vm, host] = [`n${on}`, `vm${on}`, `sim${on}`];
    const acts: Record<string, () => Promise<unknown>> = {
      add: () => add(network),
      remove: () => t.ended(client.networks.remove({ network })),
      mtu: () => t.ended(client.networks.update({ network, mtu: 1370 })),
      stretch: () => t.ended(client.networks.stretch({ network })),
      vm: () => t.ended(client.vms.add({ name: vm, vnics: [{ network }], host })),
      start: () => t.ended(client.vms.start({ vm })),
      stop: () => t.ended(client.vms.stop({ vm })),
      drop: () => t.ended(client.vms.remove({ vm })),
      maintain: () => t.ended(client.hosts.maintenance({ host })),
      activate: () => t.ended(client.hosts.activate({ host })),
    };
    await acts[act]?.();
  }
});
