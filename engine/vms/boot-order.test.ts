import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

let t: TestEngine;
beforeEach(async () => {
  t = new TestEngine();
  await t.engine.start();
  await t.addHosts(1);
  await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
});
afterEach(() => t.close());

const GIB = 1024 ** 3;
const order = async (vm = 'inst') => (await t.client.vms.show({ vm })).hardware.bootOrder;
const change = (bootOrder: string[]) => t.done(t.client.vms.update({ vm: 'inst', hardware: { bootOrder } }));
const add = (bootOrder: string[], more: Partial<Parameters<typeof t.client.vms.add>[0]> = {}) =>
  t.done(
    t.client.vms.add({
      ...{ name: 'inst', boot: { kind: 'devices' }, cdroms: [{ path: null }], disks: [{ sizeBytes: GIB }] },
      ...{ vnics: [{ network: 'blue' }], hardware: { bootOrder } },
      ...more,
    }),
  );

describe('the boot order of a VM', () => {
  it('names devices by their names, or in full where a name is not enough', async () => {
    await add(['nic1', 'disk1']);
    expect(await order()).toEqual(['vnic:nic1', 'disk:disk1']);
    await t.done(t.client.disks.add({ vm: 'inst', name: 'nic1', sizeBytes: GIB }));
    await expect(change(['nic1'])).rejects.toMatchObject({
      ...{ code: 'CONFLICT', data: { field: 'hardware.bootOrder', rule: 'HARDWARE' } },
      message: expect.stringContaining('more than one device'),
    });
    await change(['disk:nic1', 'cd1']);
    expect(await order()).toEqual(['disk:nic1', 'cdrom:cd1']);
    await t.client.undo.run({});
    expect(await order()).toEqual(['vnic:nic1', 'disk:disk1']);
  });

  it.each([
    ['a device that it does not have', ['disk9'], 'NOT_FOUND'],
    ['the same device twice', ['disk1', 'disk:disk1'], 'CONFLICT'],
  ])('is refused with %s, and stays', async (_, bootOrder, code) => {
    await add(['cd1']);
    await expect(change(bootOrder)).rejects.toMatchObject({ code, data: { field: 'hardware.bootOrder' } });
    expect(await order()).toEqual(['cdrom:cd1']);
  });

  it('is refused for a new VM as a whole, for a tiny guest, and for a kernel', async () => {
    await expect(add(['nic7'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(add(['nic1'], { boot: { kind: 'tiny' }, cdroms: [] })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
    const kernel = { kind: 'kernel', kernel: '/k', initrd: null, append: '' } as const;
    await expect(add(['nic1'], { boot: kernel })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    expect(await t.client.vms.list({})).toEqual([]);
  });

  it('skips a device that was removed until it returns by undo', async () => {
    await add(['disk1', 'nic1']);
    await t.done(t.client.disks.remove({ vm: 'inst', disk: 'disk1' }));
    expect(await order()).toEqual(['vnic:nic1']);
    await t.done(t.client.undo.run({}));
    expect(await order()).toEqual(['disk:disk1', 'vnic:nic1']);
  });

  it('goes into clones and lab files, and comes back from them', async () => {
    await add(['nic1', 'cd1']);
    await t.done(t.client.vms.clone({ vm: 'inst', name: 'copy' }));
    expect(await order('copy')).toEqual(['vnic:nic1', 'cdrom:cd1']);
    const file = `atoll: 1
dataCenter: Default
vms:
  - name: inst
    hardware: { bootOrder: [disk2, nic1] }
    disks: [{ name: disk2, size: 1G }]
`;
    await t.done(t.client.labfile.apply({ text: file }));
    expect(await order()).toEqual(['disk:disk2', 'vnic:nic1']);
  });
});
