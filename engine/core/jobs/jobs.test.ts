import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../ids';
import { fillDisk } from '../../../test/support/full-disk';
import { TestEngine } from '../../../test/support/test-engine';

describe('jobs', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  it('shows each step in progress, with increasing event numbers', async () => {
    await t.addHosts(2);
    const job = await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    expect(job).toMatchObject({
      kind: 'networks.add',
      title: { type: 'networks.add', params: { network: 'blue' } },
      state: 'succeeded',
      by: { user: 'tester' },
    });
    for (const step of job?.steps ?? []) {
      expect(step).toMatchObject({ state: 'succeeded', message: { params: { deployed: 1, removed: 0 } } });
      expect(step.startedAt).not.toBeNull();
      expect(step.endedAt).not.toBeNull();
    }
    const events = t.store.events.after(0, 1000);
    expect(events.map((event) => event.seq)).toEqual([...events.map((event) => event.seq)].sort((a, b) => a - b));
    const own = events.filter((event) => event.subjects.jobId === job?.id).map((event) => event.type);
    expect(own).toEqual(['job.queued', 'job.started', 'job.step', 'job.step', 'job.step', 'job.step', 'job.finished']);
  });

  it('cancels: later steps do not start, and the desired state stays', async () => {
    const [host = ''] = await t.addHosts(1);
    t.fleet.machine(host).control.slowDown(300);
    const { job } = await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await t.until(() => t.store.jobs.get(job ?? '')?.state === 'running');
    await t.client.jobs.cancel({ job: job ?? '' });
    const ended = await t.ended(Promise.resolve({ job }));
    expect(ended).toMatchObject({ state: 'cancelled', steps: [{ state: 'cancelled' }] });
    expect(ended?.error?.remedy?.note).toContain('still applies');
    expect(await t.client.networks.list({})).toHaveLength(1);
    await expect(t.client.jobs.cancel({ job: job ?? '' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it.each([
    ['without a field', {}],
    ['with an unknown field', { hostIds: [], networkIds: null, force: true }],
    ['with another kind of value', { hostIds: 'all', networkIds: null }],
  ])('refuses a payload of another version: %s', async (_what, payload) => {
    const [hostId = ''] = await t.addHosts(1);
    await t.engine.stop();
    const job = newId();
    t.store.jobs.insert({
      id: job,
      kind: 'networks.attach',
      title: { type: 'networks.attach', params: { network: 'blue', cluster: 'Default' } },
      payload,
      subjects: { hostId },
      by: { user: 'anna', door: 'cli' },
      state: 'queued',
      error: null,
      createdAt: new Date().toISOString(),
      startedAt: null,
      endedAt: null,
    });
    const next = new TestEngine({ store: t.store, fleet: t.fleet });
    await next.engine.start();
    try {
      const ended = await next.ended(Promise.resolve({ job }));
      expect(ended).toMatchObject({ state: 'failed', error: { code: 'NOT_SUPPORTED' } });
      await expect(next.client.jobs.retry({ job })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    } finally {
      await next.engine.stop();
    }
  });

  it('of a VM start leave no pending step when cancelled', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.client.vms.add({ name: 'web' });
    t.fleet.machine(host).control.slowDown(300);
    const { job } = await t.client.vms.start({ vm: 'web' });
    await t.until(() => t.store.jobs.get(job ?? '')?.state === 'running');
    await t.client.jobs.cancel({ job: job ?? '' });
    expect(await t.ended(Promise.resolve({ job }))).toMatchObject({ state: 'cancelled', error: { remedy: null } });
  });

  it('continue, and end, once there is space on the disk again', async () => {
    await t.addHosts(1);
    const disk = fillDisk(t);
    const full = t.client.networks.add({ name: 'lost', isIsolated: true, clusters: ['Default'] });
    await expect(full).rejects.toMatchObject({ code: 'STORE_FAILED' });
    disk.free();
    const answer = await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    disk.fill();
    const ended = t.ended(Promise.resolve(answer));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(t.store.jobs.get(answer.job ?? '')?.state).toBe('queued');
    disk.free();
    expect(await ended).toMatchObject({ state: 'succeeded' });
  });

  it('retry a failed job as a new one', async () => {
    const [host = ''] = await t.addHosts(1);
    t.fleet.machine(host).control.failNext(1);
    const failed = await t.ended(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    expect(failed?.state).toBe('failed');
    const again = await t.done(t.client.jobs.retry({ job: failed?.id ?? '' }));
    expect(again?.id).not.toBe(failed?.id);
    expect(again).toMatchObject({ kind: 'networks.add', state: 'succeeded' });
    await expect(t.client.jobs.retry({ job: again?.id ?? '' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it('resume running jobs after a crash under the same id, and report no drift', async () => {
    await t.addHosts(2);
    for (const id of t.store.hosts.list().map((row) => row.id)) t.fleet.machine(id).control.slowDown(100);
    const { job } = await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await t.until(() => t.store.jobs.get(job ?? '')?.state === 'running');
    // The engine is stopped during a deployment; like a killed one it leaves the job as it is.
    await t.engine.stop();
    expect(t.store.jobs.get(job ?? '')?.state).toBe('running');
    const seq = t.store.events.lastSeq();
    const next = new TestEngine(t);
    await next.engine.start();
    const ended = await next.done(Promise.resolve({ job }));
    expect(ended).toMatchObject({ id: job, state: 'succeeded' });
    expect(next.eventTypes(seq).filter((type) => type.startsWith('drift'))).toEqual([]);
    expect(next.store.events.after(seq, 100).map((event) => event.message.type)).toContain('job.interrupted');
    await next.engine.stop();
  });

  it('change and report nothing on a restart without work', async () => {
    await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.engine.stop();
    const seq = t.store.events.lastSeq();
    const next = new TestEngine(t);
    await next.engine.start();
    await next.until(async () => (await next.client.hosts.list({}))[0]?.state === 'up');
    expect(next.eventTypes(seq)).toEqual(['engine.started', 'host.state', 'host.state']);
    await next.engine.stop();
  });

  it('of an unknown kind fail with a readable error', async () => {
    const at = new Date().toISOString();
    t.store.jobs.insert({
      id: '0198c5a0-0000-7000-8000-000000000001',
      kind: 'moon.fly',
      title: { type: 'text', params: { text: 'Fly to the moon' } },
      state: 'queued',
      payload: {},
      error: null,
      by: { user: 'x', door: 'cli' },
      subjects: {},
      createdAt: at,
      startedAt: null,
      endedAt: null,
    });
    const next = new TestEngine(t);
    await next.engine.start();
    const job = await next.ended(Promise.resolve({ job: '0198c5a0-0000-7000-8000-000000000001' }));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'NOT_SUPPORTED' } });
    await next.engine.stop();
  });

  it('are resumed in the order of their requests', async () => {
    const row = { kind: 'moon.fly', state: 'queued', payload: {}, error: null, subjects: {} } as const;
    const times = { createdAt: new Date().toISOString(), startedAt: null, endedAt: null };
    const titles = ['First', 'Second', 'Third'];
    const by = { user: 'x', door: 'cli' } as const;
    for (const title of titles)
      t.store.jobs.insert({ ...row, ...times, id: newId(), title: { type: 'vms.start', params: { vm: title } }, by });
    const seq = t.store.events.lastSeq();
    const next = new TestEngine(t);
    await next.engine.start();
    await next.until(() => next.store.jobs.inState(['queued', 'running']).length === 0);
    const begun = next.store.events.after(seq, 100).filter(({ type }) => type === 'job.started');
    expect(begun.map(({ message }) => message.params)).toEqual(
      titles.map((vm) => ({ title: { type: 'vms.start', params: { vm } } })),
    );
    await next.engine.stop();
  });

  it('know whether the engine is needed, and report when the last job has ended', async () => {
    expect(t.engine.needed()).toBe(false);
    let idle = 0;
    t.engine.onIdle(() => (idle += 1));
    await t.addHosts(1);
    await t.until(() => idle > 0);
    expect(t.engine.needed()).toBe(true);
  });
});
