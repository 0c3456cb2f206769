import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

describe('Setup networks', () => {
  let t: TestEngine;
  let host: string;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [host = ''] = await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.networks.add({ name: 'red', clusters: ['Default'] }));
  });
  afterEach(() => t.close());

  const show = () => t.client.hosts.show({ host });
  const observed = () => t.observe(host);
  const attachment = async () => {
    const { id } = (await t.client.networks.show({ network: 'red' })).network;
    return (await show()).attachments.find(({ networkId }) => networkId === id);
  };
  const own = { kind: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' } as const;
  const attach = (nic: string, ipv4: typeof own | { kind: 'none' } = { kind: 'none' }) =>
    t.client.hosts.setupNetworks({ host, attach: [{ network: 'red', nic, ipv4 }] });

  it('puts a regular network on a NIC, beside isolated ones that have none', async () => {
    const blue = { network: 'blue' };
    await t.done(t.client.hosts.setupNetworks({ host, attach: [{ network: 'red', nic: 'eth1' }, blue] }));
    expect(await attachment()).toMatchObject({ nic: 'eth1', state: 'in_sync', differences: [] });
    const { bridges, nics } = await observed();
    expect(bridges.map(({ name }) => name).sort()).toEqual(['blue', 'red']);
    expect(nics.find(({ name }) => name === 'eth1')?.master).toBe('red');
    expect((await show()).unmanaged).toEqual([]);
    const vm = await t.client.vms.add({ name: 'gw', vnics: [{ network: 'red' }], start: true });
    await t.done(vm);
    await t.until(async () => (await t.client.vms.show({ vm: 'gw' })).state === 'up');
    await expect(t.client.hosts.setupNetworks({ host, detach: ['red'] })).rejects.toMatchObject({
      data: { rule: 'NETWORK_CANNOT_DETACH_NETWORK_USED_BY_VMS' },
    });
  });

  it('bonds two NICs and puts a VLAN on them, in one command', async () => {
    await t.client.networks.add({ name: 'green', vlan: 7, clusters: ['Default'] });
    const bonds = [{ name: 'bond0', nics: ['eth2', 'eth3'], mode: '802.3ad' as const }];
    const requested = [
      { network: 'red', nic: 'eth1' },
      { network: 'green', nic: 'bond0' },
    ];
    await t.done(t.client.hosts.setupNetworks({ host, bonds, attach: requested }));
    const shown = await show();
    expect(shown.bonds).toEqual([{ hostId: host, ...bonds[0] }]);
    expect(shown.nics.filter(({ kind }) => kind !== 'nic').map(({ name, bridge }) => [name, bridge])).toEqual([
      ['bond0', null],
      ['bond0.7', 'green'],
    ]);
    // A bond is as fast as all of its NICs; a NIC that is down has no speed.
    expect(shown.nics.map(({ name, speedMbps }) => [name, speedMbps])).toEqual([
      ['bond0', 2000],
      ['bond0.7', null],
      ['eth0', 10_000],
      ['eth1', 10_000],
      ['eth2', 1000],
      ['eth3', 1000],
    ]);
    await t.done(t.client.hosts.setupNetworks({ host, detach: ['green', 'red'], removeBonds: ['bond0'] }));
    expect((await observed()).nics.map(({ name }) => name)).toEqual(['eth0', 'eth1', 'eth2', 'eth3']);
  });

  it('describes what it would do in a dry run, and does nothing', async () => {
    const ask = { host, attach: [{ network: 'red', nic: 'eth0', ipv4: own }], dryRun: true };
    const { preview } = await t.client.hosts.setupNetworks(ask);
    expect(preview?.hosts[0]?.changes.map(textOf)).toEqual([
      'this touches the connection to the host: the host reverts it after 30 s unless it can be reached again',
      'create the bridge red (MTU 1500)',
      'add eth0 to red',
      'set red up',
      'add the address 192.0.2.10/24 to red',
      'move the default route via 192.0.2.1 on eth0 to red',
      'remove the address 192.0.2.10/24 from eth0',
    ]);
    expect(await attachment()).toBeUndefined();
    expect((await observed()).bridges.map(({ name }) => name)).toEqual(['blue']);
  });

  it('keeps the connection if the address moves along, and rolls back otherwise', async () => {
    const cut = await t.ended(attach('eth0'));
    expect(cut).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('the host is unchanged') as string },
    });
    expect(await attachment()).toBeUndefined();
    expect((await observed()).nics[0]).toMatchObject({ master: null, addresses: ['192.0.2.10/24'] });
    await t.done(attach('eth0', own));
    expect(await attachment()).toMatchObject({ state: 'in_sync', ipv4: own });
    expect((await show()).nics.filter((nic) => nic.carriesConnection).map(({ name }) => name)).toEqual(['eth0']);
  });

  it('reports both values of differences, and changes them only on request', async () => {
    await t.done(attach('eth1'));
    await t.fleet.machine(host).control.setMtu('red', 1300);
    await t.until(async () => (await attachment())?.state === 'out_of_sync');
    const difference = { what: 'MTU', wanted: '1500', actual: '1300' };
    expect((await attachment())?.differences).toEqual([difference]);
    await expect(attach('eth2')).rejects.toMatchObject({ data: { rule: 'NETWORK_NOT_IN_SYNC' } });
    expect((await observed()).bridges.find(({ name }) => name === 'red')?.mtu).toBe(1300);
    await t.done(t.client.networks.sync({ network: 'red' }));
    expect(await attachment()).toMatchObject({ state: 'in_sync', differences: [] });
    await t.done(t.client.networks.update({ network: 'red', mtu: 1400 }));
    expect(await attachment()).toMatchObject({
      state: 'out_of_sync',
      differences: [{ wanted: '1400', actual: '1500' }],
    });
    await t.done(t.client.clusters.sync({ cluster: 'Default' }));
    expect((await attachment())?.state).toBe('in_sync');
  });

  it('makes a host without a required regular network non-operational, and up again with it', async () => {
    await t.client.networks.add({ name: 'green' });
    await t.done(t.client.networks.attach({ network: 'green', cluster: 'Default', required: true }));
    await t.until(async () => (await show()).host.state === 'non_operational');
    expect((await show()).host.reason).toMatchObject({ params: { networks: ['green'] } });
    await t.done(t.client.hosts.setupNetworks({ host, attach: [{ network: 'green', nic: 'eth1' }] }));
    await t.until(async () => (await show()).host.state === 'up');
  });

  it('refuses to remove what is set up on a host, and removes it with the host', async () => {
    await t.done(attach('eth1'));
    for (const refused of [
      t.client.networks.remove({ network: 'red' }),
      t.client.networks.detach({ network: 'red', cluster: 'Default' }),
    ])
      await expect(refused).rejects.toMatchObject({ data: { rule: 'O4' } });
    await t.done(t.client.hosts.maintenance({ host }));
    const machine = t.fleet.machine(host);
    await t.done(t.client.hosts.remove({ host }));
    expect(t.store.hosts.list()).toEqual([]);
    await machine.connect(new AbortController().signal);
  });

  it('is applied again by activation after the host was restarted', async () => {
    await t.done(attach('eth1'));
    await t.fleet.machine(host).powerOff(new AbortController().signal);
    await t.until(async () => (await show()).host.state !== 'up');
    await t.until(async () => (await show()).host.state === 'up' && (await attachment())?.state === 'in_sync');
    expect((await observed()).bridges.map(({ name }) => name).sort()).toEqual(['blue', 'red']);
  });
});
