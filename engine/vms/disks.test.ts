import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

const GIB = 1024 ** 3;

describe('disks', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(2);
  });
  afterEach(() => t.close());

  const add = (name: string, more: object = {}) => t.client.vms.add({ name, host: 'sim1', ...more });
  const disks = async (vm: string) => (await t.client.vms.show({ vm })).disks;
  const disk20 = { sizeBytes: 20 * GIB };

  it('of a new VM are created at its first start', async () => {
    const { preview } = await add('inst', { disks: [disk20], dryRun: true });
    expect(preview?.summary.map(textOf)).toContain(
      'create the disk disk1 of "inst" (20 GiB, qcow2, virtio), on the host where it first starts',
    );
    await add('inst', { disks: [disk20, { sizeBytes: GIB, bus: 'sata', format: 'raw', name: 'data' }] });
    expect(await disks('inst')).toMatchObject([
      { name: 'disk1', sizeBytes: 20 * GIB, bus: 'virtio', format: 'qcow2', readOnly: false, path: null },
      { name: 'data', sizeBytes: GIB, bus: 'sata', format: 'raw', path: null },
    ]);
    await t.done(t.client.vms.start({ vm: 'inst' }));
    expect((await disks('inst')).every(({ path }) => path !== null)).toBe(true);
    expect((await t.client.disks.list({})).map(({ name }) => name)).toEqual(['disk1', 'data']);
    const { disks: used, roomBytes } = await t.client.disks.usage({ vm: 'inst' });
    expect(used.map(({ virtualBytes }) => virtualBytes)).toEqual([20 * GIB, GIB]);
    expect(roomBytes).toBeGreaterThan(0);
  });

  it('are added to a VM on a host, grown and removed by jobs; undo brings one back', async () => {
    await add('db');
    await t.done(t.client.disks.add({ vm: 'db', ...disk20 }));
    const [disk] = await disks('db');
    expect(disk?.path).toMatch(/disk-.*\.qcow2$/);
    await t.done(t.client.disks.resize({ vm: 'db', disk: 'disk1', sizeBytes: 30 * GIB }));
    expect((await disks('db'))[0]?.sizeBytes).toBe(30 * GIB);
    await t.done(t.client.disks.remove({ vm: 'db', disk: 'disk1' }));
    expect(await disks('db')).toEqual([]);
    expect(await t.client.trash.list({})).toMatchObject([{ vmId: disk?.id, name: 'db: disk1' }]);
    await t.done(t.client.undo.run({}));
    expect(await disks('db')).toEqual([{ ...disk, sizeBytes: 30 * GIB }]);
    expect(await t.client.trash.list({})).toEqual([]);
  });

  it('are made of a file on the host of their VM, also while it runs; undo takes one away', async () => {
    await t.client.vms.add({ name: 'db' });
    const import_ = (more: object = {}) => t.client.disks.import({ vm: 'db', path: '/old.vmdk', ...more });
    await expect(import_()).rejects.toMatchObject({ code: 'STATE_ILLEGAL', data: { field: 'vm' } });
    await t.done(t.client.vms.start({ vm: 'db', host: 'sim1' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'db' })).state === 'up');
    const { preview } = await import_({ dryRun: true });
    expect(preview?.summary.map(textOf)).toContain('copy /old.vmdk to the disk disk1 of "db" (qcow2, virtio)');
    await expect(import_({ bus: 'sata' })).rejects.toMatchObject({ code: 'NOT_SUPPORTED', data: { field: 'bus' } });
    await t.done(import_({ name: 'data', format: 'raw' }));
    const [disk] = await disks('db');
    expect(disk).toMatchObject({ name: 'data', format: 'raw', path: expect.stringMatching(/\.raw$/) as string });
    expect(disk?.sizeBytes).toBeGreaterThan(0);
    await t.done(t.client.undo.run({}));
    expect(await disks('db')).toEqual([]);
    expect(await t.client.images.list()).toEqual([]);
  });

  it('are exported while the VM is down, to a path where nothing is', async () => {
    await add('db', { disks: [disk20] });
    const export_ = (more: object = {}) =>
      t.client.disks.export({ vm: 'db', disk: 'disk1', path: '/out.vmdk', ...more });
    await expect(export_()).rejects.toMatchObject({ code: 'CONFLICT', data: { field: 'path' } });
    t.fleet.absent.set('/out.vmdk', 'absent');
    await expect(export_({ disk: 'boot' })).rejects.toMatchObject({ code: 'NOT_FOUND', data: { field: 'disk' } });
    await t.done(t.client.vms.start({ vm: 'db' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'db' })).state === 'up');
    await expect(export_()).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    await t.done(t.client.vms.stop({ vm: 'db' }));
    const job = await t.done(export_({ format: 'vmdk' }));
    expect(job?.steps[0]?.message).toMatchObject({ type: 'result.disk_exported', params: { path: '/out.vmdk' } });
  });

  it('never shrink', async () => {
    await add('db', { disks: [disk20] });
    for (const sizeBytes of [20 * GIB, GIB])
      await expect(t.client.disks.resize({ vm: 'db', disk: 'disk1', sizeBytes })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        data: { field: 'sizeBytes' },
      });
  });

  it('on virtio and SCSI are added and removed while the VM runs, and all grow; one on SATA needs a stop', async () => {
    await t.done(add('db', { disks: [{ ...disk20, bus: 'sata' }], start: true }));
    await t.until(async () => (await t.client.vms.show({ vm: 'db' })).state === 'up');
    await t.done(t.client.disks.add({ vm: 'db', ...disk20, name: 'fast', bus: 'scsi' }));
    expect((await disks('db'))[1]).toMatchObject({ name: 'fast', path: expect.stringMatching(/qcow2$/) as string });
    await t.done(t.client.disks.remove({ vm: 'db', disk: 'fast' }));
    await t.done(t.client.undo.run({}));
    expect((await disks('db')).map(({ name }) => name)).toEqual(['disk1', 'fast']);
    await t.done(t.client.disks.remove({ vm: 'db', disk: 'fast' }));
    const refused = (field: string) => ({ code: 'NOT_SUPPORTED', data: { field } });
    await expect(t.client.disks.add({ vm: 'db', ...disk20, bus: 'sata' })).rejects.toMatchObject(refused('bus'));
    await t.done(t.client.disks.resize({ vm: 'db', disk: 'disk1', sizeBytes: 30 * GIB }));
    expect((await disks('db'))[0]?.sizeBytes).toBe(30 * GIB);
    await expect(t.client.disks.remove({ vm: 'db', disk: 'disk1' })).rejects.toMatchObject(refused('disk'));
  });

  it('of images are grown by the name boot, which no other disk has', async () => {
    await add('tiny');
    await expect(t.client.disks.resize({ vm: 'tiny', disk: 'boot', sizeBytes: GIB })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
    await expect(t.client.disks.add({ vm: 'tiny', ...disk20, name: 'boot' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await t.done(t.client.images.add({ name: 'debian', path: '/images/debian.qcow2' }));
    await add('cloud', { boot: { kind: 'image', image: 'debian' } });
    await t.done(t.client.disks.resize({ vm: 'cloud', disk: 'boot', sizeBytes: 30 * GIB }));
    expect((await t.client.vms.show({ vm: 'cloud' })).boot).toMatchObject({ diskBytes: 30 * GIB });
    await expect(t.client.disks.resize({ vm: 'cloud', disk: 'boot', sizeBytes: GIB })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('that no host has room for are refused, with the free space', async () => {
    const big = { sizeBytes: 1024 * GIB };
    const refused = { code: 'NO_CAPACITY', message: expect.stringMatching(/1 TiB for disks: 64 GiB are free/) };
    await expect(add('db', { disks: [big] })).rejects.toMatchObject(refused);
    await expect(t.client.vms.add({ name: 'db', disks: [big] })).rejects.toMatchObject(refused);
    await add('db');
    await expect(t.client.disks.add({ vm: 'db', ...big })).rejects.toMatchObject(refused);
    expect(await disks('db')).toEqual([]);
  });

  it('with a taken name, too many, and read-only on SATA are refused', async () => {
    const twice = [
      { ...disk20, name: 'a' },
      { ...disk20, name: 'a' },
    ];
    const small = { sizeBytes: 1024 * 1024 };
    await expect(add('db', { disks: twice })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(add('db', { disks: [{ ...small, bus: 'sata', readOnly: true }] })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
    await add('db', { disks: Array.from({ length: 16 }, () => small) });
    await expect(t.client.disks.add({ vm: 'db', ...small })).rejects.toMatchObject({ code: 'NO_CAPACITY' });
  });

  it('are part of snapshots, which need qcow2', async () => {
    await add('db', { disks: [disk20] });
    await t.done(t.client.snapshots.add({ name: 'one', vms: ['db'] }));
    await expect(t.client.disks.remove({ vm: 'db', disk: 'disk1' })).rejects.toMatchObject({ code: 'RULE_BROKEN' });
    await t.done(t.client.disks.resize({ vm: 'db', disk: 'disk1', sizeBytes: 30 * GIB }));
    await t.done(t.client.disks.add({ vm: 'db', ...disk20, name: 'late', format: 'raw' }));
    await expect(t.client.snapshots.add({ name: 'two', vms: ['db'] })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(t.client.snapshots.revert({ snapshot: 'one' })).rejects.toMatchObject({ code: 'RULE_BROKEN' });
    await t.done(t.client.disks.remove({ vm: 'db', disk: 'late' }));
    await t.done(t.client.snapshots.revert({ snapshot: 'one' }));
    expect((await disks('db'))[0]?.sizeBytes).toBe(20 * GIB);
  });

  it('are copied with their VM, move with it, and come back with it', async () => {
    await t.done(add('db', { disks: [disk20], start: true }));
    await t.until(async () => (await t.client.vms.show({ vm: 'db' })).state === 'up');
    await t.done(t.client.vms.stop({ vm: 'db' }));
    await t.done(t.client.labs.clone({ lab: 'sim1' }));
    const [copy] = await disks('db-2');
    expect(copy).toMatchObject({ name: 'disk1', sizeBytes: 20 * GIB });
    expect(copy?.path).toContain(copy?.id);
    await t.done(t.client.vms.move({ vm: 'db', host: 'sim2' }));
    const before = await disks('db');
    expect(before).toMatchObject([{ name: 'disk1' }]);
    await t.done(t.client.vms.remove({ vm: 'db' }));
    await t.done(t.client.undo.run({}));
    expect(await disks('db')).toEqual(before.map((disk) => ({ ...disk, path: null })));
  });

  it('are in the lab file, and applied from it', async () => {
    await add('db', { disks: [disk20, { sizeBytes: GIB, bus: 'scsi', discard: true, name: 'log' }] });
    const { text } = await t.client.labfile.export({});
    expect(text).toMatch(
      /disks:\n\s+- name: disk1\n\s+size: 20G\n\s+- name: log\n\s+size: 1G\n\s+bus: scsi\n\s+discard: true/,
    );
    await t.client.vms.remove({ vm: 'db' });
    await t.done(t.client.labfile.apply({ text }));
    expect((await disks('db')).map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['disk1', 20 * GIB],
      ['log', GIB],
    ]);
    await expect(t.client.labfile.apply({ text: text.replace('20G', '10G') })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/exists with another size/),
    });
  });
});
