import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

const ISO = '/iso/install.iso';
let t: TestEngine;
beforeEach(async () => {
  t = new TestEngine();
  await t.engine.start();
  await t.addHosts(1);
});
afterEach(() => t.close());

const drives = async (vm = 'inst') => (await t.client.vms.show({ vm })).cdroms;
const add = (more: Partial<Parameters<typeof t.client.vms.add>[0]> = {}) =>
  t.done(t.client.vms.add({ name: 'inst', boot: { kind: 'devices' }, cdroms: [{ path: ISO }], ...more }));
const undoLast = async () => {
  await t.done(t.client.undo.run({}));
};

describe('the CD drives of a stopped VM', () => {
  beforeEach(() => add());

  it('are named in order, change at once, and each change can be undone', async () => {
    await t.client.cdroms.add({ vm: 'inst' });
    await t.client.cdroms.change({ vm: 'inst', drive: 'cd2', path: '/iso/drivers.iso' });
    expect(await drives()).toEqual([
      { name: 'cd1', path: ISO },
      { name: 'cd2', path: '/iso/drivers.iso' },
    ]);
    await undoLast();
    expect(await drives()).toMatchObject([{ path: ISO }, { path: null }]);
    await t.client.cdroms.remove({ vm: 'inst', drive: 'cd1' });
    expect(await drives()).toEqual([{ name: 'cd2', path: null }]);
    await undoLast();
    expect(await drives()).toMatchObject([{ name: 'cd1', path: ISO }, { name: 'cd2' }]);
  });

  it('are at most four', async () => {
    for (let n = 2; n <= 4; n += 1) await t.client.cdroms.add({ vm: 'inst' });
    await expect(t.client.cdroms.add({ vm: 'inst' })).rejects.toMatchObject({ code: 'NO_CAPACITY' });
    expect((await drives()).map(({ name }) => name)).toEqual(['cd1', 'cd2', 'cd3', 'cd4']);
  });

  it('must exist, with files that exist', async () => {
    await expect(t.client.cdroms.change({ vm: 'inst', drive: 'cd3', path: null })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { field: 'drive' },
    });
    t.fleet.absent.set('/none.iso', 'absent');
    await expect(t.client.cdroms.change({ vm: 'inst', drive: 'cd1', path: '/none.iso' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      data: { field: 'path' },
    });
    await expect(add({ name: 'two', cdroms: [{ path: ISO }, { path: '/none.iso' }] })).rejects.toMatchObject({
      data: { field: 'cdroms.1.path' },
    });
  });

  it('of the same name are refused', async () => {
    const cdroms = [
      { name: 'cd2', path: null },
      { name: 'cd2', path: ISO },
    ];
    await expect(add({ name: 'two', cdroms })).rejects.toMatchObject({ code: 'CONFLICT', data: { field: 'cdroms' } });
    await add({ name: 'three', cdroms: [{ path: null }, { name: 'cd1', path: ISO }] });
    expect((await drives('three')).map(({ name }) => name)).toEqual(['cd2', 'cd1']);
  });
});

