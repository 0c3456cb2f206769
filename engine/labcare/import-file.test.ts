import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APPLIANCE, TestEngine } from '../../test/support/test-engine';

describe('a VM in a file', () => {
  let t: TestEngine;
  let one = '';
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [one = ''] = await t.addHosts(1);
  });
  afterEach(() => t.close());

  const addBlue = () => t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
  const load = (more: object = {}) => t.client.vms.import({ path: '/old.ova', ...more });
  const names = async () => (await t.client.vms.list({})).map(({ name }) => name);

  it('becomes a VM with its disks, drives, hardware and network, and can be removed by undo', async () => {
    await addBlue();
    const { vm, leftOut, preview } = await load({ dryRun: true });
    expect([vm.name, leftOut, preview?.summary.map(({ type }) => type)]).toEqual([
      'old',
      ['USB controller'],
      ['preview.vm.import', 'preview.vm.left_out'],
    ]);
    expect(await names()).toEqual([]);
    await t.done(load());
    const made = await t.client.vms.show({ vm: 'old' });
    expect(made).toMatchObject({
      ...{ state: 'down', memoryMiB: 512, cpus: 1, hostId: one, boot: { kind: 'devices' } },
      hardware: { nicModel: 'e1000', firmware: 'bios' },
      disks: [{ bus: 'sata', format: 'qcow2', path: expect.stringContaining('disk-') as string }],
      cdroms: [{ name: 'cd1', path: null }],
      vnics: [{ plugged: true, networkId: expect.any(String) as string }],
    });
    await t.done(t.client.vms.start({ vm: 'old' }));
    await t.done(t.client.vms.stop({ vm: 'old' }));
    const [{ event } = { event: 0 }] = await t.client.undo.list({});
    await t.done(t.client.undo.run({ event }));
    expect(await names()).toEqual([]);
  });

  it('gets the network that is asked for, and reports one that does not exist', async () => {
    await t.done(load({ name: 'alone' }));
    expect(await t.client.vms.show({ vm: 'alone' })).toMatchObject({ vnics: [{ networkId: null }] });
    expect((await load({ dryRun: true })).leftOut).toContain('network blue');
    await addBlue();
    const { vm } = await load({ network: null, dryRun: true });
    expect(vm.vnics).toMatchObject([{ networkId: null }]);
    await expect(load({ name: 'alone' })).rejects.toMatchObject({ code: 'CONFLICT', data: { field: 'name' } });
    await expect(load({ network: 'green' })).rejects.toMatchObject({ code: 'NOT_FOUND', data: { field: 'network' } });
  });

  it('is locked while it is read, and leaves nothing when that fails', async () => {
    const { disks } = t.fleet.machine(one).vms;
    let locked: unknown;
    disks.fill = async () => {
      locked = await t.client.vms.show({ vm: 'old' });
      await expect(t.client.vms.start({ vm: 'old' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
      throw new Error('cut off');
    };
    expect((await t.ended(load()))?.state).toBe('failed');
    expect(locked).toMatchObject({ state: 'image_locked', reason: { type: 'reason.vm.reading_file' } });
    expect(await names()).toEqual([]);
  });

  it('that is larger than what its host has free is refused before it is read', async () => {
    const { disks } = t.fleet.machine(one).vms;
    disks.room = () => Promise.resolve((APPLIANCE.disks[0]?.sizeBytes ?? 0) - 1);
    await expect(load()).rejects.toMatchObject({ code: 'NO_CAPACITY', data: { field: 'path' } });
  });

  it('is written of a VM that is down, with each disk, to a new file', async () => {
    await t.done(t.client.images.add({ name: 'debian', path: '/debian.qcow2' }));
    const boot = { kind: 'image', image: 'debian' } as const;
    await t.done(t.client.vms.add({ name: 'db', boot, host: 'sim1', disks: [{ sizeBytes: 1024 ** 2 }], start: true }));
    const write = (vm: string, path = '/db.ova') => t.client.vms.export({ vm, path });
    await expect(write('db')).rejects.toMatchObject({ code: 'CONFLICT', data: { field: 'path' } });
    t.fleet.absent.set('/db.ova', 'absent');
    await expect(write('db')).rejects.toMatchObject({ code: 'STATE_ILLEGAL', data: { field: 'vm' } });
    await t.done(t.client.vms.stop({ vm: 'db' }));
    const job = await t.done(write('db'));
    expect(job?.steps.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    await t.client.vms.add({ name: 'tiny' });
    await expect(write('tiny')).rejects.toMatchObject({ code: 'RULE_BROKEN', data: { field: 'vm' } });
  });
});
