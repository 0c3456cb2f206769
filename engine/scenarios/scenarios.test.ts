import { note } from '../../contract/remedy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine, hastyClock } from '../../test/support/test-engine';
import { plan } from '../plan/plan';
import { wantedFor, rowsOfHost } from '../plan/model/wanted';
import { SCENARIOS, scenarioNamed } from './catalogue';
import { hostsOf, networksOf, vmsOf } from './scenario';
import { textOf } from '../../english';

const SMALL = ['laptop-lab', 'collaborative-group', 'three-hosts', 'bad-day'];

/** The changes that a converge would still make, over all hosts. */
async function planned(t: TestEngine): Promise<number> {
  const counts = t.store.hosts.list().map(async (host) => {
    const rows = rowsOfHost(t.store, host.id);
    if (!rows) throw new Error(`${host.name} is gone`);
    const observed = await t.observe(host.id);
    return plan(wantedFor(t.store.storeId, rows), observed).groups.length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

const allRun = async (t: TestEngine): Promise<boolean> =>
  (await t.client.vms.list({})).every((vm) => vm.state === 'up');

describe('the scenarios', () => {
  it('are consistent data: unique names, and VMs on hosts and networks of their cluster', () => {
    const hosts = SCENARIOS.flatMap((scenario) => hostsOf(scenario).map(({ name }) => name));
    expect(new Set(hosts).size).toBe(hosts.length);
    for (const scenario of SCENARIOS) {
      const names = [networksOf(scenario), vmsOf(scenario).map(({ name }) => name)];
      for (const list of names) expect(new Set(list).size, scenario.id).toBe(list.length);
      for (const cluster of scenario.clusters) {
        const own = new Set(cluster.hosts.map(({ name }) => name));
        const strays = cluster.vms.filter(
          ({ host, networks }) => !own.has(host) || networks.some((name) => !cluster.networks.includes(name)),
        );
        expect(strays).toEqual([]);
      }
    }
  });

  it('have the documented sizes', () => {
    const { clusters, ...rest } = scenarioNamed('hundred-hosts');
    const all = { clusters, ...rest };
    expect([hostsOf(all).length, networksOf(all).length, vmsOf(all).length]).toEqual([100, 1_000, 10_000]);
  });
});

describe('a scenario', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  it.each(SMALL)('%s is created, runs, and leaves nothing to do', async (id) => {
    const scenario = scenarioNamed(id);
    const answer = await t.client.demo.add({ simulated: true, scenario: id });
    expect(answer.vms).toHaveLength(vmsOf(scenario).length);
    await t.done(Promise.resolve(answer));
    await t.until(() => allRun(t));
    expect(await t.client.vms.list({})).toHaveLength(vmsOf(scenario).length);
    expect((await t.client.hosts.list({})).map((host) => host.state)).toEqual(hostsOf(scenario).map(() => 'up'));
    expect(await planned(t)).toBe(0);
    expect(t.eventTypes().filter((type) => /^drift|ended_from_outside/.test(type))).toEqual([]);
    expect(await t.client.demo.add({ scenario: id })).toMatchObject({ job: null });
    const shown = (await t.client.demo.scenarios()).find((each) => each.id === id);
    expect(shown?.dataCenterId).toBe((await t.client.dataCenters.show({ dataCenter: id })).id);
  });

  it('coexists with others, and its removal only removes its own objects', async () => {
    await t.done(t.client.demo.add({ scenario: 'three-hosts' }));
    await t.done(t.client.demo.add({ scenario: 'laptop-lab' }));
    await t.client.vms.add({ name: 'visitor', cluster: 'three-hosts', vnics: [{ network: 'front' }] });
    await t.done(t.client.demo.remove({ scenario: 'three-hosts' }));
    expect((await t.client.dataCenters.list()).map(({ name }) => name)).toEqual(['Default', 'laptop-lab']);
    expect((await t.client.hosts.list({})).map(({ name }) => name)).toEqual(['simulated']);
    expect((await t.client.networks.list({})).map(({ name }) => name)).toEqual(['blue', 'green']);
    expect(await t.client.vms.list({})).toHaveLength(4);
    await t.until(() => allRun(t));
    await t.done(t.client.demo.remove({ scenario: 'laptop-lab' }));
    expect((await t.client.map.show({})).hosts).toEqual([]);
    expect(t.store.attachments.list()).toEqual([]);
    expect(t.store.vnics.list()).toEqual([]);
  });

  it('is created again by each reset', async () => {
    await t.done(t.client.demo.reset({ scenario: 'collaborative-group' }));
    const shape = async () => {
      await t.until(() => allRun(t));
      const vms = await t.client.vms.list({});
      return vms.map(({ name, vnics }) => [name, vnics.length]);
    };
    const first = await shape();
    await t.done(t.client.vms.stop({ vm: 'ana' }));
    await t.done(t.client.vms.remove({ vm: 'ana' }));
    await t.client.networks.add({ name: 'mine', dataCenter: 'collaborative-group', isIsolated: true });
    await t.done(t.client.demo.reset({ scenario: 'collaborative-group' }));
    expect(await shape()).toEqual(first);
    await t.done(t.client.demo.reset({ scenario: 'collaborative-group' }));
    expect(await shape()).toEqual(first);
    expect((await t.client.networks.list({})).map(({ name }) => name)).toEqual(['group', 'visitors']);
    expect(await planned(t)).toBe(0);
  });

  it('completes what is missing, and continues where a killed engine left it', async () => {
    await t.done(t.client.demo.add({ scenario: 'collaborative-group' }));
    await t.until(() => allRun(t));
    await t.done(t.client.vms.stop({ vm: 'ana' }));
    await t.done(t.client.vms.remove({ vm: 'ana' }));
    await t.done(t.client.vms.stop({ vm: 'ben' }));
    const { job } = await t.client.demo.add({ scenario: 'collaborative-group' });
    await t.engine.stop();
    const next = new TestEngine(t);
    await next.engine.start();
    await next.done({ job });
    await next.until(() => allRun(next));
    expect(await next.client.vms.list({})).toHaveLength(9);
    await next.engine.stop();
  });

  it('is refused if its names are taken, if it is unknown, and while it is being created', async () => {
    await expect(t.client.demo.add({ scenario: 'three-host' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { remedy: note('Did you mean "three-hosts"?') },
    });
    await t.client.dataCenters.add({ name: 'three-hosts' });
    await expect(t.client.demo.add({ scenario: 'three-hosts' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await t.addHosts(1, { prefix: 'simulated' });
    await t.client.hosts.update({ host: 'simulated1', name: 'simulated' });
    await expect(t.client.demo.add({ simulated: true })).rejects.toMatchObject({ code: 'CONFLICT' });
    const { job } = await t.client.demo.add({ scenario: 'collaborative-group' });
    for (const again of [t.client.demo.add, t.client.demo.remove]) {
      await expect(again({ scenario: 'collaborative-group' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    }
    await t.done({ job });
  });

  it('is not cleared while a lab is in its cluster', async () => {
    await t.done(t.client.demo.add({ scenario: 'laptop-lab' }));
    await t.done(t.client.hosts.add({ name: 'real', cluster: 'laptop-lab', how: { kind: 'lab' } }));
    await expect(t.client.demo.reset({ scenario: 'laptop-lab' })).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      message: 'The data center "laptop-lab" has "real", which no scenario created',
    });
    expect((await t.client.hosts.show({ host: 'simulated' })).host.state).toBe('up');
  });

  it('describes what it would do in a dry run, and does nothing', async () => {
    const { preview, job } = await t.client.demo.reset({ scenario: 'three-hosts', dryRun: true });
    expect(job).toBeNull();
    expect(preview?.summary.map(textOf)).toContain('create 23 VMs and start them');
    expect(await t.client.dataCenters.list()).toHaveLength(1);
  });
});

describe('a bad day', () => {
  it('shows drift, a lost host and a failing network, then recovers automatically', async () => {
    // No faster, and watched from the beginning: a machine that is busy with other tests must see the faults too.
    const t = new TestEngine(undefined, hastyClock(8));
    await t.engine.start();
    const made = t.done(t.client.demo.add({ scenario: 'bad-day' }));
    const states = async (): Promise<string[]> => (await t.client.hosts.list({})).map(({ state }) => state);
    const seen = new Set<string>();
    const troubles = ['faraway is non_responsive', 'failing is non_operational', 'cameras is out_of_sync on failing'];
    await t.until(async () => {
      const hosts = await t.client.hosts.list({});
      for (const { name, state } of hosts) seen.add(`${name} is ${state}`);
      if (!seen.has('failing is non_operational')) return false;
      for (const { hostId, state } of (await t.client.networks.show({ network: 'cameras' })).attachments)
        seen.add(`cameras is ${state} on ${hosts.find(({ id }) => id === hostId)?.name}`);
      return troubles.every((trouble) => seen.has(trouble));
    }, 20_000);
    await made;
    await t.until(async () => (await states()).every((state) => state === 'up') && (await allRun(t)), 40_000);
    expect(await planned(t)).toBe(0);
    const types = t.eventTypes();
    const count = (type: string): number => types.filter((each) => each === type).length;
    // On a busy machine many changes arrive at once, and are one repair.
    expect(count('drift.repaired')).toBeGreaterThan(0);
    expect(count('drift.repair_failed')).toBeGreaterThan(0);
    const quiet = t.store.events.lastSeq();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(t.eventTypes(quiet).filter((type) => type.startsWith('drift'))).toEqual([]);
    await t.close();
  }, 70_000);

  it('ends if it is removed in the middle', async () => {
    const t = new TestEngine(undefined, hastyClock(8));
    await t.engine.start();
    // On a busy machine the day begins before all VMs run, and the job may fail by its faults.
    await t.ended(t.client.demo.add({ scenario: 'bad-day' }));
    await t.until(() => t.eventTypes().includes('drift.detected'));
    await t.done(t.client.demo.remove({ scenario: 'bad-day' }));
    expect(t.store.hosts.list()).toEqual([]);
    expect((await t.client.dataCenters.list()).map(({ name }) => name)).toEqual(['Default']);
    await t.close();
  });
});
