import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

describe('stretched networks', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(3, { prefix: 'host' });
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
  });
  afterEach(() => t.close());

  const stretch = (input: object = {}) => t.done(t.client.networks.stretch({ network: 'blue', ...input }));
  const network = async () => (await t.client.networks.show({ network: 'blue' })).network;
  const hostId = async (host: string) => (await t.client.hosts.show({ host })).host.id;
  const observed = async (host: string) => (await t.observe(await hostId(host))).tunnel ?? undefined;
  const members = async () => {
    const hosts = await t.client.hosts.list({});
    const { hosts: ids = [] } = (await network()).stretch ?? {};
    return ids.map((id) => hosts.find((host) => host.id === id)?.name);
  };

  it('are exchanged by all hosts that have them, with a key of each', async () => {
    await stretch();
    expect(await members()).toEqual(['host1', 'host2', 'host3']);
    const keys = new Set<string>();
    for (const host of ['host1', 'host2', 'host3']) {
      const tunnel = await observed(host);
      expect(tunnel).toMatchObject({ isRunning: true, faults: [], ends: [{ bridge: 'blue', vni: 1, up: true }] });
      expect(tunnel?.peers).toHaveLength(2);
      expect(tunnel?.ends[0]?.members).toHaveLength(2);
      keys.add(tunnel?.publicKey ?? '');
    }
    expect(keys.size).toBe(3);
    const { attachments } = await t.client.networks.show({ network: 'blue' });
    expect(attachments.map(({ state, verdict }) => [state, verdict])).toEqual(Array(3).fill(['in_sync', 'isolated']));
    const status = await t.client.networks.tunnels({ network: 'blue' });
    expect(status?.members.map(({ state, by }) => [state, by])).toEqual(Array(3).fill(['running', 'kernel']));
    expect(status?.pairs).toHaveLength(3);
  });

  it('are no failure of a host while the keys of others become known', async () => {
    for (const host of ['host1', 'host2', 'host3'])
      for (const nth of [1, 2])
        await t.done(t.client.vms.add({ name: `${host}-${nth}`, host, vnics: [{ network: 'blue' }], start: true }));
    await stretch();
    await t.until(async () => (await observed('host2'))?.ends[0]?.members.length === 2);
    expect(
      (await t.client.events.list({ type: 'network.deploy_failed' })).map(({ message }) => textOf(message)),
    ).toEqual([]);
  });

  it('are created stretched, with the MTU that fits, in one change that is undone as one', async () => {
    const add = (more: object = {}) =>
      t.client.networks.add({ name: 'far', isIsolated: true, clusters: ['Default'], stretch: {}, ...more });
    const { preview } = await add({ dryRun: true });
    expect(preview?.summary.map(({ type }) => type)).toEqual(['preview.network.add', 'preview.network.stretch']);
    await t.done(add());
    const far = async () => (await t.client.networks.show({ network: 'far' })).network;
    expect(await far()).toMatchObject({ mtu: 1370, stretch: { hosts: { length: 3 } } });
    await t.until(async () => (await observed('host3'))?.ends[0]?.members.length === 2);
    expect((await observed('host1'))?.ends).toMatchObject([{ bridge: 'far', mtu: 1370 }]);
    await t.done(t.client.undo.run({}));
    await expect(far()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await t.done(add({ stretch: { hosts: ['host1', 'host3'], way: 'relay' }, mtu: 1500 }));
    expect(await far()).toMatchObject({ mtu: 1500, stretch: { hosts: { length: 2 } } });
    expect(t.store.tunnelPairs.list().map(({ choice }) => choice)).toEqual(['relay']);
  });

  it.each([
    [{ isIsolated: false, stretch: {} }, 'RULE_BROKEN', 'stretch'],
    [{ clusters: [], stretch: {} }, 'BAD_INPUT', 'stretch.hosts'],
    [{ stretch: { hosts: ['host1', 'host1'] } }, 'BAD_INPUT', 'stretch.hosts.1'],
    [{ stretch: { hosts: ['host1', 'host9'] } }, 'NOT_FOUND', 'stretch.hosts.1'],
  ])('are not created as %o', async (more, code, field) => {
    const draft = { name: 'far', isIsolated: true, clusters: ['Default'], ...more };
    await expect(t.client.networks.add(draft)).rejects.toMatchObject({ code, data: { field } });
    await expect(t.client.networks.show({ network: 'far' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('add no NIC to what a host has, nor does their DHCP and DNS server', async () => {
    const nics = async () => (await t.client.hosts.show({ host: 'host1' })).nics.map(({ name }) => name);
    const before = await nics();
    await stretch();
    await t.done(t.client.networks.updateServices({ network: 'blue' }));
    await t.done(t.client.vms.add({ name: 'web', host: 'host1', vnics: [{ network: 'blue' }], start: true }));
    const { nics: all } = await t.observe(await hostId('host1'));
    expect(all.map(({ alias }) => alias?.split(':')[0])).toEqual(
      expect.arrayContaining(['atoll-port', 'atoll-tunnel']),
    );
    await t.done(t.client.hosts.sync({ host: 'host1' }));
    expect(await nics()).toEqual(before);
  });

  it('lose a host that loses the label of the network', async () => {
    for (const host of ['host1', 'host2', 'host3']) await t.done(t.client.hosts.label({ host, add: ['edge'] }));
    await t.done(t.client.networks.update({ network: 'blue', label: 'edge' }));
    await stretch();
    await t.done(t.client.hosts.label({ host: 'host2', remove: ['edge'] }));
    expect(await members()).toEqual(['host1', 'host3']);
    await t.until(async () => (await observed('host1'))?.peers.length === 1);
    expect(await observed('host2')).toMatchObject({ isRunning: false, ends: [] });
  });

  it('lose the hosts that a label of the network excludes, which stay out when it is taken off again', async () => {
    await stretch();
    for (const host of ['host1', 'host3']) await t.done(t.client.hosts.label({ host, add: ['edge'] }));
    await t.done(t.client.networks.update({ network: 'blue', label: 'edge' }));
    expect(await members()).toEqual(['host1', 'host3']);
    const separated = async (): Promise<void> => {
      expect(t.store.tunnelPairs.list()).toHaveLength(1);
      await t.until(async () => (await observed('host1'))?.ends[0]?.members.length === 1);
      await t.until(async () => (await observed('host3'))?.peers.length === 1);
      expect(await observed('host2')).toMatchObject({ isRunning: false, ends: [] });
    };
    await separated();
    await t.done(t.client.networks.update({ network: 'blue', label: null }));
    expect(await members()).toEqual(['host1', 'host3']);
    await separated();
    await t.done(t.client.networks.update({ network: 'blue', label: 'nobody' }));
    expect((await network()).stretch).toBeNull();
    expect(t.store.tunnelPairs.list()).toEqual([]);
  });

  it('are separated host by host, and the last two together', async () => {
    await stretch({ hosts: ['host1', 'host2'] });
    await stretch({ hosts: ['host3'] });
    expect(await members()).toEqual(['host1', 'host2', 'host3']);
    await t.done(t.client.networks.unstretch({ network: 'blue', host: 'host1' }));
    expect(await members()).toEqual(['host2', 'host3']);
    expect(await observed('host1')).toMatchObject({ isRunning: false, ends: [] });
    await t.until(async () => (await observed('host2'))?.peers.length === 1);
    await t.done(t.client.networks.unstretch({ network: 'blue', host: 'host2' }));
    expect((await network()).stretch).toBeNull();
    expect(await observed('host3')).toMatchObject({ isRunning: false, ends: [] });
    expect(t.store.tunnelPairs.list()).toEqual([]);
  });

  it('shut a removed host out of all others', async () => {
    await stretch();
    const { publicKey = '' } = (await observed('host3')) ?? {};
    await t.done(t.client.hosts.maintenance({ host: 'host3' }));
    await t.done(t.client.hosts.remove({ host: 'host3' }));
    for (const host of ['host1', 'host2']) {
      await t.until(async () => (await observed(host))?.peers.length === 1);
      await t.until(async () => (await observed(host))?.ends[0]?.members.length === 1);
      const tunnel = await observed(host);
      expect(tunnel?.peers.map((peer) => peer.publicKey)).not.toContain(publicKey);
      expect(tunnel?.ends[0]?.members).toHaveLength(1);
    }
    expect(await members()).toEqual(['host1', 'host2']);
  });

  it('forget where a VM was that has moved', async () => {
    await stretch();
    await t.client.vms.add({ name: 'web', vnics: [{ network: 'blue' }] });
    await t.done(t.client.vms.move({ vm: 'web', host: 'host1' }));
    const mac = (await t.client.vms.show({ vm: 'web' })).vnics[0]?.mac ?? '';
    const reported = new Set<string>();
    for (const host of ['host1', 'host2', 'host3']) {
      const machine = t.fleet.machine(await hostId(host));
      const apply = machine.apply.bind(machine);
      vi.spyOn(machine, 'apply').mockImplementation((groups, signal) => {
        for (const change of groups.flatMap(({ changes }) => changes))
          if (change.kind === 'tunnel.end.forget' && change.macs.includes(mac)) reported.add(host);
        return apply(groups, signal);
      });
    }
    await t.done(t.client.vms.move({ vm: 'web', host: 'host2' }));
    await t.until(async () => reported.size === 3);
  });

  it('keep their number, are never given one twice, and are undone and restored', async () => {
    await stretch();
    const [first] = (await t.client.undo.list({})).filter(({ words }) => words.type === 'undo.network.stretched');
    expect(first && textOf(first.words)).toBe('stretch blue over more hosts');
    await t.done(t.client.undo.run({ event: first?.event ?? 0 }));
    expect((await network()).stretch).toBeNull();
    await stretch({ hosts: ['host1', 'host2'] });
    expect((await network()).stretch?.vni).toBe(2);
    const numbers = t.store.tunnels.list().map(({ number }) => number);
    expect(numbers).toEqual([1, 2, 3]);
    await t.done(t.client.networks.remove({ network: 'blue' }));
    const [removed] = await t.client.undo.list({});
    await t.done(t.client.undo.run({ event: removed?.event ?? 0 }));
    expect(await members()).toEqual(['host1', 'host2']);
    await t.until(async () => (await observed('host1'))?.ends.length === 1);
  });

  it('say what they would do, and do nothing', async () => {
    const { preview } = await t.client.networks.stretch({ network: 'blue', way: 'relay', dryRun: true });
    const lines = preview?.summary.map((line) => textOf(line)) ?? [];
    expect(lines[0]).toContain('stretch "blue" over host1, host2 and host3');
    expect(lines.some((line) => line.includes('1370'))).toBe(true);
    const ofHost = preview?.hosts[0]?.changes.map((line) => textOf(line)) ?? [];
    expect(ofHost).toContainEqual(expect.stringMatching(/^set up the encrypted tunnel atw/));
    expect((await network()).stretch).toBeNull();
    expect(t.store.tunnels.list()).toEqual([]);
  });

  it('put back what someone else removed, and report it', async () => {
    await stretch();
    const id = await hostId('host1');
    const drifts = async () =>
      (await t.client.events.list({ type: 'drift.detected' })).map(({ message }) => textOf(message));
    await t.fleet.machine(id).control.changeEnd('att000001', null);
    await t.until(async () => (await drifts()).length === 1);
    await t.until(async () => (await observed('host1'))?.ends[0]?.up === true);
    expect((await drifts())[0]).toContain('the tunnel end of blue: none instead of in place');
    await t.fleet.machine(id).control.deleteTunnel();
    await t.until(async () => (await observed('host1'))?.isRunning === true);
    await t.until(async () => (await observed('host1'))?.ends.length === 1);
  });

  it('replace the key of a host without another command', async () => {
    await stretch();
    const before = (await observed('host1'))?.publicKey;
    await t.done(t.client.hosts.rotateKey({ host: 'host1' }));
    const after = (await observed('host1'))?.publicKey;
    expect(after).not.toBe(before);
    for (const host of ['host2', 'host3'])
      await t.until(async () => (await observed(host))?.peers.some((peer) => peer.publicKey === after) === true);
    expect((await observed('host2'))?.peers.map((peer) => peer.publicKey)).not.toContain(before);
    expect(t.store.tunnels.list()[0]).toMatchObject({ publicKey: after, nextKey: null, rotation: 'none' });
  });

  it('refuse what is no stretch, and name the field', async () => {
    await t.done(t.client.networks.add({ name: 'lan', clusters: ['Default'] }));
    const refused = async (input: object) => {
      const error = await t.client.networks.stretch({ network: 'blue', ...input }).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      const { code, data } = error as { code: string; data: { field?: string; remedy: unknown } };
      // What the contract itself refuses has none.
      if (data.field !== 'mtu') expect(data.remedy).not.toBeNull();
      return [code, data.field];
    };
    expect(await refused({ network: 'lan' })).toEqual(['RULE_BROKEN', 'network']);
    expect(await refused({ hosts: ['host1'] })).toEqual(['BAD_INPUT', 'hosts']);
    expect(await refused({ hosts: ['host1', 'host1'] })).toEqual(['BAD_INPUT', 'hosts.1']);
    expect(await refused({ hosts: ['host1', 'host9'] })).toEqual(['NOT_FOUND', 'hosts.1']);
    expect(await refused({ hosts: ['host1'], cluster: 'Default' })).toEqual(['BAD_INPUT', 'cluster']);
    expect(await refused({ mtu: 67 })).toEqual(['BAD_INPUT', 'mtu']);
    await t.done(t.client.clusters.add({ name: 'other' }));
    await t.addHosts(1, { prefix: 'far', cluster: 'other' });
    expect(await refused({ hosts: ['host1', 'far1'] })).toEqual(['BAD_INPUT', 'hosts.1']);
    await t.done(t.client.hosts.maintenance({ host: 'host2' }));
    expect(await refused({ hosts: ['host1', 'host2'] })).toEqual(['STATE_ILLEGAL', 'hosts.1']);
    await expect(t.client.networks.unstretch({ network: 'blue' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(t.client.hosts.rotateKey({ host: 'host1' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('never take over a key that another host has', async () => {
    await stretch({ hosts: ['host1', 'host2'] });
    const [one, two] = t.store.tunnels.list();
    await t.fleet.machine(two?.hostId ?? '').control.claimKey(one?.publicKey ?? '');
    await t.done(t.client.hosts.sync({ host: 'host2' }));
    expect(t.store.tunnels.list()[1]?.publicKey).toBe(two?.publicKey);
  });
});
