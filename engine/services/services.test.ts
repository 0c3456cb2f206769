import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { ipv6OfMac, serverAddress6 } from '../../contract';
import { textOf } from '../../english';

describe('addresses and names inside', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(2, { prefix: 'host' });
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    for (const name of ['web', 'db'])
      await t.done(t.client.vms.add({ name, host: 'host1', boot: { kind: 'tiny' }, vnics: [{ network: 'blue' }] }));
  });
  afterEach(() => t.close());

  const on = (settings: object = {}) => t.done(t.client.networks.updateServices({ network: 'blue', ...settings }));
  const services = async () => (await t.client.networks.show({ network: 'blue' })).network.services;
  const addresses = async () => {
    const { leases } = await t.client.networks.leases({ network: 'blue' });
    return Object.fromEntries(leases.map(({ vm, address, name }) => [vm?.name, [address, name]]));
  };
  const states = async () => {
    const { servers } = await t.client.networks.leases({ network: 'blue' });
    const hosts = await t.client.hosts.list({});
    return hosts.map(({ id, name }) => [name, servers.find(({ hostId }) => hostId === id)?.state]);
  };
  /** What the server of host1 answers with. */
  const observed = async () => {
    const { host } = await t.client.hosts.show({ host: 'host1' });
    return (await t.observe(host.id)).services ?? [];
  };

  it('start a server only where the network has VMs, with a reservation for each', async () => {
    await on();
    expect(await services()).toMatchObject({
      subnet: '10.1.0.0/24',
      domain: 'blue.internal',
      pool: { from: '10.1.0.200', to: '10.1.0.250' },
    });
    expect(await states()).toEqual([
      ['host1', 'running'],
      ['host2', 'idle'],
    ]);
    expect(await addresses()).toEqual({
      web: ['10.1.0.2', 'web.blue.internal'],
      db: ['10.1.0.3', 'db.blue.internal'],
    });
    const { attachments } = await t.client.networks.show({ network: 'blue' });
    expect(attachments.map(({ state, verdict }) => [state, verdict])).toEqual([
      ['in_sync', 'isolated'],
      ['in_sync', 'isolated'],
    ]);
  });

  it('follow a rename, a new VM and a removed one without another command', async () => {
    await on();
    const before = (await observed())[0];
    await t.client.vms.update({ vm: 'db', name: 'Büro 1' });
    await t.client.vms.add({ name: 'new', host: 'host2', boot: { kind: 'tiny' }, vnics: [{ network: 'blue' }] });
    await t.until(async () => (await observed())[0]?.records !== before?.records);
    await t.until(async () => (await states()).every(([, state]) => state === 'running'));
    expect(await addresses()).toEqual({
      web: ['10.1.0.2', 'web.blue.internal'],
      'Büro 1': ['10.1.0.3', 'xn--bro-1-kva.blue.internal'],
      new: ['10.1.0.4', 'new.blue.internal'],
    });
    expect((await observed())[0]?.settings).toBe(before?.settings);
    await t.done(t.client.vms.remove({ vm: 'new' }));
    await t.until(async () => (await states())[1]?.[1] === 'idle');
  });

  it('give a started tiny guest its address by DHCP, and show the lease where its addresses are', async () => {
    await on();
    await t.done(t.client.vms.start({ vm: 'web' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'web' })).guest?.addresses.length === 1);
    const vm = await t.client.vms.show({ vm: 'web' });
    expect(vm.guest?.addresses).toMatchObject([{ address: '10.1.0.2/24', source: 'lease' }]);
    const { leases } = await t.client.networks.leases({ network: 'blue' });
    expect(leases.map(({ leased }) => leased === null)).toEqual([false, true]);
  });

  it('are switched off while leases are held, without touching the guests', async () => {
    await on();
    await t.done(t.client.vms.start({ vm: 'web' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'web' })).guest?.addresses.length === 1);
    await on({ on: false });
    expect(await t.client.networks.leases({ network: 'blue' })).toEqual({ leases: [], servers: [] });
    expect(await observed()).toEqual([]);
    // Its guest keeps the address until the lease ends.
    const vm = await t.client.vms.show({ vm: 'web' });
    expect(vm).toMatchObject({ state: 'up', guest: { addresses: [{ address: '10.1.0.2/24', source: 'lease' }] } });
    await on();
    await t.until(async () =>
      (await t.client.networks.leases({ network: 'blue' })).leases.some(({ leased }) => leased !== null),
    );
    expect(await addresses()).toMatchObject({ web: ['10.1.0.2', 'web.blue.internal'] });
  });

  it('report a range of which all addresses are leased, once', async () => {
    await on({ pool: { from: '10.1.0.200', to: '10.1.0.201' } });
    const { host } = await t.client.hosts.show({ host: 'host1' });
    const ask = async (...macs: string[]) =>
      t.fleet.machine(host.id).control.askForAddresses((await observed())[0]?.port ?? '', macs);
    const range = async () => (await t.client.networks.leases({ network: 'blue' })).servers[0]?.range;
    const reports = async () =>
      (await t.client.networks.show({ network: 'blue' })).events
        .filter(({ type }) => type === 'network.range_full')
        .map(({ message }) => textOf(message));
    await ask('02:00:00:00:00:01');
    await t.until(async () => (await range())?.leased === 1);
    expect(await range()).toEqual({ size: 2, leased: 1 });
    expect(await reports()).toEqual([]);
    await ask('02:00:00:00:00:02', '02:00:00:00:00:03');
    await t.until(async () => (await range())?.leased === 2);
    const full = ['Network blue on host1: both addresses of the range for unknown guests are leased'];
    await t.until(async () => (await reports()).length > 0);
    await t.done(t.client.vms.start({ vm: 'web' }));
    await t.until(async () =>
      (await t.client.networks.leases({ network: 'blue' })).leases.some(({ vm, leased }) => vm !== null && leased),
    );
    expect(await reports()).toEqual(full);
    // VMs get theirs, as before.
    const { leases } = await t.client.networks.leases({ network: 'blue' });
    expect(leases.find(({ vm }) => vm?.name === 'web')).toMatchObject({ address: '10.1.0.2' });
  });

  it('repair a killed server, and report it as drift', async () => {
    await on();
    const { host } = await t.client.hosts.show({ host: 'host1' });
    const [server] = await observed();
    await t.fleet.machine(host.id).control.killServer(server?.port ?? '');
    await t.until(async () => (await observed())[0]?.isRunning === true);
    await t.until(async () =>
      (await t.client.events.list({ limit: 20 })).some(({ type }) => type === 'drift.repaired'),
    );
    const { events } = await t.client.networks.show({ network: 'blue' });
    expect(events.filter(({ type }) => type === 'drift.detected').map(({ message }) => textOf(message))).toEqual([
      'Network blue on host1 was changed outside Atoll: the DHCP and DNS server of blue: gone instead of running',
    ]);
  });

  it('report no drift for what a user switched on, changed or off', async () => {
    await on();
    await on({ leaseSeconds: 600, mode: 'dhcp', guard: true });
    expect(await observed()).toHaveLength(1);
    await on({ on: false });
    expect(await observed()).toHaveLength(0);
    const { events } = await t.client.networks.show({ network: 'blue' });
    expect(events.filter(({ type }) => type.startsWith('drift'))).toEqual([]);
  });

  it('evaluate the server in the isolation check, which fails when something was added to it', async () => {
    await on();
    const check = async () =>
      (await t.client.networks.check({ network: 'blue', host: 'host1' }))[0]?.points.find(
        ({ id }) => id === 'services',
      );
    expect(await check()).toMatchObject({ ok: true });
    const { host } = await t.client.hosts.show({ host: 'host1' });
    await t.fleet.machine(host.id).control.changeServer((await observed())[0]?.port ?? '', 'a route to 10.0.0.0/8');
    expect(await check()).toMatchObject({ ok: false, evidence: 'a route to 10.0.0.0/8' });
  });

  it('give addresses of IPv6 that follow from MAC addresses, beside those of IPv4 or alone', async () => {
    await on({ families: 'dual' });
    const { subnet6 } = (await services())!;
    expect(subnet6).toMatch(/^fd[0-9a-f:]+::\/64$/);
    await t.done(t.client.vms.start({ vm: 'web' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'web' })).guest?.addresses.length === 2);
    const { guest, vnics } = await t.client.vms.show({ vm: 'web' });
    const own = ipv6OfMac(subnet6!, vnics[0]!.mac);
    expect(guest?.addresses.map(({ address, source }) => [address, source])).toEqual([
      ['10.1.0.2/24', 'lease'],
      [`${own}/64`, 'lease'],
    ]);
    const { leases } = await t.client.networks.leases({ network: 'blue' });
    expect(leases.map(({ vm, address, leased }) => [vm?.name, address, leased !== null])).toEqual([
      ['web', '10.1.0.2', true],
      ['web', own, true],
      ['db', '10.1.0.3', false],
      ['db', ipv6OfMac(subnet6!, (await t.client.vms.show({ vm: 'db' })).vnics[0]!.mac), false],
    ]);
    const { certificate: issued } = await t.client.networks.certificate({ network: 'blue' });
    expect(issued.services?.server).toBe(`10.1.0.254, ${serverAddress6(subnet6!)}`);
    await on({ families: 'ipv6', subnet6: 'FD00:0:0:1::/64' });
    expect((await t.client.networks.leases({ network: 'blue' })).leases.map(({ address }) => address)).toEqual([
      expect.stringMatching(/^fd00::1:/),
      expect.stringMatching(/^fd00::1:/),
    ]);
    expect((await observed())[0]?.leases.map(({ address }) => address)).toEqual([expect.stringMatching(/^fd00::1:/)]);
    await on({ families: 'ipv4' });
    expect(await services()).toMatchObject({ subnet6: null, subnet: '10.1.0.0/24' });
    expect(await addresses()).toMatchObject({ db: ['10.1.0.3', 'db.blue.internal'] });
  });

  it('refuse subnets of IPv6 that guests could not use, and reservations in them', async () => {
    for (const subnet6 of [
      'fd00::/63',
      'fd00::/65',
      'fd00::1/64',
      'fe80::/64',
      'ff02::/64',
      '::/64',
      '10.0.0.0/24',
      'x',
    ])
      await expect(on({ families: 'dual', subnet6 }), subnet6).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(on({ subnet6: 'fd00::/64' })).rejects.toMatchObject({ data: { field: 'subnet6' } });
    await expect(on({ families: 'ipv6', reservations: [{ vm: 'db', address: '10.1.0.9' }] })).rejects.toMatchObject({
      data: { field: 'reservations.0.address' },
    });
    await t.client.networks.update({ network: 'blue', mtu: 1000 });
    await expect(on({ families: 'dual' })).rejects.toMatchObject({ data: { rule: 'SERVICES', field: 'mtu' } });
  });

  it('say in a dry run what would start, and change nothing', async () => {
    const { preview } = await t.client.networks.updateServices({ network: 'blue', gateway: 'db', dryRun: true });
    expect(preview?.summary.map(textOf)).toEqual([
      'addresses and names in "blue": subnet 10.1.0.0/24, domain blue.internal',
      '"db" is the gateway of "blue"',
    ]);
    expect(preview?.hosts.map(({ host, changes }) => [host, changes.map(textOf)])).toEqual([
      ['host1', ['start the DHCP and DNS server on blue']],
      ['host2', []],
    ]);
    expect(await services()).toBeNull();
  });

  it('are undone, with their reservations', async () => {
    await on({ reservations: [{ vm: 'db', address: '10.1.0.77' }], gateway: 'web' });
    expect(await addresses()).toMatchObject({
      db: ['10.1.0.77', 'db.blue.internal'],
      web: ['10.1.0.1', expect.anything()],
    });
    await on({ reservations: [{ vm: 'db', address: '10.1.0.78' }] });
    await t.done(t.client.undo.run({}));
    expect(await addresses()).toMatchObject({ db: ['10.1.0.77', 'db.blue.internal'] });
    await on({ on: false });
    await t.done(t.client.undo.run({}));
    expect(await addresses()).toMatchObject({ db: ['10.1.0.77', 'db.blue.internal'] });
  });

  it('are restored with a removed network', async () => {
    await t.done(t.client.networks.add({ name: 'red', isIsolated: true, services: { domain: 'red.test' } }));
    await t.done(t.client.networks.remove({ network: 'red' }));
    await t.done(t.client.undo.run({}));
    expect((await t.client.networks.show({ network: 'red' })).network.services).toMatchObject({ domain: 'red.test' });
  });

  it('stop before their network is removed', async () => {
    await on();
    for (const vm of ['web', 'db']) await t.done(t.client.vms.remove({ vm }));
    await t.done(t.client.networks.remove({ network: 'blue' }));
    expect(await observed()).toEqual([]);
    const { host } = await t.client.hosts.show({ host: 'host1' });
    const { bridges } = await t.observe(host.id);
    expect(bridges).toEqual([]);
  });

  it('are the same after a lab file is exported and applied elsewhere', async () => {
    await on({
      subnet: '10.9.0.0/24',
      reservations: [{ vm: 'db', address: '10.9.0.40' }],
      gateway: 'web',
      mode: 'all',
    });
    const former = await services();
    const { text } = await t.client.labfile.export({ dataCenter: 'Default' });
    expect(text).toContain('address: 10.9.0.40');
    const copy = text.replaceAll('dataCenter: Default', 'dataCenter: Copy').replaceAll(/\n +mac: .*/g, '');
    await t.done(
      t.client.labfile.apply({
        text: copy.replaceAll(/name: host(\d)/g, 'name: other$1').replaceAll(/host: host(\d)/g, 'host: other$1'),
      }),
    );
    const { network } = await t.client.networks.show({ network: 'Copy/blue' });
    const vm = await t.client.vms.show({ vm: 'Copy/web' });
    expect(network.services).toEqual({ ...former, gatewayVmId: vm.id });
    expect((await t.client.vms.show({ vm: 'Copy/db' })).vnics[0]?.assignedAddress).toBe('10.9.0.40/24');
  });

  it('are refused on a regular network, and where DHCP does not fit into the MTU', async () => {
    await t.done(t.client.networks.add({ name: 'lan' }));
    await expect(t.client.networks.updateServices({ network: 'lan', subnet: '10.9.0.0/24' })).rejects.toMatchObject({
      data: { field: 'network' },
    });
    await on();
    await expect(t.client.networks.update({ network: 'blue', mtu: 500 })).rejects.toMatchObject({
      data: { field: 'mtu' },
    });
  });

  it('warn of a VM on two networks with the same subnet', async () => {
    await t.done(t.client.networks.add({ name: 'red', isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.vnics.add({ vm: 'web', network: 'red' }));
    const { preview } = await t.client.networks.updateServices({
      network: 'blue',
      subnet: '10.1.0.0/16',
      dryRun: true,
    });
    expect(preview?.summary.map(textOf)).toContain(
      'warning: "web" is on "blue" and on "red", whose subnets overlap: its guest can reach only one of them',
    );
  });
});

