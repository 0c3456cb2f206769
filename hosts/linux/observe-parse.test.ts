import { expect, test } from 'vitest';
import { parseNetwork } from './observe-parse';

const STORE = '0193a1b2-0000-7000-8000-00000000feed';
const NETWORK = '0193a1b2-0000-7000-8000-000000000001';

/** Shortened from `ip -j -d address` of a lab: lo, a bridge of ours with a tap and the probe's port in it, a slirp tap. */
const LINKS = [
  {
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP'],
    mtu: 65536,
    link_type: 'loopback',
    address: '00:00:00:00:00:00',
    addr_info: [{ local: '127.0.0.1', prefixlen: 8 }],
  },
  {
    ifname: 'red',
    flags: ['BROADCAST', 'UP', 'LOWER_UP'],
    mtu: 1500,
    link_type: 'ether',
    address: '56:6f:00:00:00:01',
    ifalias: `atoll:${STORE}:${NETWORK}`,
    linkinfo: {
      info_kind: 'bridge',
      info_data: { stp_state: 0, forward_delay: 0, mcast_snooping: 0, vlan_filtering: 0, group_fwd_mask: '0xfff8' },
    },
    addr_info: [{ family: 'inet6', local: 'fe80::1', prefixlen: 64 }],
  },
  {
    ifname: 'vnet0',
    flags: ['UP'],
    mtu: 1500,
    link_type: 'ether',
    address: 'fe:6f:00:00:00:02',
    master: 'red',
    linkinfo: { info_kind: 'tun', info_data: { type: 'tap' }, info_slave_data: { group_fwd_mask: '0x4' } },
    addr_info: [],
  },
  {
    ifname: 'atp1a',
    flags: ['UP'],
    mtu: 1500,
    link_type: 'ether',
    address: '02:00:00:00:00:02',
    master: 'red',
    linkinfo: { info_kind: 'veth' },
    addr_info: [],
  },
  { ifname: 'eth0', flags: [], mtu: 1500, link_type: 'ether', address: '02:00:00:00:00:03', addr_info: [] },
  {},
];

/** Neither ours nor with an address. */
const PLAIN = { alias: null, addresses: [] };

test('combines links, seals and IPv6', () => {
  const chain = {
    family: 'netdev',
    table: 'atoll_x',
    name: 'in_red',
    dev: 'red',
    type: 'filter',
    hook: 'ingress',
    policy: 'drop',
  };
  const json = JSON.stringify({
    nftables: [{ chain }, { chain: { ...chain, name: 'out_gone', dev: 'gone', hook: 'egress' } }],
  });
  const observed = parseNetwork({
    links: JSON.stringify(LINKS),
    table: { name: 'atoll_x', json },
    speakingIpv6: new Set(['red', 'eth0']),
    probing: new Set(['atp1']),
  });
  expect(observed).toEqual({
    bridges: [
      {
        name: 'red',
        mac: '56:6f:00:00:00:01',
        mtu: 1500,
        up: true,
        alias: `atoll:${STORE}:${NETWORK}`,
        owner: { storeId: STORE, networkId: NETWORK },
        addresses: ['fe80::1/64'],
        ipv6Disabled: false,
        stp: false,
        forwardDelay: 0,
        multicastSnooping: false,
        vlanFiltering: false,
        sealIngress: 'ok',
        sealEgress: 'missing',
        ports: [{ name: 'vnet0', mac: 'fe:6f:00:00:00:02', kind: 'tap', up: true, ipv6Disabled: true, addresses: [] }],
      },
    ],
    nics: [
      { name: 'vnet0', mac: 'fe:6f:00:00:00:02', mtu: 1500, up: true, master: 'red', kind: 'tun', ...PLAIN },
      { name: 'eth0', mac: '02:00:00:00:00:03', mtu: 1500, up: false, master: null, kind: 'physical', ...PLAIN },
    ],
    orphanSeals: ['gone'],
    routes: [],
    dhcp: [],
  });
});

test("treats a port with a probe's name as a normal port unless that probe runs", () => {
  const { bridges } = parseNetwork({ links: JSON.stringify(LINKS), table: null, speakingIpv6: new Set() });
  expect(bridges[0]?.ports.map(({ name }) => name)).toEqual(['vnet0', 'atp1a']);
});

test('reports every bridge as open without a table', () => {
  const { bridges } = parseNetwork({ links: JSON.stringify(LINKS), table: null, speakingIpv6: new Set() });
  expect(bridges[0]).toMatchObject({ sealIngress: 'missing', sealEgress: 'missing' });
});

test.each([
  ['0', true],
  ['0x4000', true],
  ['fff8', undefined],
])('with the group_fwd_mask %s a bridge passes link-local frames to the host: %s', (mask, receives) => {
  const links = JSON.stringify(LINKS).replace('0xfff8', mask);
  const { bridges } = parseNetwork({ links, table: null, speakingIpv6: new Set() });
  expect(bridges[0]?.receivesLinkLocal).toBe(receives);
});
