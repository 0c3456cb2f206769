import { describe, expect, it } from 'vitest';
import type { ServicesSpec } from '../../../engine/ports/services';
import { startInput } from './apply';
import { configText, namesText, vnicsText } from './config';
import { serverFilterText } from './filter-text';
import { unusedAddress } from './probe-args';

const STORE = '0198c5a0-0000-7000-8000-0000000000aa';
const NETWORK = '0198c5a0-0000-7000-8000-0000000000bb';
const SPEC: ServicesSpec = {
  ...{ networkId: NETWORK, bridge: 'blue', mtu: 1500, port: 'ats0', alias: `atoll-port:${STORE}:${NETWORK}:services` },
  mac: '56:6f:5e:00:00:01',
  ipv4: { address: '10.9.0.254/24', pool: { from: '10.9.0.200', to: '10.9.0.250' } },
  ipv6: { address: 'fd00::1/64', pool: null },
  ...{ domain: 'blue.internal', dhcp: true, dns: true, leaseSeconds: 3600 },
  options: [{ code: 42, value: '10.9.0.7,10.9.0.8' }],
  gateway: { mac: '56:6f:00:00:00:0a', ipv4: '10.9.0.10', ipv6: null },
  guard: false,
  vnics: [
    { mac: '56:6f:00:00:00:0a', ipv4: '10.9.0.10', ipv6: null, name: 'gw' },
    { mac: '56:6f:00:00:00:0b', ipv4: '10.9.0.11', ipv6: 'fd00::11', name: 'db' },
    { mac: '56:6f:00:00:00:0c', ipv4: null, ipv6: null, name: 'none' },
  ],
  names: [{ name: 'db', addresses: ['10.9.0.11', 'fd00::11'] }],
  ...{ settings: 'a1', records: 'b2' },
};
const input = (spec: ServicesSpec): string => startInput(STORE, spec, 'word');
const lines = (spec: ServicesSpec): string[] => configText(spec).trim().split('\n');

