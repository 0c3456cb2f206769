import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillDisk } from '../../../test/support/full-disk';
import { TestEngine } from '../../../test/support/test-engine';
import { instant, newId } from '../ids';
import { releaseLocks } from './release-locks';

/** What a command locks is released whenever its job ends, also before its work has started. */
describe('the locks of a job', () => {
  let t: TestEngine;
  let one = '';
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [one = ''] = await t.addHosts(2);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.images.add({ name: 'debian', path: '/debian.qcow2' }));
    const boot = { kind: 'image', image: 'debian' } as const;
    await t.done(t.client.vms.add({ name: 'db', host: 'sim1', boot, vnics: [{ network: 'blue' }], start: true }));
    await t.done(t.client.vms.stop({ vm: 'db' }));
  });
  afterEach(() => t.close());

  const machine = () => t.fleet.machine(one);
  const names = async () => (await t.client.vms.list({})).map(({ name }) => name);
  const takes = (): Promise<{ job: string | null }> => t.client.snapshots.add({ name: 'one', vms: ['db'] });
  /** Simulated hosts have neither disks nor a trash for them. */
  const restore = async (): Promise<{ job: string | null }> => {
    const { vms } = machine();
    const { remove } = vms;
    vms.remove = async (...args) => [...(await remove.apply(vms, args)), 'disk.qcow2'];
    vms.untrash = () => Promise.resolve();
    await t.done(t.client.vms.remove({ vm: 'db' }));
    return t.client.undo.run({});
  };
  const commands: Record<string, () => Promise<{ job: string | null }>> = {
    'a move': () => t.client.vms.move({ vm: 'db', host: 'sim2' }),
    'a snapshot': takes,
    'a revert': async () => {
      await t.done(takes());
      return t.client.snapshots.revert({ snapshot: 'one' });
    },
    'the removal of a snapshot': async () => {
      await t.done(takes());
      return t.client.snapshots.remove({ snapshot: 'one' });
    },
    'a reset': () => t.client.labs.reset({ lab: 'sim1' }),
    'a clone of one VM': () => t.client.vms.clone({ vm: 'db', name: 'db-copy' }),
    'a clone': () => t.client.labs.clone({ lab: 'sim1', copies: 2 }),
  };

  async function isFree(): Promise<void> {
    expect(await t.client.vms.list({})).toMatchObject([{ name: 'db', state: 'down', reason: null }]);
    expect((await t.client.snapshots.list({})).filter(({ state }) => state !== 'ok')).toEqual([]);
    await t.done(t.client.vms.start({ vm: 'db' }));
  }

  it.each(Object.entries(commands))('are released when %s is cancelled immediately', async (_what, command) => {
    const { job } = await command();
    await t.client.jobs.cancel({ job: job ?? '' });
    expect((await t.ended({ job }))?.state).toBe('cancelled');
    await isFree();
  });

  it.each(Object.entries(commands))('are released when the disk is full during %s', async (_what, command) => {
    for (const { id } of t.store.hosts.list()) t.fleet.machine(id).control.slowDown(40);
    const answer = await command();
    await t.until(() => t.store.jobs.get(answer.job ?? '')?.state === 'running');
    const disk = fillDisk(t);
    await new Promise((resolve) => setTimeout(resolve, 500));
    disk.free();
    await t.ended(answer);
    const held = await t.client.vms.list({});
    expect(held.filter(({ state }) => state === 'image_locked')).toEqual([]);
    expect((await t.client.snapshots.list({})).filter(({ state }) => state !== 'ok')).toEqual([]);
  });

  it.each(Object.entries(commands))('are released when the engine ends during %s', async (_what, command) => {
    for (const { id } of t.store.hosts.list()) t.fleet.machine(id).control.slowDown(40);
    const { job } = await command();
    await t.until(() => t.store.jobs.get(job ?? '')?.state === 'running');
    await new Promise((resolve) => setTimeout(resolve, 60));
    await t.engine.stop();
    const next = new TestEngine(t);
    await next.engine.start();
    try {
      await next.ended({ job });
      await next.until(() => next.store.hosts.list().every(({ state }) => state === 'up'));
      const held = await next.client.vms.list({});
      expect(held.filter(({ state }) => state === 'image_locked')).toEqual([]);
      expect((await next.client.snapshots.list({})).filter(({ state }) => state !== 'ok')).toEqual([]);
      await next.done(next.client.vms.start({ vm: 'db' }));
    } finally {
      await next.engine.stop();
    }
  });

  const shapes: Record<string, (t: TestEngine, job: string) => void> = {
    'has a key too many': (t, job) =>
      t.store.jobs.update(job, { payload: { ...(t.store.jobs.get(job)?.payload as object), later: 'x', more: {} } }),
    'has another shape': (t, job) => t.store.jobs.update(job, { payload: { all: [t.store.jobs.get(job)?.payload] } }),
    'is of a kind that nobody knows': (t, job) => t.store.jobs.update(job, { kind: 'vms.teleport' }),
  };
  const unreadable = Object.entries(commands).flatMap(([what, command]) =>
    Object.entries(shapes).map(([how, change]) => [what, how, command, change] as const),
  );
  it.each(unreadable)('is free again when the saved job of %s %s', async (_what, _how, command, change) => {
    for (const { id } of t.store.hosts.list()) t.fleet.machine(id).control.slowDown(40);
    const { job } = await command();
    await t.until(() => t.store.jobs.get(job ?? '')?.state === 'running');
    const [vms, snapshots] = [t.store.vms.list(), t.store.snapshots.list()];
    await t.engine.stop();
    // As a killed engine leaves them.
    for (const { id, state, reason } of vms) t.store.vms.update(id, { state, reason });
    for (const { id, state } of snapshots) if (t.store.snapshots.get(id)) t.store.snapshots.update(id, { state });
    change(t, job ?? '');
    const next = new TestEngine(t);
    await next.engine.start();
    try {
      const ended = await next.ended({ job });
      expect(ended).toMatchObject({ state: 'failed', error: { code: 'NOT_SUPPORTED' } });
      await next.until(() => next.store.hosts.list().every(({ state }) => state === 'up'));
      const held = await next.client.vms.list({});
      expect(held.filter(({ state }) => state === 'image_locked')).toEqual([]);
      expect((await next.client.snapshots.list({})).filter(({ state }) => state !== 'ok')).toEqual([]);
      await next.until(() => next.store.vms.list().find(({ name }) => name === 'db')?.state === 'down');
      await next.done(next.client.vms.start({ vm: 'db' }));
    } finally {
      await next.engine.stop();
    }
  });

  it('stays locked by one job when another, which could not be read, ends', async () => {
    await t.done(t.client.vms.add({ name: 'web', host: 'sim1', boot: { kind: 'image', image: 'debian' } }));
    const [db, web] = ['db', 'web'].map((name) => t.store.vms.byName(name)[0]?.id ?? '');
    const of = { ...t.store.jobs.list()[0]!, startedAt: null, endedAt: null, error: null };
    t.store.transaction((tx) => {
      for (const id of [db!, web!])
        tx.vms.update(id, { state: 'image_locked', reason: { type: 'reason.vm.moving', params: { host: 'sim2' } } });
      tx.jobs.insert({ ...of, id: newId(), state: 'running', subjects: { vmId: web! }, payload: { vmId: web } });
      const broken = {
        ...of,
        id: newId(),
        state: 'running',
        subjects: {},
        payload: { all: [{ of: [db, web] }] },
      } as const;
      tx.jobs.insert(broken);
      releaseLocks(tx, broken, instant(Date.now()));
    });
    expect([db, web].map((id) => t.store.vms.get(id!)?.state)).toEqual(['unknown', 'image_locked']);
  });

  it('are gone with a VM that was removed on a full disk, which is in the trash', async () => {
    const { vms } = machine();
    const { remove } = vms;
    const disk = fillDisk(t);
    disk.free();
    vms.remove = async (...args) => {
      const kept = await remove.apply(vms, args);
      disk.fill();
      setTimeout(() => disk.free(), 500);
      return [...kept, 'disk.qcow2'];
    };
    await t.ended(t.client.vms.remove({ vm: 'db' }));
    expect(await names()).toEqual([]);
    expect(await t.client.trash.list({})).toHaveLength(1);
  });

  it('keep its host out of maintenance, where it would stay frozen', async () => {
    await t.done(t.client.vms.start({ vm: 'db' }));
    await t.until(() => t.store.vms.list()[0]?.state === 'up');
    machine().control.slowDown(20);
    const taking = await takes();
    const leaving = t.client.hosts.maintenance({ host: 'sim1', stopVms: true });
    await expect(leaving).rejects.toMatchObject({ code: 'STATE_ILLEGAL', data: { rule: 'O1' } });
    await t.done(taking);
    await t.done(t.client.hosts.maintenance({ host: 'sim1', stopVms: true }));
  });

  it('are released when restoring a VM is cancelled immediately, and it stays in the trash', async () => {
    const { job } = await restore();
    expect(await names()).toEqual(['db']);
    await t.client.jobs.cancel({ job: job ?? '' });
    expect((await t.ended({ job }))?.state).toBe('cancelled');
    expect(await names()).toEqual([]);
    expect(await t.client.trash.list({})).toHaveLength(1);
    await t.done(t.client.undo.run({}));
    expect(await names()).toEqual(['db']);
  });

  it("are released, and copies removed, when the networks of a clone can't be created", async () => {
    machine().control.failNext(1);
    expect((await t.ended(t.client.labs.clone({ lab: 'sim1', copies: 2 })))?.state).toBe('failed');
    await t.done(t.client.hosts.sync({ host: 'sim1' }));
    await isFree();
  });
});