describe('addresses and names inside with bad input', () => {
  const t = new TestEngine();
  beforeAll(async () => {
    await t.engine.start();
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    for (const name of ['web', 'db'])
      await t.client.vms.add({ name, boot: { kind: 'tiny' }, vnics: [{ network: 'blue' }] });
    await t.client.vms.add({ name: 'apart', boot: { kind: 'tiny' } });
  });
  afterAll(() => t.close());
  const services = async () => (await t.client.networks.show({ network: 'blue' })).network.services;

  it.each<[string, object, string]>([
    ['host bits', { subnet: '10.9.0.5/24' }, 'subnet'],
    ['a /31', { subnet: '10.9.0.0/31' }, 'subnet'],
    ['a /32', { subnet: '10.9.0.1/32' }, 'subnet'],
    ['a /0', { subnet: '0.0.0.0/0' }, 'subnet'],
    ['a multicast range', { subnet: '224.0.0.0/24' }, 'subnet'],
    ['the loopback', { subnet: '127.0.0.0/24' }, 'subnet'],
    ['a link-local range', { subnet: '169.254.0.0/16' }, 'subnet'],
    ['an IPv6 subnet', { subnet: 'fd00::/64' }, 'subnet'],
    ['a subnet smaller than its VMs', { subnet: '10.9.0.0/30' }, 'subnet'],
    ['a range outside', { pool: { from: '10.8.0.1', to: '10.8.0.9' } }, 'pool'],
    ['a range backwards', { pool: { from: '10.1.0.9', to: '10.1.0.5' } }, 'pool'],
    ['a range with the server', { pool: { from: '10.1.0.9', to: '10.1.0.254' } }, 'pool'],
    ['a short lease', { leaseSeconds: 30 }, 'leaseSeconds'],
    ['a domain with a line break', { domain: 'blue\nserver=8.8.8.8' }, 'domain'],
    ['a domain that guests do not ask for', { domain: 'blue.local' }, 'domain'],
    ['a domain like an address', { domain: '10.0.0.1' }, 'domain'],
    ['an option with a line break', { options: [{ code: 66, value: 'a\ndhcp-script=/x' }] }, 'options.0.value'],
    ['the router as an option', { options: [{ code: 3, value: '10.1.0.9' }] }, 'options.0.code'],
    ['a gateway elsewhere', { gateway: 'apart' }, 'gateway'],
    ['an unknown gateway', { gateway: 'nobody' }, 'gateway'],
    ['a reservation outside', { reservations: [{ vm: 'db', address: '10.2.0.9' }] }, 'reservations.0.address'],
    ['a reservation in the range', { reservations: [{ vm: 'db', address: '10.1.0.210' }] }, 'reservations.0.address'],
    ['a reservation of the server', { reservations: [{ vm: 'db', address: '10.1.0.254' }] }, 'reservations.0.address'],
    ['a reservation of the subnet', { reservations: [{ vm: 'db', address: '10.1.0.0' }] }, 'reservations.0.address'],
    ['a reservation of all', { reservations: [{ vm: 'db', address: '10.1.0.255' }] }, 'reservations.0.address'],
    ['a reservation of IPv6', { reservations: [{ vm: 'db', address: 'fd00::1' }] }, 'reservations.0.address'],
    [
      'a reservation twice',
      {
        reservations: [
          { vm: 'db', address: '10.1.0.9' },
          { vm: 'web', address: '10.1.0.9' },
        ],
      },
      'reservations.1.address',
    ],
    ['a reservation for a VM elsewhere', { reservations: [{ vm: 'apart', address: '10.1.0.9' }] }, 'reservations.0.vm'],
    ['a reservation when off', { on: false, reservations: [{ vm: 'db', address: '10.1.0.9' }] }, 'reservations'],
  ])('refuse %s, and name the field', async (_, settings, field) => {
    await expect(t.client.networks.updateServices({ network: 'blue', ...settings })).rejects.toMatchObject({
      data: { field },
    });
    expect(await services()).toBeNull();
  });
});
