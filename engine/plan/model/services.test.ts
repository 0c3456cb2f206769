import { serverAddress } from '../../../contract';
import { describe, expect, it } from 'vitest';
import { Labels, labelOf } from './services-labels';
import { capacity, defaultPool, freeAddress, poolOn } from './services-ranges';
import { labelsOf, servicesSpec, type Member } from './services-spec';

describe('labels', () => {
  it.each<[string, string | undefined]>([
    ['web', 'web'],
    ['WEB server', 'web-server'],
    ['Büro 1', 'xn--bro-1-kva'],
    ['x;rm -rf /', 'xrm-rf'],
    ['foo,bar\n10.0.0.1', 'foobar-10-0-0-1'],
    ["Bob's", 'bobs'],
    ['-x-', 'x'],
    ['1234', undefined],
    ['🦊', undefined],
    ['.', undefined],
    ['a'.repeat(256), undefined],
    ['xn--zzz', 'xn-zzz'],
  ])('%j is %j', (name, label) => expect(labelOf(name)).toBe(label));

  it('differ, in order of creation', () => {
    const labels = new Labels();
    const of = (name: string) => labels.of({ id: '01a22477-0000-7000-8000-00000000000a', name });
    expect(['web', 'Web', 'dns', '🦊', 'web!'].map(of)).toEqual(['web', 'web-2', 'dns-2', 'vm-0000000a', 'web-3']);
  });
});

describe('ranges', () => {
  it.each([
    ['10.1.0.0/24', '10.1.0.254', { from: '10.1.0.200', to: '10.1.0.250' }, 253 - 51],
    ['10.0.0.0/8', '10.255.255.254', { from: '10.255.255.200', to: '10.255.255.250' }, 2 ** 24 - 3 - 51],
    ['10.1.0.0/29', '10.1.0.6', null, 5],
    ['10.1.0.0/30', '10.1.0.2', null, 1],
  ])('of %s', (subnet, server, pool, room) => {
    expect([serverAddress(subnet), defaultPool(subnet)]).toEqual([server, pool]);
    expect(capacity({ subnet, pool })).toBe(room);
  });

  it('are shared out to the hosts of a stretched network', () => {
    const services = { pool: { from: '10.1.0.200', to: '10.1.0.202' } };
    const stretch = (...hosts: string[]) => ({ stretch: { hosts } });
    expect(['a', 'b'].map((host) => poolOn(host, services, stretch('a', 'b')))).toEqual([
      { from: '10.1.0.200', to: '10.1.0.200' },
      { from: '10.1.0.201', to: '10.1.0.202' },
    ]);
    expect(['a', 'b', 'c', 'd'].map((host) => poolOn(host, services, stretch('a', 'b', 'c', 'd')))).toEqual([
      null,
      ...[200, 201, 202].map((byte) => ({ from: `10.1.0.${byte}`, to: `10.1.0.${byte}` })),
    ]);
    expect(poolOn('c', services, stretch('a', 'b'))).toEqual(services.pool);
    expect(poolOn('a', services, { stretch: null })).toEqual(services.pool);
    expect(poolOn('a', { pool: null }, stretch('a'))).toBeNull();
  });

  it('fill a small subnet, and keep the first address for a gateway', () => {
    const ranges = { subnet: '10.1.0.0/29', pool: null };
    const used = new Set<string>();
    const next = (isGateway = false) => {
      const address = freeAddress(ranges, used, isGateway);
      if (address !== null) used.add(address);
      return address;
    };
    expect([next(), next(true), next(), next(), next(), next()]).toEqual([
      '10.1.0.2',
      '10.1.0.1',
      '10.1.0.3',
      '10.1.0.4',
      '10.1.0.5',
      null,
    ]);
  });
});

