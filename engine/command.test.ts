import { say } from '../contract/messages';
import { note } from '../contract/remedy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from './ports/store';
import { TestEngine } from '../test/support/test-engine';
import { textOf } from '../english';

/** Everything that the store holds, for comparison. */
const dump = (store: Store): string =>
  JSON.stringify([
    store.dataCenters.list(),
    store.clusters.list(),
    store.hosts.list(),
    store.networks.list(),
    store.networkClusters.list(),
    store.attachments.list(),
    store.vnicProfiles.list(),
    store.vms.list(),
    store.vnics.list(),
    store.jobs.list(),
    store.events.after(0, 100_000),
    store.counters.peek('guest-subnet'),
  ]);

describe('commands', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  it('a dry run changes nothing and returns what the real run would do', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'green', isIsolated: true, clusters: ['Default'] }));
    // Its observation covers all notices of the change before it: none follows.
    await t.done(t.client.hosts.sync({ host }));
    const before = dump(t.store);
    const { job, preview, network } = await t.client.networks.add({
      name: 'blue',
      isIsolated: true,
      clusters: ['Default'],
      dryRun: true,
    });
    expect(job).toBeNull();
    expect(network.name).toBe('blue');
    expect(preview).toEqual({
      summary: [say('preview.network.add', { network: 'blue', isIsolated: true, bridge: 'blue' })],
      hosts: [
        {
          hostId: host,
          host: 'sim1',
          changes: [say('change.bridge.create', { bridge: 'blue', mtu: 1500 })],
          problem: null,
        },
      ],
    });
    expect(dump(t.store)).toBe(before);
    const observed = await t.observe(host);
    expect(observed.bridges.map((bridge) => bridge.name)).toEqual(['green']);
  });

  it('leaves no job waiting if other work fails', async () => {
    t.secrets.put = () => Promise.reject(new Error('the keyring is locked'));
    const how = { kind: 'simulated', delayMs: 0 } as const;
    const adding = t.client.hosts.add({ name: 'sim1', cluster: 'Default', how, secrets: { password: 'x' } });
    await expect(adding).rejects.toMatchObject({ code: 'INTERNAL' });
    await t.until(() => t.store.jobs.list().every(({ state }) => state === 'succeeded'));
  });

  it('previews obstacles, and hosts that cannot be observed', async () => {
    const [one = '', two = ''] = await t.addHosts(2);
    await t.fleet.machine(one).control.addForeignBridge('blue');
    t.fleet.machine(two).control.setUnreachable(true);
    const { preview } = await t.client.networks.add({
      name: 'blue',
      isIsolated: true,
      clusters: ['Default'],
      dryRun: true,
    });
    const problems = new Map(preview?.hosts.map(({ hostId, problem }) => [hostId, problem && textOf(problem)]));
    expect(problems.get(one)).toContain('in the way');
    expect(problems.get(two)).toContain("it can't be observed");
  });

  it('a dry run of a new host, of removal and of maintenance says so', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const removal = await t.client.networks.remove({ network: 'blue', dryRun: true });
    expect(removal.preview?.hosts[0]?.changes.map(textOf)).toEqual(['delete the bridge blue']);
    const added = await t.client.hosts.add({ name: 'new', how: { kind: 'simulated' }, dryRun: true });
    expect(added.preview?.hosts).toMatchObject([{ host: 'new', changes: [], problem: say('problem.new_host', {}) }]);
    const maintenance = await t.client.hosts.maintenance({ host, dryRun: true });
    expect(maintenance.preview?.summary).toEqual([say('preview.host.maintenance', { host: 'sim1' })]);
    expect((await t.client.hosts.list({})).map((each) => each.name)).toEqual(['sim1']);
  });

  it('a refused command changes nothing', async () => {
    await t.client.networks.add({ name: 'blue', isIsolated: true });
    const before = dump(t.store);
    await expect(t.client.networks.add({ name: 'blue', isIsolated: true })).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { rule: 'O5', field: 'name' },
    });
    await expect(
      t.client.networks.addMany({
        networks: [
          { name: 'red', isIsolated: true },
          { name: 'x', isIsolated: true, vlan: 5 },
        ],
      }),
    ).rejects.toMatchObject({ code: 'RULE_BROKEN', data: { rule: 'S3' } });
    expect(dump(t.store)).toBe(before);
  });

  it.each([
    ['bond0', 'must not start with "bond"'],
    ['', 'must not be empty'],
    ['a\nb', 'no control characters'],
    ['x'.repeat(300), 'at most 256'],
  ])('refuses the network name %j with an error that names the field', async (name, words) => {
    const error: unknown = await t.client.networks.add({ name, isIsolated: true }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'BAD_INPUT', status: 400, defined: true, data: { field: 'name' } });
    expect((error as Error).message).toMatch(/^name: /);
    expect((error as Error).message).toContain(words);
  });

  it('keeps hostile names out of host names of bridges', async () => {
    const [host = ''] = await t.addHosts(1);
    const names = [';$(reboot)', '../x', '-leading', '🏝️', 'eth0', 'all', '"quoted"'];
    await t.done(
      t.client.networks.addMany({ networks: names.map((name) => ({ name, isIsolated: true, clusters: ['Default'] })) }),
    );
    const { bridges } = await t.observe(host);
    expect(bridges).toHaveLength(names.length);
    for (const { name } of bridges) expect(name).toMatch(/^on[0-9a-z]{13}$/);
  });

  it('an unexpected error is reported with an id that is in the log, without its stack', async () => {
    t.store.dataCenters.list = () => {
      throw new TypeError('secret detail');
    };
    const error = (await t.client.dataCenters.list().catch((e: unknown) => e)) as {
      code: string;
      message: string;
      data: { id: string };
    };
    expect(error).toMatchObject({ code: 'INTERNAL' });
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(JSON.stringify(t.log.lines)).toContain(error.data.id);
    expect(JSON.stringify(t.log.lines)).toContain('secret detail');
  });

  it('finds by id, name and path, and suggests similar names', async () => {
    await t.client.networks.add({ name: 'blue', isIsolated: true });
    await t.client.dataCenters.add({ name: 'Second' });
    await t.client.networks.add({ name: 'blue', isIsolated: true, dataCenter: 'Second' });
    await expect(t.client.networks.show({ network: 'blue' })).rejects.toMatchObject({ code: 'AMBIGUOUS' });
    const { network } = await t.client.networks.show({ network: 'Second/blue' });
    expect((await t.client.networks.show({ network: network.id })).network.id).toBe(network.id);
    await expect(t.client.networks.show({ network: 'blu' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { remedy: note('Did you mean "blue"?'), field: 'network' },
    });
  });
});
