import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

describe('labels (S9)', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    for (const name of ['one', 'two']) await t.done(await t.client.hosts.add({ name, how: SIMULATED }));
    await t.done(await t.client.hosts.label({ host: 'two', add: ['dmz', 'b', 'dmz'] }));
  });
  afterEach(() => t.close());

  /** Names of the hosts that have a network, in the database and as a bridge. */
  async function whereIs(network: string): Promise<string[]> {
    const { attachments } = await t.client.networks.show({ network });
    const hosts = await t.client.hosts.list({});
    const observations = await Promise.all(hosts.map(({ id }) => t.observe(id)));
    const deployed = hosts.filter((_, i) => observations[i]?.bridges.some(({ name }) => name === network));
    expect(deployed.map(({ id }) => id).sort()).toEqual(attachments.map(({ hostId }) => hostId).sort());
    return deployed.map(({ name }) => name).sort();
  }
  const host = async (name: string) => (await t.client.hosts.show({ host: name })).host;

  it('keeps the labels of a host unique and sorted', async () => {
    expect((await host('two')).labels).toEqual(['b', 'dmz']);
    const { preview, job } = await t.client.hosts.label({ host: 'two', remove: ['b'], dryRun: true });
    expect([preview?.summary.map(textOf), job]).toEqual([['remove the label b from "two"'], null]);
    expect((await host('two')).labels).toEqual(['b', 'dmz']);
    await expect(t.client.hosts.label({ host: 'two', add: ['no blanks'] })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('put a labelled network on the hosts that have the label, and an unlabelled one on all', async () => {
    await t.done(await t.client.networks.add({ name: 'blue', isIsolated: true, label: 'dmz', clusters: ['Default'] }));
    await t.done(await t.client.networks.add({ name: 'green', isIsolated: true, clusters: ['Default'] }));
    expect(await whereIs('blue')).toEqual(['two']);
    expect(await whereIs('green')).toEqual(['one', 'two']);
    // Required there (S4), and only there: a host without the label lacks nothing (O1).
    expect((await host('one')).state).toBe('up');
    const { network } = await t.client.networks.show({ network: 'blue' });
    expect(network.clusters).toMatchObject([{ required: true, status: 'operational' }]);
  });

  it('add networks to a host and remove them as it gets and loses the label', async () => {
    await t.done(await t.client.networks.add({ name: 'blue', isIsolated: true, label: 'dmz', clusters: ['Default'] }));
    await t.done(await t.client.hosts.label({ host: 'one', add: ['dmz'] }));
    expect(await whereIs('blue')).toEqual(['one', 'two']);
    await t.done(await t.client.hosts.label({ host: 'two', remove: ['dmz'] }));
    expect(await whereIs('blue')).toEqual(['one']);
  });

  it('move a network when its own label changes, and put it on all hosts without one', async () => {
    await t.done(await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const { preview } = await t.client.networks.update({ network: 'blue', label: 'dmz', dryRun: true });
    expect(preview?.hosts.map(({ host: name, changes }) => [name, changes.map(textOf)])).toEqual([
      ['one', ['delete the bridge blue']],
    ]);
    await t.done(await t.client.networks.update({ network: 'blue', label: 'dmz' }));
    expect(await whereIs('blue')).toEqual(['two']);
    await t.done(await t.client.networks.update({ network: 'blue', label: null }));
    expect(await whereIs('blue')).toEqual(['one', 'two']);
  });

  it('apply to a new host, and to one that returns from maintenance', async () => {
    await t.done(await t.client.networks.add({ name: 'blue', isIsolated: true, label: 'dmz', clusters: ['Default'] }));
    await t.done(await t.client.hosts.add({ name: 'three', how: SIMULATED, labels: ['dmz'] }));
    await t.done(await t.client.hosts.add({ name: 'four', how: SIMULATED, labels: ['other'] }));
    expect(await whereIs('blue')).toEqual(['three', 'two']);
    await t.done(await t.client.hosts.maintenance({ host: 'one' }));
    await t.client.hosts.label({ host: 'one', add: ['dmz'] });
    await t.done(await t.client.hosts.activate({ host: 'one' }));
    expect(await whereIs('blue')).toEqual(['one', 'three', 'two']);
  });

  it('place VMs only on hosts with their networks, and name the label otherwise', async () => {
    await t.done(await t.client.networks.add({ name: 'blue', isIsolated: true, label: 'dmz', clusters: ['Default'] }));
    await t.client.vms.add({ name: 'web', vnics: [{ network: 'blue' }] });
    await expect(t.client.vms.start({ vm: 'web', host: 'one' })).rejects.toMatchObject({
      code: 'NO_CAPACITY',
      message: expect.stringContaining('does not have the label dmz of the network "blue"') as string,
    });
    await t.done(await t.client.vms.start({ vm: 'web' }));
    expect((await t.client.vms.show({ vm: 'web' })).hostId).toBe((await host('two')).id);
  });

  it('refuse to remove a network in use by a VM, by either label, and to plug in a vNIC on a host without the label', async () => {
    await t.done(await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.done(
      await t.client.networks.add({ name: 'secret', isIsolated: true, label: 'dmz', clusters: ['Default'] }),
    );
    await t.client.vms.add({ name: 'web', host: 'one', vnics: [{ network: 'blue' }] });
    await t.done(await t.client.vms.start({ vm: 'web', host: 'one' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'web' })).state === 'up');
    const refused = { code: 'RULE_BROKEN', data: { rule: 'S9' } };
    await expect(t.client.networks.update({ network: 'blue', label: 'dmz' })).rejects.toMatchObject(refused);
    await expect(t.client.vnics.add({ vm: 'web', network: 'secret' })).rejects.toMatchObject(refused);
    await t.done(await t.client.hosts.label({ host: 'one', add: ['dmz'] }));
    await t.done(await t.client.vnics.add({ vm: 'web', network: 'secret' }));
    await expect(t.client.hosts.label({ host: 'one', remove: ['dmz'] })).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('"web"') as string,
    });
    expect(await whereIs('secret')).toEqual(['one', 'two']);
  });

  it('limit the requirement of a regular network to their hosts (O1)', async () => {
    await t.client.networks.add({ name: 'lan', label: 'dmz' });
    await t.client.networks.attach({ network: 'lan', cluster: 'Default', required: true });
    await t.done(await t.client.hosts.sync({ host: 'one' }));
    await t.done(await t.client.hosts.sync({ host: 'two' }));
    expect((await host('one')).state).toBe('up');
    expect(await host('two')).toMatchObject({
      state: 'non_operational',
      reason: { type: 'reason.host.lacks_networks', params: { networks: ['lan'], more: 0 } },
    });
  });

  it('can be undone on a network', async () => {
    await t.done(await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.done(await t.client.networks.update({ network: 'blue', label: 'dmz' }));
    const { job } = await t.client.undo.run({});
    if (job) await t.done({ job });
    expect((await t.client.networks.show({ network: 'blue' })).network.label).toBeNull();
    expect(await whereIs('blue')).toEqual(['one', 'two']);
  });

  it('are in an exported file, and an applied one', async () => {
    await t.done(await t.client.networks.add({ name: 'blue', isIsolated: true, label: 'dmz', clusters: ['Default'] }));
    const { text } = await t.client.labfile.export({ dataCenter: 'Default' });
    expect(text).toContain('label: dmz');
    const changed = text
      .replace('    label: dmz\n', '    label: b\n')
      .replace('name: one\n', 'name: one\n    labels: [b]\n');
    const { job, plan } = await t.client.labfile.apply({ text: changed });
    expect(plan.map(textOf)).toEqual(expect.arrayContaining([expect.stringContaining('the label b')]) as string[]);
    if (job) await t.done({ job });
    expect(await whereIs('blue')).toEqual(['one', 'two']);
    expect((await host('one')).labels).toEqual(['b']);
  });
});

const SIMULATED = { kind: 'simulated', delayMs: 0 } as const;
