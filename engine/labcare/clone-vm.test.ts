import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../english';
import { TestEngine } from '../../test/support/test-engine';

const GIB = 1024 ** 3;

describe('a clone of one VM', () => {
  let t: TestEngine;
  let one = '';
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [one = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.images.add({ name: 'debian', path: '/debian.qcow2' }));
  });
  afterEach(() => t.close());

  const show = (vm: string) => t.client.vms.show({ vm });
  const names = async () => (await t.client.vms.list({})).map(({ name }) => name);
  /** A VM from an image that has run once. */
  const addUsed = async (more: object = {}) => {
    const seed = {
      user: 'me',
      sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBpf6xN0ppfR2tiLQ7tCnRJ3Bvh0k9O5nNf0yHqRi0eY me'],
      hostname: 'db',
      addresses: [{ vnic: 'nic1', address: '10.9.0.5/24' }],
      gateways: ['10.9.0.1'],
    };
    await t.done(
      t.client.vms.add({
        name: 'db',
        host: 'sim1',
        boot: { kind: 'image', image: 'debian', seed },
        cdroms: [{ path: '/a.iso' }],
        hardware: { firmware: 'uefi' },
        disks: [{ sizeBytes: GIB, format: 'raw' }],
        vnics: [{ network: 'blue' }],
        start: true,
        ...more,
      }),
    );
    await t.done(t.client.vms.stop({ vm: 'db' }));
  };

  it('has the disks, drives, hardware and networks of its original, and its own identity', async () => {
    await addUsed();
    const original = await show('db');
    await t.done(t.client.vms.clone({ vm: 'db', name: 'db-2' }));
    const copy = await show('db-2');
    expect(await show('db')).toEqual(original);
    expect(copy).toMatchObject({ state: 'down', hostId: one, comment: 'a copy of db', cdroms: original.cdroms });
    expect(copy.hardware).toEqual(original.hardware);
    expect(copy.disks).toMatchObject([{ name: 'disk1', sizeBytes: GIB, format: 'raw' }]);
    expect(copy.disks[0]?.path).toContain(copy.disks[0]?.id);
    const [was, now] = [original.vnics[0]!, copy.vnics[0]!];
    expect(now).toMatchObject({ name: 'nic1', networkId: was.networkId, plugged: true });
    expect(now.mac).not.toBe(was.mac);
    expect(now.assignedAddress).not.toBe(was.assignedAddress);
    expect(copy.boot).toMatchObject({
      kind: 'image',
      seed: { user: 'me', hostname: null, addresses: [], gateways: [] },
    });
    expect(t.fleet.machine(one).control.vms()).toContain(copy.id);
    expect(t.store.leftovers.ofHost(one)).toEqual([]);
    await t.done(t.client.vms.start({ vm: 'db-2' }));
  });

  it('boots from a copy of the file that its original boots from', async () => {
    const boot = { kind: 'disk', path: '/mine.qcow2' } as const;
    await t.client.vms.add({ name: 'own', boot });
    await expect(t.client.vms.clone({ vm: 'own', name: 'x' })).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      data: { rule: 'CLONE', field: 'vm' },
    });
    await addUsed({ boot });
    await t.done(t.client.vms.clone({ vm: 'db', name: 'db-2' }));
    const { boot: copied, disks } = await show('db-2');
    expect(copied).toEqual({ kind: 'devices' });
    expect(disks.map(({ name, format }) => [name, format])).toEqual([
      ['system', 'qcow2'],
      ['disk1', 'raw'],
    ]);
  });

  it('of a VM without a host is only a row', async () => {
    await t.client.vms.add({ name: 'new', vnics: [{ network: 'blue' }] });
    const { vm, job } = await t.client.vms.clone({ vm: 'new', name: 'new-2', comment: 'mine' });
    expect([vm.comment, vm.hostId, job]).toEqual(['mine', null, null]);
  });

  it('is refused of a VM that runs, and under a name that is taken', async () => {
    await addUsed();
    await expect(t.client.vms.clone({ vm: 'db', name: 'db' })).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { field: 'name' },
    });
    await t.done(t.client.vms.start({ vm: 'db' }));
    await expect(t.client.vms.clone({ vm: 'db', name: 'db-2' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    expect(await names()).toEqual(['db']);
  });

  it('is refused if its host has no room for it', async () => {
    await addUsed();
    t.fleet.machine(one).vms.disks.room = () => Promise.resolve(1000);
    await expect(t.client.vms.clone({ vm: 'db', name: 'db-2' })).rejects.toMatchObject({ code: 'NO_CAPACITY' });
  });

  it('leaves nothing behind if it fails or is cancelled, and frees the original', async () => {
    await addUsed();
    const { copies } = t.fleet.machine(one).vms;
    const { copy } = copies;
    copies.copy = () => Promise.reject(new Error('disk full'));
    expect((await t.ended(t.client.vms.clone({ vm: 'db', name: 'db-2' })))?.state).toBe('failed');
    copies.copy = copy;
    copies.define = () => Promise.reject(new Error('no'));
    expect((await t.ended(t.client.vms.clone({ vm: 'db', name: 'db-2' })))?.state).toBe('failed');
    expect(await names()).toEqual(['db']);
    expect((await show('db')).state).toBe('down');
    expect(t.store.leftovers.ofHost(one)).toEqual([]);
    expect(t.fleet.machine(one).control.vms()).toHaveLength(1);
  });

  it('says what it would do, and what it left out of the definition', async () => {
    await addUsed();
    const part = { id: 'tpm-1', what: 'tpm', xml: '<tpm/>', canCarry: false };
    await t.fleet.machine(one).control.addPart((await show('db')).id, part);
    const { preview } = await t.client.vms.clone({ vm: 'db', name: 'db-2', dryRun: true });
    expect(preview?.summary.map(textOf)).toEqual([
      expect.stringMatching(/^copy the VM "db" as "db-2" on the host "sim1", with its disks \(/),
      'give "db-2" free addresses: those of the original, and its gateways, are not taken over',
    ]);
    const job = await t.done(t.client.vms.clone({ vm: 'db', name: 'db-2' }));
    expect(job?.steps[1]?.message).toMatchObject({ type: 'result.parts', params: { left: ['tpm'] } });
  });

  it('is removed by undo', async () => {
    await addUsed();
    await t.done(t.client.vms.clone({ vm: 'db', name: 'db-2' }));
    await t.done(t.client.undo.run({}));
    expect(await names()).toEqual(['db']);
  });
});
