import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { textOf } from '../../english';
import { fillDisk } from '../../test/support/full-disk';
import { TestEngine } from '../../test/support/test-engine';

describe('the engine and its hosts', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  const bridges = async (hostId: string) => {
    const { signal } = new AbortController();
    // A host that the engine has released is connected again; one that it drives does not mind.
    await t.fleet.machine(hostId).connect(signal);
    return (await t.observe(hostId)).bridges;
  };

  it('deploys an attached network on all active hosts in parallel (S5)', async () => {
    const hosts = await t.addHosts(3, { delayMs: 60 });
    await t.client.networks.add({ name: 'blue', isIsolated: true });
    const job = await t.done(t.client.networks.attach({ network: 'blue', cluster: 'Default' }));
    // In parallel: every host started before the first one finished.
    const begun = job?.steps.map(({ startedAt }) => String(startedAt)) ?? [];
    const ended = job?.steps.map(({ endedAt }) => String(endedAt)) ?? [];
    expect(begun.sort().at(-1)).toSatisfy((last: string) => last < String(ended.sort()[0]));
    expect(job?.steps.map((step) => step.state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    for (const id of hosts) {
      expect((await bridges(id)).map(({ name, up, sealIngress }) => ({ name, up, sealIngress }))).toEqual([
        { name: 'blue', up: true, sealIngress: 'ok' },
      ]);
    }
    const { network, attachments } = await t.client.networks.show({ network: 'blue' });
    expect(network.clusters).toMatchObject([{ required: true, status: 'operational' }]);
    expect(attachments.map((each) => each.state)).toEqual(['in_sync', 'in_sync', 'in_sync']);
    expect(t.eventTypes().filter((type) => type === 'network.deployed')).toHaveLength(3);
    expect(t.eventTypes().filter((type) => type.startsWith('drift'))).toEqual([]);
  });

  it('reports many networks that a host gets at once in one event, which names some', async () => {
    await t.addHosts(1);
    const networks = Array.from({ length: 12 }, (_, i) => ({ name: `n${i}`, isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.networks.addMany({ networks }));
    const reported = t.store.events.after(0, 1000).filter((event) => event.type === 'network.deployed');
    expect(reported.map(({ message }) => textOf(message))).toEqual([
      '12 networks are deployed on sim1: n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 2 more',
    ]);
    expect((await t.client.networks.show({ network: 'n11' })).checks).toMatchObject([{ verdict: 'isolated' }]);
  });

  it('reports a failing host on the host, the network and the job, continues with the others, and retries', async () => {
    const [good = '', bad = ''] = await t.addHosts(2);
    t.fleet.machine(bad).control.failNext(2);
    const job = await t.ended(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'JOB_FAILED' } });
    expect(job?.error?.message).toContain('sim2');
    expect(job?.steps.map((step) => step.state).sort()).toEqual(['failed', 'succeeded']);
    expect((await bridges(good)).map((bridge) => bridge.name)).toEqual(['blue']);
    const { attachments } = await t.client.networks.show({ network: 'blue' });
    expect(attachments.find((each) => each.hostId === bad)).toMatchObject({ state: 'failed' });
    const shown = await t.client.hosts.show({ host: bad });
    expect(shown.host).toMatchObject({ state: 'non_operational' });
    expect(shown.host.reason).toMatchObject({ params: { networks: ['blue'] } });
    await t.until(async () => (await t.client.hosts.show({ host: bad })).host.state === 'up');
    expect((await bridges(bad)).map((bridge) => bridge.name)).toEqual(['blue']);
  });

  it('creates what is missing before a host counts as up (S6)', async () => {
    await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    const [host = ''] = await t.addHosts(1);
    const types = t.store.events
      .after(0, 1000)
      .filter((event) => event.type === 'network.deployed' || event.type === 'host.state')
      .map((event) => textOf(event.message));
    expect(types).toEqual(['Host sim1 is connecting', 'Network blue on sim1 is deployed', 'Host sim1 is up']);
    expect((await bridges(host)).map((bridge) => bridge.name)).toEqual(['blue']);
  });

  it('validates an activated host by one observation, the one that follows its connection', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.hosts.maintenance({ host }));
    const observe = vi.spyOn(t.fleet.machine(host), 'observe');
    await t.done(t.client.hosts.activate({ host }));
    expect(observe).toHaveBeenCalledTimes(1);
    expect((await t.client.hosts.show({ host })).host.state).toBe('up');
  });

  it('reports no host as up before it has answered the new engine', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.engine.stop();
    t.fleet.machine(host).control.slowDown(200);
    const next = new TestEngine(t);
    await next.engine.start();
    expect((await next.client.hosts.show({ host })).host.state).toBe('connecting');
    await next.until(async () => (await next.client.hosts.show({ host })).host.state === 'up');
    await next.engine.stop();
  });

  it('reports drift once, repairs it, and does not mistake its own changes for drift', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const seq = t.store.events.lastSeq();
    await t.fleet.machine(host).control.deleteBridge('blue');
    await t.until(() => t.eventTypes(seq).includes('drift.repaired'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(t.eventTypes(seq)).toEqual(['drift.detected', 'drift.repaired']);
    const [found] = t.store.events.after(seq, 1);
    expect(found).toMatchObject({
      by: { door: 'unknown' },
      message: { params: { network: 'blue', host: 'sim1', drift: [{ kind: 'bridge_missing', bridge: 'blue' }] } },
    });
    expect(found && textOf(found.message)).toBe(
      'Network blue on sim1 was changed outside Atoll: the bridge blue is missing',
    );
    expect(await bridges(host)).toMatchObject([{ name: 'blue', sealIngress: 'ok', sealEgress: 'ok', up: true }]);
  });

  it('repairs although the disk is full, and reports it once there is space again', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const seq = t.store.events.lastSeq();
    const disk = fillDisk(t);
    await t.fleet.machine(host).control.flushSeal('blue');
    const sealed = async () => (await bridges(host)).every((bridge) => bridge.sealIngress === 'ok');
    await t.until(sealed);
    disk.free();
    await t.until(() => t.eventTypes(seq).includes('drift.repaired'));
    expect(t.eventTypes(seq)).toEqual(['drift.detected', 'drift.repaired']);
  });

  it('removes a removed network from the hosts and leaves foreign bridges alone', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.fleet.machine(host).control.addForeignBridge('admins');
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.networks.remove({ network: 'blue' }));
    expect((await bridges(host)).map((bridge) => bridge.name)).toEqual(['admins']);
    expect(t.eventTypes()).toContain('network.removed_from_host');
    const { unmanaged } = await t.client.hosts.show({ host });
    expect(unmanaged).toEqual([{ name: 'admins', ports: [], owner: null, isolated: true, refused: null }]);
  });

  it("a foreign interface with the bridge's name is a failure of that host, reported with the remedy (O5)", async () => {
    const [host = ''] = await t.addHosts(1);
    await t.fleet.machine(host).control.addForeignBridge('blue');
    const job = await t.ended(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    expect(job?.error?.message).toContain('in the way');
    const { attachments } = await t.client.networks.show({ network: 'blue' });
    expect(attachments).toMatchObject([{ state: 'failed' }]);
    expect(attachments[0]?.message).toContain('rename or remove blue');
  });

  it('changes the MTU on all hosts and reports no drift', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const seq = t.store.events.lastSeq();
    await t.done(t.client.networks.update({ network: 'blue', mtu: 9000 }));
    expect((await bridges(host))[0]?.mtu).toBe(9000);
    expect(t.eventTypes(seq).filter((type) => type.startsWith('drift'))).toEqual([]);
  });

  it('sees in its next observation a desired state that changed after its first', async () => {
    const [host = ''] = await t.addHosts(1);
    const machine = t.fleet.machine(host);
    const apply = machine.apply.bind(machine);
    vi.spyOn(machine, 'apply').mockImplementationOnce(async (groups, signal) => {
      const outcomes = await apply(groups, signal);
      const [blue] = t.store.networks.byName('blue');
      // Not by a command, which would observe itself.
      t.store.transaction((tx) => tx.networks.update(blue?.id ?? '', { mtu: 1400 }));
      return outcomes;
    });
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    expect(await bridges(host)).toMatchObject([{ name: 'blue', mtu: 1400 }]);
  });

  it('keeps bridges in maintenance, and does nothing there until it is activated', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.hosts.maintenance({ host }));
    expect((await t.client.hosts.show({ host })).host.state).toBe('maintenance');
    expect((await bridges(host)).map((bridge) => bridge.name)).toEqual(['blue']);
    expect(await t.client.networks.add({ name: 'green', isIsolated: true, clusters: ['Default'] })).toMatchObject({
      job: null,
    });
    expect((await bridges(host)).map((bridge) => bridge.name)).toEqual(['blue']);
    await t.done(t.client.hosts.activate({ host }));
    expect((await bridges(host)).map((bridge) => bridge.name).sort()).toEqual(['blue', 'green']);
    await expect(t.client.hosts.activate({ host })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it('releases a host in maintenance even if the job for that is cancelled, and drives it again at once', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const { job } = await t.client.hosts.maintenance({ host });
    await t.client.jobs.cancel({ job: job ?? '' });
    await t.until(() => !t.engine.needed());
    const again = await t.client.hosts.activate({ host });
    await t.done(Promise.resolve(again));
    expect((await t.client.hosts.show({ host })).host.state).toBe('up');
    for (let i = 0; i < 5; i += 1) {
      await t.client.hosts.maintenance({ host });
      await t.done(t.client.hosts.activate({ host }));
    }
    expect((await bridges(host)).map((bridge) => bridge.name)).toEqual(['blue']);
  });

  it('reconnects automatically when a host comes back', async () => {
    const [host = ''] = await t.addHosts(1);
    t.fleet.machine(host).control.setUnreachable(true);
    await t.until(async () => (await t.client.hosts.show({ host })).host.state === 'non_responsive');
    await expect(
      t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] })),
    ).rejects.toThrow('does not answer');
    t.fleet.machine(host).control.setUnreachable(false);
    await t.until(async () => (await t.client.hosts.show({ host })).host.state === 'up');
    expect((await bridges(host)).map((bridge) => bridge.name)).toEqual(['blue']);
  });

  it('removes a host in maintenance with our objects on it', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await expect(t.client.hosts.remove({ host })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    await t.done(t.client.hosts.maintenance({ host }));
    await t.done(t.client.hosts.remove({ host }));
    expect(await t.client.hosts.list({})).toEqual([]);
    expect(t.engine.needed()).toBe(false);
  });
});
