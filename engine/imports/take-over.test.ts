import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { setupMark } from '../plan/model/marks';
import { markOf } from '../plan/model/wanted';
import { textOf } from '../../english';

const LOST = '0198c5a0-0000-7000-8000-00000000dead';
const OTHER = '0198c5a0-0000-7000-8000-00000000beef';
const NETWORK = '0198c5a0-0000-7000-8000-000000000001';
const VM1 = '11111111-1111-4111-8111-111111111111';
const VM2 = '22222222-2222-4222-8222-222222222222';
const MAC1 = '52:54:00:00:00:01';
const MAC2 = '52:54:00:00:00:02';

describe('taking over from a lost store', () => {
  let t: TestEngine;
  let host: string;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [host = ''] = await t.addHosts(1);
  });
  afterEach(() => t.close());

  const machine = () => t.fleet.machine(host);
  const control = () => machine().control;
  const observe = () => t.observe(host);
  const bridge = async (name: string) => (await observe()).bridges.find((each) => each.name === name);
  const onHost = async (id: string) => (await observe()).vms?.find((vm) => vm.id === id);
  const shown = () => t.client.hosts.show({ host });
  const takeOver = (from: string | undefined = LOST) => t.client.hosts.takeOver({ host, from });

  /** The leftovers of another store: a sealed network with a running VM and one that is down. */
  async function left(store = LOST, name = 'blue', vms = [VM1, VM2], macs = [MAC1, MAC2]) {
    await control().addForeignBridge(name, markOf(store, NETWORK));
    await control().addForeignVm({ id: vms[0] ?? '', name: `web-${name}` }, [{ mac: macs[0] ?? '', bridge: name }], {
      running: true,
      owner: store,
    });
    await control().addForeignVm({ id: vms[1] ?? '', name: `db-${name}` }, [{ mac: macs[1] ?? '', bridge: name }], {
      owner: store,
    });
  }

  it('adopts its networks and VMs without disturbing a running VM', async () => {
    await left();
    const before = await onHost(VM1);
    const job = await t.done(takeOver());
    expect(job?.steps.map(({ state }) => state)).toEqual(Array(5).fill('succeeded'));
    expect(await onHost(VM1)).toMatchObject({ ours: true, state: 'up', vnics: [{ tap: before?.vnics[0]?.tap }] });
    const sealed = await bridge('blue');
    expect(sealed?.owner?.storeId).toBe(t.store.storeId);
    expect(sealed).toMatchObject({ sealIngress: 'ok', sealEgress: 'ok', ports: [{ kind: 'tap' }] });
    const vms = await t.client.vms.list({ host });
    expect(vms.map(({ name, state }) => [name, state]).sort()).toEqual([
      ['db-blue', 'down'],
      ['web-blue', 'up'],
    ]);
    const { attachments } = await t.client.networks.show({ network: 'blue' });
    expect(attachments).toMatchObject([{ state: 'in_sync', imported: false, verdict: 'isolated' }]);
    const { unmanaged, unmanagedVms, host: up } = await shown();
    expect([unmanaged, unmanagedVms, up.state]).toEqual([[], [], 'up']);
    expect(t.eventTypes()).toContain('host.taken_over');
    expect(t.eventTypes()).not.toContain('network.deploy_failed');
    expect(t.store.takeOvers.get(host)).toBeUndefined();
  });

  it('shows in a dry run which marks it will replace, names the store, and changes nothing', async () => {
    await left();
    const before = await observe();
    const { from, preview, job } = await t.client.hosts.takeOver({ host, dryRun: true });
    expect([from, job]).toEqual([LOST, null]);
    const changes = preview?.hosts[0]?.changes.map(textOf).join('\n') ?? '';
    expect(changes).toContain(`rewrite the mark of blue: from the database ${LOST} to the database ${t.store.storeId}`);
    expect(changes).toContain('set the MAC address of blue');
    expect(preview?.summary.map(textOf).join('\n')).toContain('"web-blue"');
    expect(preview?.hosts[0]?.problem).toBeNull();
    expect(await observe()).toEqual(before);
    expect([t.store.networks.list(), t.store.vms.list(), t.store.takeOvers.get(host)]).toEqual([[], [], undefined]);
  });

  it('requires the name of the store, and lists the possible ones', async () => {
    await left();
    await expect(t.client.hosts.takeOver({ host })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await left(OTHER, 'red', [randomUUID(), randomUUID()], ['52:54:00:00:00:03', '52:54:00:00:00:04']);
    await expect(t.client.hosts.takeOver({ host, dryRun: true })).rejects.toMatchObject({ code: 'AMBIGUOUS' });
    await expect(takeOver(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await t.done(takeOver(OTHER));
    expect((await bridge('red'))?.owner?.storeId).toBe(t.store.storeId);
    expect((await bridge('blue'))?.owner?.storeId).toBe(LOST);
    expect(await onHost(VM1)).toMatchObject({ owner: LOST });
  });

  it('refuses while the other store is in use, both before and in the job, and leaves no rows', async () => {
    await left();
    control().observedBy(LOST, 20);
    const refusal = { code: 'CONFLICT', message: expect.stringMatching(/ 2\d seconds ago/) as string };
    await expect(takeOver()).rejects.toMatchObject(refusal);
    await expect(t.client.hosts.takeOver({ host, dryRun: true })).rejects.toMatchObject(refusal);
    control().observedBy(LOST, 600);
    control().slowDown(40);
    const asked = takeOver();
    await t.until(() => t.store.takeOvers.get(host) !== undefined);
    control().observedBy(LOST, 1);
    expect(await t.ended(asked)).toMatchObject({ state: 'failed' });
    control().slowDown(0);
    expect([t.store.networks.list(), t.store.vms.list(), t.store.takeOvers.get(host)]).toEqual([[], [], undefined]);
    expect((await bridge('blue'))?.alias).toBe(markOf(LOST, NETWORK));
    expect(await onHost(VM1)).toMatchObject({ owner: LOST, state: 'up' });
  });

  it('lists all conflicts, and changes nothing', async () => {
    await left();
    await t.client.networks.add({ name: 'mine', isIsolated: true, clusters: ['Default'] });
    await t.client.vms.add({ name: 'web-blue', memoryMiB: 64, vnics: [{ network: 'mine', mac: MAC2 }] });
    await control().addPart(VM2, { id: 'x', what: 'a host device', xml: '', canCarry: false });
    await expect(takeOver()).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      message: expect.stringMatching(/web-blue.*db-blue.*a host device/) as string,
      data: { field: 'host' },
    });
    expect((await bridge('blue'))?.alias).toBe(markOf(LOST, NETWORK));
    expect(t.store.takeOvers.get(host)).toBeUndefined();
  });

  it('leaves a bridge with an unmanaged VM alone', async () => {
    await left();
    await control().addForeignVm({ id: randomUUID(), name: 'guest' }, [{ mac: '52:54:00:00:00:09', bridge: 'blue' }], {
      running: true,
    });
    await expect(takeOver()).rejects.toMatchObject({ message: expect.stringContaining('guest') as string });
  });

  it('adopts a bridge for the network of the same name that it blocked', async () => {
    await left();
    await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await t.until(async () => (await shown()).host.state === 'non_operational');
    await t.done(takeOver());
    await t.until(async () => (await shown()).host.state === 'up');
    expect(t.store.networks.list()).toHaveLength(1);
    expect((await bridge('blue'))?.owner?.storeId).toBe(t.store.storeId);
  });

  it('takes over a regular network, and changes only its mark', async () => {
    await control().addNic('eth9');
    await control().addForeignBridge('br0', setupMark(LOST, NETWORK));
    await control().addAddress('br0', '192.0.2.77/24');
    await control().setMaster('eth9', 'br0');
    const before = await bridge('br0');
    await t.done(takeOver());
    const after = await bridge('br0');
    expect(after?.alias).toMatch(new RegExp(`^atoll-nic:${t.store.storeId}:`));
    expect({ ...after, alias: before?.alias }).toEqual(before);
    const { network, attachments } = await t.client.networks.show({ network: 'br0' });
    expect(network.isIsolated).toBe(false);
    expect(attachments).toMatchObject([{ nic: 'eth9', imported: false }]);
  });

  it.each([0, 1, 2, 3])(
    'has one mark or the other on each object when step %i fails, and completes on a repeat',
    async (fails) => {
      await left();
      const { job } = await takeOverFailing(fails);
      for (const { owner } of (await observe()).bridges) expect([LOST, t.store.storeId]).toContain(owner?.storeId);
      for (const vm of (await observe()).vms ?? []) expect(vm.ours || vm.owner === LOST).toBe(true);
      expect(['failed', 'succeeded']).toContain(job?.state);
      if (job?.state === 'failed') await t.done(takeOver());
      expect(await onHost(VM1)).toMatchObject({ ours: true, state: 'up' });
      expect(await onHost(VM2)).toMatchObject({ ours: true });
      await t.until(async () => (await bridge('blue'))?.owner?.storeId === t.store.storeId);
      await t.until(
        async () => (await t.client.networks.show({ network: 'blue' })).attachments[0]?.state === 'in_sync',
      );
    },
  );

  /** Fails one step on the host after the given number of successful ones. */
  async function takeOverFailing(after: number) {
    control().slowDown(30);
    const asked = takeOver();
    await t.until(() => t.store.takeOvers.get(host) !== undefined);
    await new Promise((resolve) => setTimeout(resolve, after * 40));
    control().failNext(1);
    const job = await t.ended(asked);
    control().failNext(0);
    control().slowDown(0);
    return { job };
  }

  it.each([0, 60, 120, 200])('is completed by the next engine if this one ends %i ms after the request', async (ms) => {
    await left();
    control().slowDown(25);
    await takeOver();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await t.engine.stop();
    const next = new TestEngine(t);
    // The job is resumed before its host is connected.
    const connect = machine().connect.bind(machine());
    const late = async (signal: AbortSignal) =>
      new Promise((resolve) => setTimeout(resolve, 100)).then(() => connect(signal));
    vi.spyOn(machine(), 'connect').mockImplementation(late);
    await next.engine.start();
    await next.until(() => next.store.hosts.get(host)?.state === 'up');
    await next.until(async () => (await onHost(VM1))?.ours === true);
    await next.until(async () => (await bridge('blue'))?.owner?.storeId === t.store.storeId);
    await next.until(() => t.store.takeOvers.get(host) === undefined);
    expect(await bridge('blue')).toMatchObject({ sealIngress: 'ok', ports: [{ kind: 'tap' }] });
    await next.engine.stop();
  });
});
