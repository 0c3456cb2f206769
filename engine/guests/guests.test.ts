import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressesOf } from '../../contract';
import { hastyClock, TestEngine } from '../../test/support/test-engine';

describe('guests', () => {
  let t: TestEngine;
  let hostId: string;
  beforeEach(async () => {
    t = new TestEngine(undefined, hastyClock(500));
    await t.engine.start();
    [hostId = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
  });
  afterEach(() => t.close());

  const start = async (name: string, path?: string): Promise<void> => {
    const boot = path === undefined ? ({ kind: 'tiny' } as const) : ({ kind: 'disk', path } as const);
    await t.done(t.client.vms.add({ name, boot, vnics: [{ network: 'blue' }], start: true }));
    await t.until(async () => (await t.client.vms.show({ vm: name })).state === 'up');
  };
  const guestOf = async (vm: string) => (await t.client.vms.show({ vm })).guest;

  it('are asked once their agent appears; what they said is with the VM until it stops', async () => {
    await start('desk', '/desk.qcow2');
    await t.until(async () => (await guestOf('desk')) !== null);
    const vm = await t.client.vms.show({ vm: 'desk' });
    expect(vm.guest).toMatchObject({ agent: true, hostname: 'desk', os: 'Simulated Linux' });
    expect(addressesOf(vm)).toMatchObject([
      { mac: vm.vnics[0]?.mac, source: 'agent', address: expect.stringMatching(/^fe80::/) as string },
    ]);
    await t.done(t.client.vms.stop({ vm: 'desk' }));
    expect(await guestOf('desk')).toBeNull();
  });

  it('are not asked if they have none, nor by anyone who waits for another', async () => {
    const { vms } = t.fleet.machine(hostId);
    const { guest } = vms;
    const asked = vi.fn((...args: Parameters<typeof guest>) => guest.apply(vms, args));
    vms.guest = asked;
    await start('tiny');
    await start('desk', '/desk.qcow2');
    await t.until(async () => (await guestOf('desk')) !== null);
    const tiny = await t.client.vms.show({ vm: 'tiny' });
    expect(asked.mock.calls.map(([id]) => id)).not.toContain(tiny.id);
    expect(addressesOf(tiny)).toMatchObject([{ source: 'assigned', address: '10.1.0.1/24', seenAt: null }]);
    expect(await t.client.vms.guest({ vm: 'tiny' })).toMatchObject({ agent: false, addresses: addressesOf(tiny) });
  });

  it('that hang delay nothing, and are asked once for all who ask at the same time', async () => {
    const { vms } = t.fleet.machine(hostId);
    let asked = 0;
    let answer: (value: null) => void = () => undefined;
    vms.guest = () => {
      asked += 1;
      return new Promise((resolve) => (answer = resolve));
    };
    await start('desk', '/desk.qcow2');
    await t.until(() => asked === 1);
    const both = [t.client.vms.guest({ vm: 'desk' }), t.client.vms.guest({ vm: 'desk' })];
    await t.done(t.client.vms.suspend({ vm: 'desk' }));
    await t.done(t.client.vms.resume({ vm: 'desk' }));
    expect(await guestOf('desk')).toBeNull();
    expect(asked).toBe(1);
    answer(null);
    expect((await Promise.all(both)).map(({ agent }) => agent)).toEqual([false, false]);
  });
});
