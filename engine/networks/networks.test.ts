import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

describe('networks', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  it('gives each isolated network a bridge, a profile and guest addresses of its own', async () => {
    const { networks } = await t.client.networks.addMany({
      networks: [
        { name: 'blue', isIsolated: true },
        { name: 'the green one', isIsolated: true },
      ],
    });
    expect(networks.map((network) => network.bridge)).toEqual(['blue', expect.stringMatching(/^on[0-9a-z]{13}$/)]);
    expect(new Set(networks.map((network) => network.guestSubnet)).size).toBe(2);
    const { profiles } = await t.client.networks.show({ network: 'blue' });
    expect(profiles).toMatchObject([{ name: 'blue' }]);
  });

  it('is all or nothing in bulk, and refuses duplicate names in it', async () => {
    await expect(
      t.client.networks.addMany({
        networks: [
          { name: 'blue', isIsolated: true },
          { name: 'blue', isIsolated: true },
        ],
      }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await t.client.networks.list({})).toEqual([]);
  });

  it('is attached in bulk as one by one, by label and by kind', async () => {
    const [, far = ''] = await t.addHosts(2);
    await t.done(t.client.hosts.label({ host: far, add: ['dmz'] }));
    const drafts = [
      { isIsolated: true },
      { isIsolated: true, label: 'dmz' },
      { isIsolated: false, vlan: 7 },
      { isIsolated: true, clusters: [] },
    ].map((draft) => ({ clusters: ['Default'], ...draft }));
    const many = drafts.map((draft, i) => ({ ...draft, name: `many${i}` }));
    await t.done(t.client.networks.addMany({ networks: many }));
    const shown = async (name: string) => {
      const { network, attachments } = await t.client.networks.show({ network: name });
      return { clusters: network.clusters, on: attachments.map(({ hostId, state }) => [hostId, state]) };
    };
    for (const [i, draft] of drafts.entries()) {
      const { job } = await t.client.networks.add({ ...draft, name: `one${i}`, ...(draft.vlan ? { vlan: 8 } : {}) });
      if (job !== null) await t.done({ job });
      expect(await shown(`many${i}`)).toEqual(await shown(`one${i}`));
    }
    expect((await shown('many0')).on).toHaveLength(2);
    expect((await shown('many1')).on).toEqual([[far, 'in_sync']]);
    expect((await shown('many2')).clusters).toMatchObject([{ required: false }]);
    expect(await shown('many3')).toEqual({ clusters: [], on: [] });
  });

  it('attaches a regular network as optional, without putting it on hosts', async () => {
    await t.client.networks.add({ name: 'lan', vlan: 7 });
    const { job } = await t.client.networks.attach({ network: 'lan', cluster: 'Default' });
    await t.done({ job });
    const { network, attachments } = await t.client.networks.show({ network: 'lan' });
    expect(network.clusters).toMatchObject([{ required: false }]);
    expect(attachments).toEqual([]);
    await expect(t.client.networks.add({ name: 'wan', nic: 'eth1' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      data: { rule: 'S3', field: 'nic' },
    });
    await expect(t.client.networks.update({ network: 'lan', isIsolated: true })).rejects.toMatchObject({
      data: { rule: 'S1' },
    });
  });

  it('is always required in a cluster, and attached there once (S4)', async () => {
    await t.client.networks.add({ name: 'blue', isIsolated: true });
    await expect(
      t.client.networks.attach({ network: 'blue', cluster: 'Default', required: false }),
    ).rejects.toMatchObject({ data: { rule: 'S4' } });
    await t.client.networks.attach({ network: 'blue', cluster: 'Default' });
    await expect(t.client.networks.attach({ network: 'blue', cluster: 'Default' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('detaching removes it from the hosts of that cluster only (O6)', async () => {
    await t.client.clusters.add({ name: 'Second' });
    const [one = ''] = await t.addHosts(1);
    const [two = ''] = await t.addHosts(1, { cluster: 'Second', prefix: 'other' });
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default', 'Second'] }));
    await t.done(t.client.networks.detach({ network: 'blue', cluster: 'Second' }));
    const names = async (id: string): Promise<string[]> => {
      const { bridges } = await t.observe(id);
      return bridges.map((bridge) => bridge.name);
    };
    expect(await names(one)).toEqual(['blue']);
    expect(await names(two)).toEqual([]);
    expect((await t.client.networks.list({ cluster: 'Second' })).length).toBe(0);
    expect((await t.client.networks.list({ cluster: 'Default' })).length).toBe(1);
  });

  it('renames without touching a host: the bridge keeps its name (O5)', async () => {
    const [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const { job, network } = await t.client.networks.update({ network: 'blue', name: 'azure', comment: 'sky' });
    expect(job).toBeNull();
    expect(network).toMatchObject({ name: 'azure', bridge: 'blue', comment: 'sky' });
    const { bridges } = await t.observe(host);
    expect(bridges.map((bridge) => bridge.name)).toEqual(['blue']);
  });

  it('derives the state of a network in a cluster from its attachments (O6)', async () => {
    await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    const status = async (): Promise<string | undefined> => (await t.client.networks.list({}))[0]?.clusters[0]?.status;
    expect(await status()).toBe('non_operational');
    const [host = ''] = await t.addHosts(1);
    expect(await status()).toBe('operational');
    await t.done(t.client.hosts.maintenance({ host }));
    expect(await status()).toBe('non_operational');
  });
});