describe('the CD drives of a running VM', () => {
  it('change by a job, on the host first; drives are neither added nor removed', async () => {
    await add({ start: true });
    await t.until(async () => (await t.client.vms.show({ vm: 'inst' })).state === 'up');
    await t.done(t.client.cdroms.change({ vm: 'inst', drive: 'cd1', path: null }));
    expect(await drives()).toEqual([{ name: 'cd1', path: null }]);
    await undoLast();
    expect(await drives()).toEqual([{ name: 'cd1', path: ISO }]);
    for (const refused of [
      t.client.cdroms.add({ vm: 'inst' }),
      t.client.cdroms.remove({ vm: 'inst', drive: 'cd1' }),
      t.client.vms.update({ vm: 'inst', hardware: { firmware: 'uefi' } }),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });
});

describe('hardware', () => {
  it('has defaults, changes while the VM is down, and the change can be undone', async () => {
    await add({ hardware: { firmware: 'uefi' } });
    expect((await t.client.vms.show({ vm: 'inst' })).hardware).toMatchObject({ firmware: 'uefi', clock: 'utc' });
    const { preview } = await t.client.vms.update({
      vm: 'inst',
      hardware: { clock: 'localtime', firmware: 'bios' },
      dryRun: true,
    });
    expect(preview?.summary.map(({ params }) => params)).toMatchObject([
      { change: { setting: 'firmware', was: 'uefi', now: 'bios' } },
      { change: { setting: 'clock', was: 'utc', now: 'localtime' } },
    ]);
    await t.client.vms.update({ vm: 'inst', hardware: { clock: 'localtime' } });
    expect((await t.client.vms.show({ vm: 'inst' })).hardware).toMatchObject({ firmware: 'uefi', clock: 'localtime' });
    await undoLast();
    expect((await t.client.vms.show({ vm: 'inst' })).hardware).toMatchObject({ firmware: 'uefi', clock: 'utc' });
  });

  it('of the tiny guest is fixed', async () => {
    await expect(add({ boot: { kind: 'tiny' }, hardware: { firmware: 'uefi' } })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      data: { field: 'hardware.firmware' },
    });
  });
});

describe('a machine type', () => {
  it('is chosen at creation, and changed while the VM is down, with undo', async () => {
    await add({ hardware: { machine: 'i440fx' } });
    const machine = async () => (await t.client.vms.show({ vm: 'inst' })).hardware.machine;
    await t.client.vms.update({ vm: 'inst', hardware: { machine: 'q35' } });
    expect(await machine()).toBe('q35');
    await t.done(t.client.undo.run({}));
    expect(await machine()).toBe('i440fx');
    const { text } = await t.client.labfile.export({ dataCenter: 'Default' });
    expect(text).toContain('machine: i440fx');
  });

  it('has no Secure Boot on i440fx', async () => {
    const refused = { code: 'NOT_SUPPORTED', data: { rule: 'HARDWARE', field: 'hardware.machine' } };
    await expect(add({ hardware: { machine: 'i440fx', firmware: 'uefi-secure' } })).rejects.toMatchObject(refused);
    await add({ hardware: { machine: 'i440fx', firmware: 'uefi' } });
    const draft = { firmware: 'uefi-secure' } as const;
    await expect(t.client.vms.update({ vm: 'inst', hardware: draft })).rejects.toMatchObject(refused);
  });
});

describe('a lab file', () => {
  it('has CD drives and hardware, and gives them back', async () => {
    await add({ hardware: { firmware: 'uefi-secure', clock: 'localtime' } });
    const { text } = await t.client.labfile.export({ dataCenter: 'Default' });
    expect(text).toContain('uefi-secure');
    const none = [{ type: 'preview.labfile.nothing' }];
    expect(await t.client.labfile.apply({ text })).toMatchObject({ plan: none });
    await t.client.vms.remove({ vm: 'inst' });
    await t.done(t.client.labfile.apply({ text, allowFiles: true }));
    expect(await t.client.vms.show({ vm: 'inst' })).toMatchObject({
      cdroms: [{ name: 'cd1', path: ISO }],
      hardware: { firmware: 'uefi-secure', clock: 'localtime' },
    });
    const other = text.replace(ISO, '/iso/other.iso').replace('uefi-secure', 'uefi');
    await t.done(t.client.labfile.apply({ text: other, allowFiles: true }));
    expect(await t.client.vms.show({ vm: 'inst' })).toMatchObject({
      cdroms: [{ path: '/iso/other.iso' }],
      hardware: { firmware: 'uefi' },
    });
  });

  it('of before CD drives existed boots from its ISO as ever', async () => {
    const text = `atoll: 1\ndataCenter: Default\nvms: [{ name: inst, boot: { kind: iso, path: ${ISO} } }]\n`;
    await t.done(t.client.labfile.apply({ text, allowFiles: true }));
    expect(await t.client.vms.show({ vm: 'inst' })).toMatchObject({
      boot: { kind: 'devices' },
      cdroms: [{ name: 'cd1', path: ISO }],
    });
    expect(await t.client.labfile.apply({ text })).toMatchObject({ plan: [{ type: 'preview.labfile.nothing' }] });
  });

  it('names CD images that count as files of the person who applies it', async () => {
    const text = `atoll: 1\ndataCenter: Default\nvms: [{ name: a, boot: { kind: devices }, cdroms: [{ name: cd1, path: /etc/shadow }] }]\n`;
    await expect(t.client.labfile.apply({ text })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('/etc/shadow') as string,
    });
    expect(await t.client.vms.list({})).toEqual([]);
  });
});
