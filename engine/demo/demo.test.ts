import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

describe('the demo', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  it('creates two isolated networks and four running VMs, one of them on both', async () => {
    const answer = await t.client.demo.add({ simulated: true });
    expect(answer).toMatchObject({ host: 'simulated', networks: ['blue', 'green'], vms: ['web', 'db', 'ci', 'gw'] });
    await t.done(Promise.resolve(answer));
    await t.until(async () => (await t.client.vms.list({})).every((vm) => vm.state === 'up'));
    expect((await t.client.vms.list({ network: 'green' })).map((vm) => vm.name)).toEqual(['ci', 'gw']);
    expect(await t.client.map.reach({ from: 'web', to: 'db' })).toMatchObject({ kind: 'direct' });
    expect(await t.client.map.reach({ from: 'web', to: 'ci' })).toMatchObject({
      kind: 'through',
      hops: [{ toVm: 'gw' }, { toVm: 'ci' }],
    });
    expect(t.eventTypes().filter((type) => type.startsWith('drift') || type === 'vm.ended_from_outside')).toEqual([]);
  });

  it('does nothing if it exists, and completes missing parts', async () => {
    await t.done(t.client.demo.add({ simulated: true }));
    await t.until(async () => (await t.client.vms.list({})).every((vm) => vm.state === 'up'));
    expect(await t.client.demo.add({ simulated: true })).toMatchObject({ job: null });
    await t.done(t.client.vms.stop({ vm: 'ci' }));
    await t.done(t.client.vms.remove({ vm: 'ci' }));
    await t.done(t.client.demo.add({ simulated: true }));
    await t.until(async () => (await t.client.vms.show({ vm: 'ci' })).state === 'up');
    expect(await t.client.vms.list({})).toHaveLength(4);
  });

  it('has its networks on every active host of the cluster at the end', async () => {
    const [other = ''] = await t.addHosts(1);
    await t.done(t.client.demo.add({}));
    const { attachments } = await t.client.networks.show({ network: 'blue' });
    expect(attachments).toHaveLength(2);
    expect(attachments.find(({ hostId }) => hostId === other)).toMatchObject({ state: 'in_sync' });
  });

  it('adds the gateway to the network outside on request, on a lab only, and serves a page from there', async () => {
    await expect(t.client.demo.add({ simulated: true, outside: true })).rejects.toMatchObject({
      data: { rule: 'S12' },
    });
    const answer = await t.client.demo.add({ outside: true });
    expect(answer.page).toMatch(/^http:\/\/127\.0\.0\.2:\d+\/$/);
    await t.done(answer);
    await t.until(async () => (await t.client.forwards.list({ vm: 'gw' }))[0]?.state === 'open');
    expect((await t.client.networks.show({ network: 'blue' })).waysOut).toMatchObject([{ name: 'gw' }]);
    // A second run finds everything, including the page; and everything is removed.
    expect(await t.client.demo.add({ outside: true })).toMatchObject({ page: answer.page, job: null });
    const { removed, job } = await t.client.demo.remove({});
    expect(removed).toEqual(['web', 'db', 'ci', 'gw', 'blue', 'green', 'outside', 'laptop']);
    await t.done({ job });
    expect(await t.client.networks.list({})).toEqual([]);
    expect(await t.client.forwards.list({})).toEqual([]);
  });

  it('gets no uplink under a running gateway', async () => {
    await t.done(t.client.demo.add({}));
    await t.until(async () => (await t.client.vms.list({})).every((vm) => vm.state === 'up'));
    await expect(t.client.demo.add({ outside: true })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    await t.done(t.client.vms.stop({ vm: 'gw' }));
    await t.done(t.client.demo.add({ outside: true }));
    await t.until(async () => (await t.client.forwards.list({ vm: 'gw' }))[0]?.state === 'open');
  });

  it('removes exactly what it created', async () => {
    await t.client.networks.add({ name: 'mine', isIsolated: true, clusters: ['Default'] });
    await t.done(t.client.demo.add({ simulated: true }));
    const { removed, job } = await t.client.demo.remove({ simulated: true });
    expect(removed).toEqual(['web', 'db', 'ci', 'gw', 'blue', 'green', 'simulated']);
    await t.done(Promise.resolve({ job }));
    expect((await t.client.networks.list({})).map((network) => network.name)).toEqual(['mine']);
    expect(await t.client.vms.list({})).toEqual([]);
    expect(await t.client.hosts.list({})).toEqual([]);
    expect(await t.client.demo.remove({ simulated: true })).toMatchObject({ removed: [], job: null });
  });

  it('can exist beside the one in a lab, which refuses foreign objects', async () => {
    await t.done(t.client.demo.add({ simulated: true }));
    await t.client.networks.add({ name: 'green', isIsolated: true });
    await expect(t.client.demo.add({})).rejects.toMatchObject({ code: 'CONFLICT' });
    await t.client.networks.remove({ network: 'Default/green' });
    await t.done(t.client.demo.add({}));
    expect(await t.client.vms.list({})).toHaveLength(8);
    expect((await t.client.vms.show({ vm: 'laptop-lab/web' })).name).toBe('web');
    await t.done(t.client.demo.remove({ simulated: true }));
    expect((await t.client.hosts.list({})).map((host) => host.name)).toEqual(['laptop']);
  });

  it('in a lab is not removed if others use it', async () => {
    await t.done(t.client.demo.add({}));
    await t.client.vms.add({ name: 'my own', vnics: [{ network: 'blue' }] });
    await expect(t.client.demo.remove({})).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      message: 'The network "blue" is used by "my own"',
    });
    expect(await t.client.vms.list({})).toHaveLength(5);
  });
});
