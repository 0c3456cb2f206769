import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

describe('moving a VM', () => {
  let test: TestEngine;
  let one: string;
  let two: string;

  beforeEach(async () => {
    test = new TestEngine();
    await test.engine.start();
    [one = '', two = ''] = await test.addHosts(2);
    await test.done(test.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await test.done(test.client.images.add({ name: 'debian', path: '/debian.qcow2' }));
  });
  afterEach(() => test.close());

  const row = () => {
    const [vm] = test.store.vms.byName('db');
    if (!vm) throw new Error('no VM db');
    return vm;
  };
  const has = (hostId: string): boolean => test.fleet.machine(hostId).control.vms().includes(row().id);

  /** A VM with a disk, started once and down again. */
  async function downOn(host: string): Promise<void> {
    const vnics = [{ network: 'blue' }];
    const boot = { kind: 'image', image: 'debian' } as const;
    await test.done(test.client.vms.add({ name: 'db', host, boot, vnics, start: true }));
    await test.done(test.client.vms.stop({ vm: 'db' }));
  }

  it('moves it to the other host with its ids and MAC addresses, and leaves nothing behind', async () => {
    await downOn('sim1');
    const before = await test.client.vms.show({ vm: 'db' });
    const job = await test.done(test.client.vms.move({ vm: 'db', host: 'sim2' }));
    expect(job?.steps.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
    expect(job?.steps[1]?.message).toEqual({ type: 'result.copied', params: { files: 1, bytes: 16 * 1_048_576 } });
    const after = await test.client.vms.show({ vm: 'db' });
    expect(after).toEqual({ ...before, hostId: two });
    expect([has(one), has(two)]).toEqual([false, true]);
    expect(test.store.leftovers.ofHost(one)).toEqual([]);
    await test.done(test.client.vms.start({ vm: 'db' }));
    expect(test.fleet.machine(two).control.vms()).toContain(after.id);
  });

  it('proposes the other host that runs most VMs of its networks, also where its own host runs more', async () => {
    await downOn('sim1');
    await test.addHosts(1, { prefix: 'more' });
    const mates = ['sim1', 'sim1', 'more1'];
    for (const [at, host] of mates.entries())
      await test.done(test.client.vms.add({ name: `mate${at}`, host, vnics: [{ network: 'blue' }], start: true }));
    const fits = await test.client.vms.placement({ vm: 'db', move: true });
    expect(fits.map(({ host, can, chosen }) => [host, can, chosen])).toEqual([
      ['more1', true, true],
      ['sim2', true, false],
      ['sim1', false, false],
    ]);
    expect(fits.map(({ why }) => why && textOf(why))).toEqual([
      '1 VM on its networks runs there',
      'no VMs on its networks run there, 1 on "more1"',
      'its disks are there already',
    ]);
  });

  it('can be undone', async () => {
    await downOn('sim1');
    await test.done(test.client.vms.move({ vm: 'db', host: 'sim2' }));
    const [offer] = await test.client.undo.list({ limit: 1 });
    expect(offer?.words).toEqual({ type: 'undo.vm.moved', params: { vm: 'db', from: 'sim1', to: 'sim2' } });
    await test.done(test.client.undo.run({}));
    expect(row().hostId).toBe(one);
    expect([has(one), has(two)]).toEqual([true, false]);
  });

  it('leaves it in place if it is cancelled in the middle of the copy, and removes the partial copy', async () => {
    await downOn('sim1');
    test.fleet.machine(two).control.slowDown(30);
    const { job } = await test.client.vms.move({ vm: 'db', host: 'sim2' });
    await test.until(async () => (await test.client.jobs.show({ job: job ?? '' })).steps[1]?.state === 'running');
    expect(row().state).toBe('image_locked');
    await test.client.jobs.cancel({ job: job ?? '' });
    expect((await test.ended({ job }))?.state).toBe('cancelled');
    expect(row()).toMatchObject({ hostId: one, state: 'down', reason: null });
    expect([has(one), has(two)]).toEqual([true, false]);
    expect(test.store.leftovers.ofHost(two)).toEqual([]);
  });

  it('releases it if it is cancelled before its turn', async () => {
    await downOn('sim1');
    const { job } = await test.client.vms.move({ vm: 'db', host: 'sim2' });
    await test.client.jobs.cancel({ job: job ?? '' });
    expect((await test.ended({ job }))?.state).toBe('cancelled');
    expect(row()).toMatchObject({ hostId: one, state: 'down', reason: null });
    await test.until(() => test.store.leftovers.ofHost(two).length === 0);
    await test.done(test.client.vms.start({ vm: 'db' }));
  });

  it('is resumed by the next engine, and it is on one host then', async () => {
    await downOn('sim1');
    test.fleet.machine(two).control.slowDown(30);
    const { job } = await test.client.vms.move({ vm: 'db', host: 'sim2' });
    await test.until(async () => (await test.client.jobs.show({ job: job ?? '' })).steps[1]?.state === 'running');
    await test.engine.stop();
    const next = new TestEngine(test);
    test.fleet.machine(two).control.slowDown(0);
    await next.engine.start();
    expect((await next.ended({ job }))?.state).toBe('succeeded');
    expect(row()).toMatchObject({ hostId: two, state: 'down' });
    expect([has(one), has(two)]).toEqual([false, true]);
    await next.engine.stop();
  });

  it('keeps it on the new host if the old one is lost afterwards, and clears that when it is back', async () => {
    await downOn('sim1');
    const old = test.fleet.machine(one);
    old.control.slowDown(0);
    const stop = test.store.onCommit(() => {
      if (row().hostId === two) old.control.setUnreachable(true);
    });
    const job = await test.done(test.client.vms.move({ vm: 'db', host: 'sim2' }));
    stop();
    expect(job?.steps[3]?.message?.type).toBe('result.left_behind');
    expect(row()).toMatchObject({ hostId: two, state: 'down' });
    expect(test.store.leftovers.ofHost(one)).toHaveLength(1);
    old.control.setUnreachable(false);
    await test.done(test.client.hosts.activate({ host: 'sim1' })).catch(() => null);
    await test.until(() => test.store.leftovers.ofHost(one).length === 0);
    expect([has(one), has(two)]).toEqual([false, true]);
  });

  it('refuses a running VM, another cluster, and a host that lacks a regular network, with the reason', async () => {
    await downOn('sim1');
    await test.client.clusters.add({ name: 'Other' });
    await test.addHosts(1, { cluster: 'Other', prefix: 'else' });
    await expect(test.client.vms.move({ vm: 'db', host: 'else1' })).rejects.toThrow('is not in the cluster');
    await test.done(test.client.networks.add({ name: 'office', clusters: ['Default'] }));
    await test.client.vnics.add({ vm: 'db', network: 'office' });
    await expect(test.client.vms.move({ vm: 'db', host: 'sim2' })).rejects.toThrow(
      'it does not have the network "office"',
    );
    await test.client.vnics.remove({ vm: 'db', vnic: 'nic2' });
    await test.done(test.client.vms.start({ vm: 'db' }));
    await expect(test.client.vms.move({ vm: 'db', host: 'sim2' })).rejects.toThrow("Can't move the VM");
  });

  /** As another tool, or its host, has added it to the definition. */
  const addPart = (host: string, id: string, canCarry = true): Promise<void> =>
    test.fleet.machine(host).control.addPart(row().id, { id, what: `serial file (${id})`, xml: '<serial/>', canCarry });

  it('refuses an undecided part of its definition, and names it', async () => {
    await downOn('sim1');
    await addPart(one, 'serial-1');
    const job = await test.ended(test.client.vms.move({ vm: 'db', host: 'sim2' }));
    expect(job?.error).toMatchObject({ code: 'RULE_BROKEN', message: expect.stringContaining('serial-1') as string });
    expect([has(one), has(two)]).toEqual([true, false]);
    expect(row().state).toBe('down');
    const unknown = await test.ended(test.client.vms.move({ vm: 'db', host: 'sim2', carry: ['serial-2'] }));
    expect(unknown?.error).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('carries an accepted part, also back again, and no other', async () => {
    await downOn('sim1');
    await addPart(one, 'serial-1');
    expect(await test.client.vms.additions({ vm: 'db' })).toMatchObject([{ id: 'serial-1', accepted: false }]);
    const job = await test.done(test.client.vms.move({ vm: 'db', host: 'sim2', carry: ['serial-1'] }));
    expect(job?.steps[2]?.message).toEqual({
      type: 'result.parts',
      params: { carried: ['serial file (serial-1)'], left: [] },
    });
    expect(await test.client.vms.additions({ vm: 'db' })).toMatchObject([{ id: 'serial-1', accepted: true }]);
    await test.done(test.client.undo.run({}));
    expect(row().hostId).toBe(one);
    expect(await test.client.vms.additions({ vm: 'db' })).toMatchObject([{ id: 'serial-1', accepted: true }]);
    await addPart(one, 'serial-changed');
    expect((await test.ended(test.client.vms.move({ vm: 'db', host: 'sim2' })))?.state).toBe('failed');
  });

  it('leaves a part out on request, and cannot carry what belongs to its host', async () => {
    await downOn('sim1');
    await addPart(one, 'hostdev-1', false);
    const carried = await test.ended(test.client.vms.move({ vm: 'db', host: 'sim2', carry: ['hostdev-1'] }));
    expect(carried?.error).toMatchObject({ code: 'BAD_INPUT' });
    await test.done(test.client.vms.move({ vm: 'db', host: 'sim2', leave: ['hostdev-1'] }));
    expect(await test.client.vms.additions({ vm: 'db' })).toEqual([]);
  });

  it('lists in a dry run the parts that a move would ask about, and how each is handled', async () => {
    await downOn('sim1');
    await addPart(one, 'serial-1');
    await addPart(one, 'channel-1');
    await addPart(one, 'hostdev-1', false);
    const dryRun = async (choice: object): Promise<string[]> => {
      const { preview } = await test.client.vms.move({ vm: 'db', host: 'sim2', dryRun: true, ...choice });
      return preview?.summary.slice(1).map(textOf) ?? [];
    };
    expect((await dryRun({})).filter((line) => line.startsWith('decide'))).toEqual([
      'decide first on serial file (serial-1) (serial-1) of "db": keep it or leave it out',
      'decide first on serial file (channel-1) (channel-1) of "db": keep it or leave it out',
      'decide first on serial file (hostdev-1) (hostdev-1) of "db": it can only be left out',
    ]);
    const decided = await dryRun({ carry: ['serial-1'], leave: ['channel-1', 'hostdev-1'] });
    expect(decided).toContain('keep serial file (serial-1) (serial-1) of "db"');
    expect(decided).toContain('leave out serial file (channel-1) (channel-1) of "db"');
    expect(decided.join()).not.toContain('decide');
    await expect(dryRun({ carry: ['hostdev-1'] })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      data: { field: 'carry' },
    });
    await expect(dryRun({ leave: ['nothing-1'] })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      data: { field: 'leave' },
    });
    expect(row()).toMatchObject({ state: 'down', hostId: one });
  });

  it('lists them too if the VMs of a network are placed together, and reports where it cannot', async () => {
    await downOn('sim1');
    await addPart(one, 'serial-1');
    const vnics = [{ network: 'blue' }];
    await test.done(test.client.vms.add({ name: 'web', host: 'sim2', vnics, start: true }));
    const dryRun = async (): Promise<string[]> => {
      const input = { network: 'blue', host: 'sim2', dryRun: true } as const;
      return (await test.client.networks.placeTogether(input)).preview?.summary.map(textOf) ?? [];
    };
    expect(await dryRun()).toContain(
      '"db" stays apart: move it on its own and decide on serial file (serial-1) (serial-1): keep it or leave it out',
    );
    test.fleet.machine(one).control.failNext(1);
    expect((await dryRun()).join('\n')).toMatch(/the definition of "db" can't be read now: /);
  });

  it('only writes the row of a VM that was never put on a host', async () => {
    await test.client.vms.add({ name: 'db', vnics: [] });
    expect((await test.client.vms.move({ vm: 'db', host: 'sim2' })).job).toBeNull();
    expect(row().hostId).toBe(two);
  });
});
