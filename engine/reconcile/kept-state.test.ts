import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import type { ObservedHost } from '../ports/observed';
import { HostActors } from './host-actors';

const { signal } = new AbortController();

/** What a reconcile plans from; free memory is no part of it. */
const planned = ({ capabilities: _, memoryFreeMiB: __, ...rest }: ObservedHost): unknown => rest;

/** The networks in it, without what VMs make of them. */
const networks = ({ bridges, orphanSeals }: ObservedHost): unknown => [
  bridges.map((bridge) => ({ ...bridge, ports: bridge.ports.filter(({ kind }) => kind !== 'tap') })),
  orphanSeals,
];

describe('what is kept of a host', () => {
  let t: TestEngine;
  let id: string;
  const ensure = vi.spyOn(HostActors.prototype, 'ensure');
  beforeEach(async () => {
    ensure.mockClear();
    t = new TestEngine();
    await t.engine.start();
    [id = ''] = await t.addHosts(1);
  });
  afterEach(() => t.close());

  const actor = () => {
    const found = ensure.mock.results.flatMap(({ value }) => (value?.hostId === id ? [value] : [])).at(-1);
    if (!found) throw new Error('the host has no actor');
    return found;
  };
  const machine = () => t.fleet.machine(id);
  /** Waits until the engine has read back the host. */
  const rest = () => t.until(() => actor().known !== null);
  const draft = (name: string) => ({ name, isIsolated: true, clusters: ['Default'] });
  const add = (name: string) => t.done(t.client.networks.add(draft(name)));

  async function running(name: string): Promise<void> {
    await t.done(t.client.vms.add({ name, vnics: [{ network: 'blue' }], host: 'sim1', start: true }));
    await t.until(async () => (await t.client.vms.show({ vm: name })).state === 'up');
  }

  /** How often the host is observed, and gets changes, while `work` runs. */
  async function counted(work: () => Promise<unknown>): Promise<{ observed: number; changed: number }> {
    await rest();
    const observe = vi.spyOn(machine(), 'observe');
    const apply = vi.spyOn(machine(), 'apply');
    try {
      await work();
      return { observed: observe.mock.calls.length, changed: apply.mock.calls.length };
    } finally {
      observe.mockRestore();
      apply.mockRestore();
    }
  }

  it('is enough to plan a change, which is read back', async () => {
    expect(await counted(() => add('blue'))).toEqual({ observed: 1, changed: 1 });
    expect((await t.client.networks.show({ network: 'blue' })).attachments).toMatchObject([{ state: 'in_sync' }]);
  });

  it('is enough to start a VM, whose state is read back', async () => {
    await add('blue');
    await t.done(t.client.vms.add({ name: 'web', vnics: [{ network: 'blue' }], host: 'sim1' }));
    const { changed } = await counted(() => t.done(t.client.vms.start({ vm: 'web' })));
    expect(changed).toBe(0);
    expect(await t.client.vms.show({ vm: 'web' })).toMatchObject({ state: expect.stringMatching(/up/) });
  });

  it('is enough to plug a vNIC in, whatever VMs have done since', async () => {
    await add('blue');
    for (const name of ['web', 'api']) await running(name);
    await rest();
    // Past the observation that follows an action.
    await machine().vms.act((await t.client.vms.show({ vm: 'api' })).id, 'stop', signal);
    expect([actor().known, actor().knownNetworks === null]).toEqual([null, false]);
    const [observe, plug] = [vi.spyOn(machine(), 'observe'), vi.spyOn(machine().vms, 'plug')];
    await t.done(t.client.vnics.add({ vm: 'web', network: 'blue' }));
    const [observed = 0, plugged = Infinity] = [observe, plug].map(({ mock }) => mock.invocationCallOrder[0]);
    expect(plugged).toBeLessThan(observed);
    expect(actor().knownNetworks).not.toBeNull();
    expect((await t.client.vms.show({ vm: 'web' })).vnics).toMatchObject([{ plugged: true }, { plugged: true }]);
  });

  it('is not enough to plug a vNIC in once its network was changed', async () => {
    await add('blue');
    await running('web');
    await rest();
    await machine().control.flushSeal('blue');
    expect(actor().knownNetworks).toBeNull();
    const apply = vi.spyOn(machine(), 'apply');
    const plugged = vi.spyOn(machine().vms, 'plug');
    await t.done(t.client.vnics.add({ vm: 'web', network: 'blue' }));
    const [sealed = Infinity, after = 0] = [apply, plugged].map(({ mock }) => mock.invocationCallOrder[0]);
    expect(sealed).toBeLessThan(after);
  });

  it('is not enough for a sync, which looks', async () => {
    expect(await counted(() => t.done(t.client.hosts.sync({ host: 'sim1' })))).toEqual({ observed: 1, changed: 0 });
  });

  it('is nothing once the host reports a change, an action on the host has ended, or the host is lost', async () => {
    await add('blue');
    await rest();
    await machine().control.setBridgeUp('blue', false);
    expect(actor().known).toBeNull();
    await rest();
    await actor().exclusive(signal, () => Promise.resolve());
    expect(actor().known).toBeNull();
    await t.done(t.client.hosts.sync({ host: 'sim1' }));
    await rest();
    actor().wake();
    expect(actor().known).toBeNull();
  });

  it('reports drift that nobody reported, and plans again, where it was wrong', async () => {
    await add('blue');
    await rest();
    // Past its watchers.
    const known = actor().known;
    await machine().control.deleteBridge('blue');
    vi.spyOn(actor(), 'known', 'get').mockReturnValueOnce(known);
    await t.done(t.client.networks.update({ network: 'blue', mtu: 1400 }));
    await t.until(async () => (await machine().observe(signal)).bridges[0]?.mtu === 1400);
    const { attachments } = await t.client.networks.show({ network: 'blue' });
    expect(attachments).toMatchObject([{ state: 'in_sync' }]);
    expect(t.eventTypes()).not.toContain('network.deploy_failed');
  });

  it('equals the whole host after every sequence of actions and events', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), run), { numRuns: 12 });
  }, 60_000);

  const name = fc.constantFrom('n1', 'n2', 'n3');
  const vm = fc.constantFrom('v1', 'v2');
  const step = fc.oneof(
    fc.record({
      act: fc.constantFrom('network', 'remove', 'mtu', 'flush', 'down', 'delete', 'address', 'ipv6'),
      on: name,
    }),
    fc.record({ act: fc.constantFrom('vm', 'start', 'stop', 'kill', 'drop'), on: vm }),
    fc.record({ act: fc.constantFrom('sync', 'lost', 'fail', 'nothing'), on: fc.constant('') }),
  );
  type Step = { readonly act: string; readonly on: string };

  async function run(steps: readonly Step[]): Promise<void> {
    let compared = 0;
    for (const each of steps) {
      await perform(each).catch(() => undefined);
      compared += (await compare(each)) ? 1 : 0;
    }
    await rest();
    expect(compared + Number(await compare({ act: 'end', on: '' }))).toBeGreaterThan(0);
  }

  /** Whether something was kept, and still is after the host was observed beside it. */
  async function compare(after: Step): Promise<boolean> {
    const { known, knownNetworks } = actor();
    if (known === null && knownNetworks === null) return false;
    const seen = await machine()
      .observe(signal)
      .catch((error: unknown) => {
        // A host that was lost in between is not compared.
        if (actor().known === known && actor().knownNetworks === knownNetworks) throw error;
        return null;
      });
    if (seen === null) return false;
    if (knownNetworks !== null && actor().knownNetworks === knownNetworks)
      expect({ after, networks: networks(knownNetworks) }).toEqual({ after, networks: networks(seen) });
    if (known === null || actor().known !== known) return false;
    expect({ after, ...(planned(known) as object) }).toEqual({ after, ...(planned(seen) as object) });
    return true;
  }

  async function perform({ act, on }: Step): Promise<void> {
    const { control } = machine();
    const network = { network: on };
    const { client } = t;
    const acts: Record<string, () => Promise<unknown>> = {
      network: () => add(on),
      remove: () => t.ended(client.networks.remove(network)),
      mtu: () => t.ended(client.networks.update({ ...network, mtu: 1400 })),
      flush: () => control.flushSeal(on),
      down: () => control.setBridgeUp(on, false),
      delete: () => control.deleteBridge(on),
      address: () => control.addAddress(on, '192.0.2.7/24'),
      ipv6: () => control.switchIpv6On(on),
      vm: () => t.ended(client.vms.add({ name: on, vnics: [{ network: 'n1' }], host: 'sim1' })),
      start: () => t.ended(client.vms.start({ vm: on })),
      stop: () => t.ended(client.vms.stop({ vm: on })),
      kill: async () => control.killVm((await client.vms.show({ vm: on })).id),
      drop: () => t.ended(client.vms.remove({ vm: on })),
      sync: () => t.ended(client.hosts.sync({ host: 'sim1' })),
      lost: () => Promise.resolve([true, false].forEach((gone) => control.setUnreachable(gone))),
      fail: () => Promise.resolve(control.failNext(1)),
      nothing: () => rest(),
    };
    await acts[act]?.();
  }
});
