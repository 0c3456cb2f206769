import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, canRetry } from '../../../contract';
import { textOf } from '../../../english';
import { TestEngine } from '../../../test/support/test-engine';

/** The subject of a failed job keeps changing: a retry checks the rules again, with the current state. */
describe('retrying an ended job', () => {
  let t: TestEngine;
  let one = '';
  let two = '';
  const boot = { kind: 'image', image: 'debian' } as const;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [one = '', two = ''] = await t.addHosts(2);
    await t.done(t.client.images.add({ name: 'debian', path: '/debian.qcow2' }));
    await t.done(t.client.vms.add({ name: 'db', host: 'sim1', boot, start: true }));
    await t.done(t.client.vms.stop({ vm: 'db' }));
  });
  afterEach(() => t.close());

  const machine = (id = one) => t.fleet.machine(id);
  const vm = () => t.client.vms.show({ vm: 'db' });
  const fails = async (command: Promise<{ job: string | null }>): Promise<string> => {
    const ended = await t.ended(command);
    expect(ended?.state).toBe('failed');
    return ended?.id ?? '';
  };
  /** Makes the next start on the first host fail. */
  const failStart = (): void => {
    const { vms } = machine();
    const { act } = vms;
    let left = 1;
    vms.act = (...args) => (args[1] === 'start' && left-- > 0 ? Promise.reject(new Error('no')) : act.apply(vms, args));
  };

  it('refuses what a running VM does not allow', async () => {
    machine(two).control.failNext(1);
    const job = await fails(t.client.vms.move({ vm: 'db', host: 'sim2' }));
    await t.done(t.client.vms.start({ vm: 'db' }));
    await expect(t.client.jobs.retry({ job })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    await t.done(t.client.vms.stop({ vm: 'db' }));
    const again = await t.client.jobs.retry({ job });
    expect((await vm()).state).toBe('image_locked');
    await t.done(again);
    expect((await vm()).hostId).toBe(two);
  });

  it('refuses what would fail again by what it was given', async () => {
    const { vms } = machine();
    const { act } = vms;
    vms.act = () => Promise.reject(new AppError('BAD_INPUT', 'The image has another SHA-256'));
    const job = await fails(t.client.vms.start({ vm: 'db' }));
    vms.act = act;
    expect(canRetry(await t.client.jobs.show({ job }))).toBe(false);
    await expect(t.client.jobs.retry({ job })).rejects.toMatchObject({
      code: 'STATE_ILLEGAL',
      data: { remedy: { note: expect.stringContaining('another SHA-256') as string } },
    });
  });

  it('is not offered for what removes all it had made', async () => {
    machine().vms.copies.copy = () => Promise.reject(new Error('no'));
    const job = await fails(t.client.vms.clone({ vm: 'db', name: 'copy' }));
    expect(canRetry(await t.client.jobs.show({ job }))).toBe(false);
    await expect(t.client.jobs.retry({ job })).rejects.toMatchObject({ data: { remedy: { note: 'Clone it again.' } } });
  });

  it('removes a VM from its current host', async () => {
    const { vms } = machine();
    const { remove } = vms;
    vms.remove = () => Promise.reject(new Error('busy'));
    const job = await fails(t.client.vms.remove({ vm: 'db', keepDisks: false }));
    vms.remove = remove;
    await t.done(t.client.vms.move({ vm: 'db', host: 'sim2' }));
    await t.done(t.client.jobs.retry({ job }));
    expect((await t.observe(two)).vms).toEqual([]);
    await expect(t.client.jobs.retry({ job })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('starts no VM on the host that it is being moved away from', async () => {
    failStart();
    const job = await fails(t.client.vms.start({ vm: 'db' }));
    machine(two).control.slowDown(50);
    const move = await t.client.vms.move({ vm: 'db', host: 'sim2' });
    await t.until(() => t.store.jobs.get(move.job ?? '')?.state === 'running');
    const again = await t.ended(t.client.jobs.retry({ job }));
    await t.done(move);
    expect(again?.state).toBe('failed');
    expect((await t.observe(one)).vms).toEqual([]);
    expect(await vm()).toMatchObject({ hostId: two, state: 'down' });
  });

  it('copies no disk of a clone twice, and none of removed copies', async () => {
    const { snapshots } = machine().vms;
    const { copyDisks } = snapshots;
    let copied = 0;
    snapshots.copyDisks = (...args) => {
      copied += 1;
      return copyDisks.apply(snapshots, args);
    };
    failStart();
    const job = await fails(t.client.labs.clone({ lab: 'sim1', copies: 2, start: true }));
    expect(copied).toBe(2);
    const again = await t.done(t.client.jobs.retry({ job }));
    expect(again?.steps.map(({ title }) => textOf(title))).toEqual([
      'Set up 0 networks on sim1',
      'Start db-2',
      'Start db-3',
    ]);
    expect(copied).toBe(2);
    snapshots.copyDisks = () => Promise.reject(new Error('full'));
    const lost = await fails(t.client.labs.clone({ lab: 'sim1', vms: ['db'], copies: 1 }));
    await expect(t.client.jobs.retry({ job: lost })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it('continues a reset where it failed', async () => {
    await t.done(t.client.vms.add({ name: 'web', host: 'sim1', boot, start: true }));
    const { snapshots } = machine().vms;
    const { renew } = snapshots;
    const renewed: string[] = [];
    const { id } = await vm();
    let isBroken = true;
    snapshots.renew = (vmId, signal) => {
      if (vmId === id && isBroken) return Promise.reject(new Error('busy'));
      renewed.push(vmId);
      return renew.call(snapshots, vmId, signal);
    };
    const job = await fails(t.client.labs.reset({ lab: 'sim1' }));
    isBroken = false;
    await t.done(t.client.jobs.retry({ job }));
    expect(renewed).toHaveLength(2);
    expect(new Set(renewed).size).toBe(2);
    expect((await t.client.vms.show({ vm: 'web' })).startedAt).not.toBeNull();
  });

  it('reverts and removes a snapshot by their rules, and does not retry taking an existing one', async () => {
    await t.done(t.client.snapshots.add({ name: 'one', vms: ['db'] }));
    machine().vms.snapshots.revert = () => Promise.reject(new Error('busy'));
    const job = await fails(t.client.snapshots.revert({ snapshot: 'one' }));
    const again = await t.client.jobs.retry({ job });
    expect((await vm()).state).toBe('image_locked');
    await t.ended(again);
    await t.done(t.client.snapshots.remove({ snapshot: 'one' }));
    await expect(t.client.jobs.retry({ job })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    machine().vms.snapshots.take = () => Promise.reject(new Error('full'));
    const taking = await fails(t.client.snapshots.add({ name: 'two', vms: ['db'] }));
    await expect(t.client.jobs.retry({ job: taking })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it('restores a VM whose restore failed', async () => {
    const { vms } = machine();
    const { remove } = vms;
    vms.remove = async (...args) => [...(await remove.apply(vms, args)), 'disk.qcow2'];
    vms.untrash = () => Promise.reject(new Error('busy'));
    await t.done(t.client.vms.remove({ vm: 'db' }));
    const job = await fails(t.client.undo.run({}));
    vms.untrash = () => Promise.resolve();
    await t.done(t.client.jobs.retry({ job }));
    expect(await vm()).toMatchObject({ name: 'db', state: 'down' });
    expect(await t.client.trash.list({})).toEqual([]);
  });

  it('removes nothing that was set up on a host since', async () => {
    await t.done(t.client.networks.add({ name: 'red', clusters: ['Default'] }));
    await t.done(t.client.networks.add({ name: 'grey', clusters: ['Default'] }));
    const attach = (network: string, nic: string) =>
      t.client.hosts.setupNetworks({ host: 'sim1', attach: [{ network, nic, ipv4: { kind: 'none' } }] });
    const job = await fails(attach('red', 'eth0'));
    await t.done(attach('grey', 'eth2'));
    await expect(t.client.jobs.retry({ job })).rejects.toMatchObject({ code: 'CONFLICT' });
    const { attachments } = await t.client.hosts.show({ host: 'sim1' });
    expect(attachments.map(({ nic }) => nic)).toEqual(['eth2']);
  });

  it('keeps a VM that was moved off a lab whose removal is retried', async () => {
    const labs = ['lab1', 'lab2'].map((name) => t.client.hosts.add({ name, cluster: 'Default', how: { kind: 'lab' } }));
    for (const lab of labs) await t.done(lab);
    const [{ host: first } = { host: { id: '' } }] = await Promise.all(labs);
    await t.done(t.client.vms.add({ name: 'web', host: 'lab1', boot, start: true }));
    await t.done(t.client.vms.stop({ vm: 'web' }));
    const lab = machine(first.id);
    const { powerOff } = lab;
    lab.powerOff = () => Promise.reject(new Error('busy'));
    const job = await fails(t.client.labs.remove({ lab: 'lab1' }));
    lab.powerOff = powerOff;
    await t.done(t.client.hosts.activate({ host: 'lab1' }));
    await t.done(t.client.vms.move({ vm: 'web', host: 'lab2' }));
    await t.done(t.client.hosts.maintenance({ host: 'lab1' }));
    await t.done(t.client.jobs.retry({ job }));
    expect((await t.client.hosts.list({})).map(({ name }) => name)).not.toContain('lab1');
    expect((await t.client.vms.list({})).map(({ name }) => name)).toContain('web');
  });
});
