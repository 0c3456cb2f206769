import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

const GIB = 1024 ** 3;

describe('a disk that moves to another VM', () => {
  let t: TestEngine;
  let one = '';
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [one = ''] = await t.addHosts(2);
    const boot = { kind: 'devices' } as const;
    const disks = [{ sizeBytes: GIB, name: 'system' }];
    for (const name of ['old', 'next'])
      await t.done(t.client.vms.add({ name, host: 'sim1', boot, disks, start: true }));
    for (const vm of ['old', 'next']) await t.done(t.client.vms.stop({ vm }));
    await t.done(t.client.disks.add({ vm: 'old', name: 'data', sizeBytes: GIB }));
  });
  afterEach(() => t.close());

  const move = (more: object = {}) => t.client.disks.move({ vm: 'old', disk: 'data', to: 'next', ...more });
  const disksOf = async (vm: string) => (await t.client.vms.show({ vm })).disks.map(({ name }) => name);

  it('is on it, last, with its file in its folder; undo moves it back', async () => {
    const [disk] = (await t.client.disks.list({ vm: 'old' })).filter(({ name }) => name === 'data');
    await t.done(move({ name: 'archive' }));
    const [, moved] = (await t.client.vms.show({ vm: 'next' })).disks;
    const next = await t.client.vms.show({ vm: 'next' });
    expect(moved).toMatchObject({ id: disk?.id, name: 'archive', vmId: next.id, hostId: one });
    expect(moved?.path).toContain(next.id);
    expect(await disksOf('old')).toEqual(['system']);
    await t.done(t.client.undo.run({}));
    expect([await disksOf('old'), await disksOf('next')]).toEqual([['system', 'data'], ['system']]);
  });

  const startBoth = async (): Promise<void> => {
    for (const vm of ['old', 'next']) {
      await t.done(t.client.vms.start({ vm }));
      await t.until(async () => (await t.client.vms.show({ vm })).state === 'up');
    }
  };

  /** What the host is asked to do with disks. */
  const watched = (fails = 0): string[] => {
    const { disks } = t.fleet.machine(one).vms;
    const [give, plug] = [disks.give.bind(disks), disks.plug.bind(disks)];
    const calls: string[] = [];
    disks.give = (from, disk, to, signal) => {
      calls.push('give');
      return give(from, disk, to, signal);
    };
    disks.plug = (...args) => {
      calls.push('plug');
      return calls.filter((call) => call === 'plug').length <= fails
        ? Promise.reject(new Error('no slot'))
        : plug(...args);
    };
    return calls;
  };

  it('is unplugged and plugged while both run', async () => {
    await startBoth();
    const calls = watched();
    await t.done(move());
    expect(calls).toEqual(['give', 'plug']);
    expect(await disksOf('next')).toEqual(['system', 'data']);
  });

  it('brings its host to a VM that has none yet, and needs no job without a file', async () => {
    await t.client.vms.add({ name: 'new', boot: { kind: 'devices' } });
    await t.done(move({ to: 'new' }));
    expect(await t.client.vms.show({ vm: 'new' })).toMatchObject({ hostId: one, disks: [{ name: 'data' }] });
    await t.client.vms.add({ name: 'blank', boot: { kind: 'devices' }, disks: [{ sizeBytes: GIB, name: 'empty' }] });
    expect((await t.client.disks.move({ vm: 'blank', disk: 'empty', to: 'new' })).job).toBeNull();
    expect(await disksOf('new')).toEqual(['data', 'empty']);
  });

  it("goes back where the other VM can't get it", async () => {
    await startBoth();
    const calls = watched(1);
    expect((await t.ended(move()))?.state).toBe('failed');
    expect(calls).toEqual(['give', 'plug', 'give', 'plug']);
    expect([await disksOf('old'), await disksOf('next')]).toEqual([['system', 'data'], ['system']]);
  });

  it.each([
    ['to its own VM', { to: 'old' }, 'BAD_INPUT', 'to'],
    ['to a VM that has its name', { disk: 'system' }, 'CONFLICT', 'name'],
    ['to a VM on another host', { to: 'far' }, 'RULE_BROKEN', 'to'],
    ['to no VM', { to: 'nobody' }, 'NOT_FOUND', 'to'],
  ])('is refused: %s', async (_what, more, code, field) => {
    await t.client.vms.add({ name: 'far', host: 'sim2', boot: { kind: 'devices' } });
    await expect(move(more)).rejects.toMatchObject({ code, data: { field } });
  });

  it('is refused of a snapshot', async () => {
    await t.done(t.client.snapshots.add({ name: 'before', vms: ['old'] }));
    await expect(move()).rejects.toMatchObject({ code: 'RULE_BROKEN', data: { field: 'disk' } });
  });
});