describe('the configuration of a server', () => {
  it('serves what the engine decided, and asks only the gateway VM for foreign names', () => {
    expect(lines(SPEC)).toEqual(
      expect.arrayContaining([
        'no-resolv',
        'no-hosts',
        'interface=eth0',
        'local=/blue.internal/',
        'server=10.9.0.10',
        'dhcp-ignore-names',
        'dhcp-option=option:router',
        'dhcp-option=tag:!gateway,option:router,10.9.0.10',
        'dhcp-option=42,10.9.0.7,10.9.0.8',
        'dhcp-range=10.9.0.200,10.9.0.250,255.255.255.0,3600',
        'dhcp-range=fd00::1,static,slaac,64,3600',
        'ra-param=eth0,60,0',
      ]),
    );
    expect(vnicsText(SPEC)).toBe(
      '56:6f:00:00:00:0a,set:gateway,10.9.0.10,gw\n56:6f:00:00:00:0b,10.9.0.11,[fd00::11],db\n',
    );
    expect(namesText(SPEC)).toBe('10.9.0.11 db\nfd00::11 db\n');
  });

  it('asks the gateway VM by IPv6 where there is no other family', () => {
    const only = { ...SPEC, ipv4: null, gateway: { mac: '56:6f:00:00:00:0a', ipv4: null, ipv6: 'fd00::a' } };
    expect(lines(only)).toContain('server=fd00::a');
    expect(lines(only).filter((line) => line.startsWith('dhcp-range='))).toHaveLength(1);
    expect(serverFilterText(only)).toContain('ip6 daddr fd00::a meta l4proto { tcp, udp } th dport 53 accept');
  });

  it('asks nobody without a gateway VM, and hands out no router', () => {
    const without = { ...SPEC, gateway: null };
    expect(lines(without).filter((line) => /^server=|router/.test(line))).toEqual(['dhcp-option=option:router']);
    expect(serverFilterText(without)).not.toContain('dport 53 accept\n    ip ');
    expect(serverFilterText(without)).not.toContain('th dport');
  });

  it('has addresses without a pool, names without addresses, and addresses without names', () => {
    const reserved = { ...SPEC, ipv4: { address: '10.9.77.254/20', pool: null } };
    expect(lines(reserved)).toContain('dhcp-range=10.9.64.0,static,255.255.240.0,3600');
    const names = { ...SPEC, dhcp: false };
    expect(configText(names)).not.toContain('dhcp-range');
    expect(serverFilterText(names)).not.toMatch(/\b67\b|547/);
    const addresses = { ...SPEC, dns: false };
    expect(lines(addresses)).toContain('port=0');
    expect(configText(addresses)).not.toMatch(/server=|domain-search|dns-server/);
    expect(serverFilterText(addresses)).not.toMatch(/\b53\b/);
  });

  /** Each reads as something else in a configuration, a filter, a script or a batch. */
  const HOSTILE = [
    'a\nserver=192.0.2.1',
    'a,b',
    'a b',
    'a#b',
    'a"b',
    "a'b",
    'a\\b',
    '$(id)',
    '`id`',
    'END-OF-FILE',
    'ä',
    '',
    '-a',
    '../a',
    'a\0b',
    'x'.repeat(300),
  ];
  const PLACES: Record<string, (value: string) => Partial<ServicesSpec>> = {
    networkId: (networkId) => ({ networkId }),
    bridge: (bridge) => ({ bridge }),
    port: (port) => ({ port }),
    alias: (alias) => ({ alias }),
    mac: (mac) => ({ mac }),
    domain: (domain) => ({ domain }),
    settings: (settings) => ({ settings }),
    records: (records) => ({ records }),
    address: (address) => ({ ipv4: { address, pool: null } }),
    'address of IPv6': (address) => ({ ipv6: { address, pool: null } }),
    'start of the pool': (from) => ({ ipv4: { address: '10.9.0.254/24', pool: { from, to: '10.9.0.9' } } }),
    'end of the pool': (to) => ({ ipv4: { address: '10.9.0.254/24', pool: { from: '10.9.0.2', to } } }),
    'address of the gateway': (ipv4) => ({ gateway: { mac: '56:6f:00:00:00:0a', ipv4: ipv4 || 'x', ipv6: null } }),
    'MAC of a vNIC': (mac) => ({ vnics: [{ mac, ipv4: '10.9.0.3', ipv6: null, name: 'a' }] }),
    'address of a vNIC': (ipv4) => ({ vnics: [{ mac: '56:6f:00:00:00:0a', ipv4, ipv6: null, name: 'a' }] }),
    'name of a vNIC': (name) => ({ vnics: [{ mac: '56:6f:00:00:00:0a', ipv4: '10.9.0.3', ipv6: null, name }] }),
    name: (name) => ({ names: [{ name, addresses: ['10.9.0.3'] }] }),
    'address of a name': (address) => ({ names: [{ name: 'a', addresses: [address] }] }),
  };

  it.each(Object.keys(PLACES))('refuses a %s that would be read as something else', (place) => {
    expect(() => input(SPEC)).not.toThrow();
    for (const value of HOSTILE) {
      // A bridge's name may be in capitals, and a digest is any word of letters.
      if (value === 'END-OF-FILE' && ['bridge', 'port'].includes(place)) continue;
      expect(() => input({ ...SPEC, ...PLACES[place]!(value) }), `${place}: ${JSON.stringify(value)}`).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
    }
  });

  it('refuses the value of an option that could start another line, a comment or a quotation', () => {
    for (const value of ['a\nserver=192.0.2.1', 'a #b', 'a"b', 'a\\b', ' a', 'a ', '', 'ä', 'x'.repeat(256)])
      expect(() => input({ ...SPEC, options: [{ code: 66, value }] }), value).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT', field: 'options' }),
      );
    for (const code of [0, 255, 1.5, NaN])
      expect(() => input({ ...SPEC, options: [{ code, value: 'a' }] })).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
  });

  it('refuses the mark of another store or network', () => {
    for (const alias of [
      `atoll-port:${NETWORK}:${NETWORK}:services`,
      `atoll-port:${STORE}:${STORE}:services`,
      `atoll:${STORE}:${NETWORK}`,
    ])
      expect(() => input({ ...SPEC, alias })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

describe("the live probe's own address", () => {
  it('is the last one that nobody has', () => {
    const small = { address: '10.9.0.6/29', pool: { from: '10.9.0.4', to: '10.9.0.5' } };
    const vnics = [{ mac: '56:6f:00:00:00:0a', ipv4: '10.9.0.3', ipv6: null, name: 'a' }];
    const spec = { ...SPEC, ipv4: small, vnics, names: [], gateway: null };
    expect(unusedAddress(spec)).toBe('10.9.0.2');
    const names = [{ name: 'b', addresses: ['10.9.0.1', '10.9.0.2'] }];
    expect(unusedAddress({ ...spec, names })).toBeNull();
  });
});
