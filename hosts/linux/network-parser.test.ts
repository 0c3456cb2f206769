import { expect, it } from 'vitest';
import { NetworkParser } from './network-parser';
import { parseNetwork, type RawNetwork } from './observe-parse';

const bridge = (more: object): object => ({
  ...{ ifname: 'red', flags: ['UP'], mtu: 1500, linkinfo: { info_kind: 'bridge', info_data: { gc_timer: 12.5 } } },
  ...more,
});
const RAW: RawNetwork = {
  links: JSON.stringify([bridge({ addr_info: [{ local: '192.0.2.1', prefixlen: 24, valid_life_time: 3600 }] })]),
  table: {
    name: 'seals',
    json: '{"nftables": [{"chain": {"family": "netdev", "table": "seals", "name": "in_blue", "dev": "blue"}}]}',
  },
  speakingIpv6: new Set(['eth0']),
  probing: new Set(),
};

it('returns what it returned before, as long as only timers tick', () => {
  const parser = new NetworkParser();
  const first = parser.parse(RAW);
  expect(first).toEqual(parseNetwork(RAW));
  const links = RAW.links.replace('12.5', ' 263.01').replace('3600', '3599');
  expect(links).not.toBe(RAW.links);
  expect(parser.parse({ ...RAW, links })).toBe(first);
});

it.each<Partial<RawNetwork>>([
  { links: JSON.stringify([bridge({ mtu: 1400 })]) },
  { links: RAW.links.replace('192.0.2.1', '192.0.2.2') },
  { table: null },
  { table: { name: 'seals', json: '{"nftables": []}' } },
  { speakingIpv6: new Set(['eth0', 'red']) },
  { routes: '[{"dst": "default", "gateway": "192.0.2.9", "dev": "eth0"}]' },
  { dhcp: ['eth0'] },
  { links: JSON.stringify([bridge({ ifname: 'atp1' })]), probing: new Set(['atp1']) },
])('parses what differs in anything else, %j', (change) => {
  const parser = new NetworkParser();
  const first = parser.parse(RAW);
  const second = parser.parse({ ...RAW, ...change });
  expect(second).toEqual(parseNetwork({ ...RAW, ...change }));
  expect(second).not.toEqual(first);
  expect(parser.parse(RAW)).toEqual(first);
});

it('parses again after an answer that could not be read', () => {
  const parser = new NetworkParser();
  const first = parser.parse(RAW);
  expect(() => parser.parse({ ...RAW, links: 'nonsense' })).toThrow();
  expect(() => parser.parse({ ...RAW, links: 'nonsense' })).toThrow();
  expect(parser.parse(RAW)).toEqual(first);
});

it('asks for the speeds of what can be a NIC, and of all links while it knows none', () => {
  const parser = new NetworkParser();
  expect(parser.speedsOf).toEqual(['*']);
  const nic = (ifname: string, kind?: string): object => ({
    ...{ ifname, flags: [], mtu: 1500 },
    ...(kind === undefined ? {} : { linkinfo: { info_kind: kind } }),
  });
  const links = [
    nic('eth0'),
    nic('lan1', 'dsa'),
    nic('vnet0', 'tun'),
    nic('v0', 'veth'),
    nic('bond0', 'bond'),
    nic('a b'),
  ];
  parser.parse({ ...RAW, links: JSON.stringify(links) });
  expect(parser.speedsOf).toEqual(['eth0', 'lan1', 'bond0']);
  parser.parse({ ...RAW, links: JSON.stringify(Array.from({ length: 201 }, (_, i) => nic(`eth${i}`))) });
  expect(parser.speedsOf).toEqual(['*']);
});