describe('the server of a network', () => {
  const member = (vm: string, hostId: string, n: number, nic = 'nic1'): Member => ({
    ...{ vmId: `id-${vm}`, vm, hostId, nic, plugged: true },
    mac: `56:6f:00:00:00:0${n}`,
    addresses: [`10.1.0.${n}`],
  });
  const members = [member('web', 'one', 2), member('db', 'two', 3), member('web', 'one', 4, 'nic2')];
  const network = { id: '01a22477-0000-7000-8000-00000000000a', bridge: 'blue', mtu: 1500, stretch: null };
  const services = {
    ...{ mode: 'all' as const, subnet: '10.1.0.0/24', pool: null, leaseSeconds: 600, domain: 'blue.internal' },
    ...{ options: [], gatewayVmId: null, families: 'ipv4' as const, subnet6: null, guard: false },
  };

  it('knows all vNICs of the network, and the names of its own island only', () => {
    const spec = servicesSpec('store', 'one', network, services, members);
    expect(spec?.vnics.map(({ ipv4, name }) => [ipv4, name])).toEqual([
      ['10.1.0.2', 'web'],
      ['10.1.0.3', 'db'],
      ['10.1.0.4', 'web-nic2'],
    ]);
    expect(spec?.names).toEqual([
      { name: 'web', addresses: ['10.1.0.2', '10.1.0.4'] },
      { name: 'web-nic2', addresses: ['10.1.0.4'] },
    ]);
    expect(servicesSpec('store', 'three', network, services, members)).toBeUndefined();
  });

  it('has the same address and MAC on every host, and a port name that fits', () => {
    const [one, two] = ['one', 'two'].map((host) => servicesSpec('store', host, network, services, members));
    expect([one?.mac, one?.ipv4, one?.port]).toEqual([two?.mac, two?.ipv4, two?.port]);
    expect(one?.port.length).toBeLessThanOrEqual(15);
    expect(one?.settings).toBe(two?.settings);
    expect(one?.records).not.toBe(two?.records);
  });

  it('leads through its gateway VM only while that has a vNIC on the network', () => {
    const through = (vm: string) =>
      servicesSpec('store', 'one', network, { ...services, gatewayVmId: `id-${vm}` }, members)?.gateway;
    expect(through('db')).toEqual({ mac: '56:6f:00:00:00:03', ipv4: '10.1.0.3', ipv6: null });
    expect(through('gone')).toBeNull();
  });

  it('gives guests the addresses of IPv6 that they would make themselves, and their names', () => {
    const both = { ...services, families: 'dual' as const, subnet6: 'fd12:3456:789a:1::/64' };
    const spec = servicesSpec('store', 'one', network, both, members);
    expect(spec?.ipv6).toEqual({ address: 'fd12:3456:789a:1::53/64', pool: null });
    expect(spec?.vnics[0]).toMatchObject({ ipv4: '10.1.0.2', ipv6: 'fd12:3456:789a:1:546f:ff:fe00:2' });
    expect(spec?.names[1]?.addresses).toEqual(['10.1.0.4', 'fd12:3456:789a:1:546f:ff:fe00:4']);
    const only = servicesSpec('store', 'one', network, { ...both, families: 'ipv6', gatewayVmId: 'id-db' }, members);
    expect(only).toMatchObject({
      ipv4: null,
      gateway: { ipv4: null, ipv6: 'fd12:3456:789a:1:546f:ff:fe00:3' },
      vnics: [{ ipv4: null }, { ipv4: null }, { ipv4: null }],
    });
    expect(only?.names[1]?.addresses).toEqual(['fd12:3456:789a:1:546f:ff:fe00:4']);
  });

  it('gives guests that Atoll does not know other addresses of IPv6 on each host of a stretched network', () => {
    const both = { ...services, families: 'dual' as const, subnet6: 'fd12:3456:789a:1::/64' };
    const open = { ...both, pool: { from: '10.1.0.200', to: '10.1.0.250' } };
    const stretched = { ...network, stretch: { vni: 7, hosts: ['one', 'two'] } };
    const range = (host: string) => servicesSpec('store', host, stretched, open, members)?.ipv6?.pool;
    expect(range('one')).toEqual({ from: 'fd12:3456:789a:1::1:0', to: 'fd12:3456:789a:1::1:ffff' });
    expect(range('two')).toEqual({ from: 'fd12:3456:789a:1::2:0', to: 'fd12:3456:789a:1::2:ffff' });
  });

  it('gives the labels of VMs to their first vNICs', () => {
    expect([...labelsOf(members).values()].map(({ vm, own }) => `${vm} ${own}`)).toEqual([
      'web web',
      'db db',
      'web web-nic2',
    ]);
  });
});
