import { describe, expect, it } from 'vitest';
import type { TunnelEnd, TunnelPeer, TunnelSpec } from '../../../engine/ports/stretch';
import { readTunnel } from './observe';
import { endLine, filterLines, startTunnelInput } from './texts';

const STORE = '0198c5a0-0000-7000-8000-0000000000aa';
const NETWORK = '0198c5a0-0000-7000-8000-0000000000bb';
const KEY = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=';
const NEXT = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAI=';
const PEER: TunnelPeer = { number: 300, publicKey: KEY, nextKey: NEXT, endpoint: '192.0.2.7:51871', vnis: [77, 78] };
const SPEC: TunnelSpec = {
  ...{ namespace: 'atoll-0000000000aa', device: 'atw0000000000aa', alias: `atoll-wg:${STORE}`, number: 1 },
  ...{ port: null, mtu: 1420, key: null, peers: [PEER], ends: [], settings: 's1' },
};
const END: TunnelEnd = {
  ...{ networkId: NETWORK, bridge: 'blue', port: 'att00004d', alias: `atoll-tunnel:${STORE}:${NETWORK}` },
  ...{ vni: 77, mtu: 1370, members: [2, 300] },
};
const lines = (word: string): string[] =>
  startTunnelInput(STORE, SPEC)
    .split('\n')
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => line.slice(word.length + 1));

describe('the input of the scripts', () => {
  it('gives a peer one address, and its next key none', () => {
    expect(lines('wg')).toEqual([
      ...['[Peer]', `PublicKey = ${KEY}`, 'AllowedIPs = 10.255.1.44/32', 'PersistentKeepalive = 25'],
      ...['Endpoint = 192.0.2.7:51871', '[Peer]', `PublicKey = ${NEXT}`],
    ]);
    expect(lines('ip')).toContain('route replace 10.255.1.44/32 dev atw0000000000aa src 10.255.0.1');
    expect(lines('want')).toEqual(expect.arrayContaining([`peer ${KEY} 10.255.1.44/32`, `peer ${NEXT} (none)`]));
  });

  it('lets in frames of networks that their sender is a member of, and nothing else but pings', () => {
    const text = filterLines(SPEC).join('\n');
    expect(text).toContain('elements = { 10.255.1.44 . 19712, 10.255.1.44 . 19968 }');
    expect(text.match(/policy drop/g)).toHaveLength(3);
    expect(text.match(/accept/g)).toHaveLength(3);
    expect(filterLines({ ...SPEC, peers: [] }).join('\n')).not.toContain('elements');
  });

  it('names the end, its own addresses and its members', () => {
    expect(endLine(STORE, SPEC, END)).toBe(
      `att00004d blue ${NETWORK} ${END.alias} 77 1370 0e:00:01:00:00:4d 10.255.0.1 atoll-0000000000aa ,10.255.0.2,10.255.1.44\n`,
    );
  });

  const HOSTILE = [
    'a b',
    'a\nend',
    '$(id)',
    '`id`',
    "a'b",
    'a"b',
    '',
    '-a',
    'x'.repeat(300),
    '../a',
    'a;b',
    'a#b',
    'ä',
  ];

  it.each(['namespace', 'device', 'alias', 'key', 'settings'] as const)('refuses a %s that is none', (field) => {
    for (const value of HOSTILE)
      expect(() => startTunnelInput(STORE, { ...SPEC, [field]: value }), value).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
  });

  it.each(['publicKey', 'nextKey', 'endpoint'] as const)('refuses a peer with a %s that is none', (field) => {
    for (const value of [...HOSTILE, '192.0.2.1', '192.0.2.1:0', '192.0.2.1:70000', '[::1%eth0]:1', 'host:1'])
      expect(() => startTunnelInput(STORE, { ...SPEC, peers: [{ ...PEER, [field]: value }] }), value).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
  });

  it.each(['bridge', 'port', 'alias', 'networkId'] as const)('refuses an end with a %s that is none', (field) => {
    for (const value of HOSTILE)
      expect(() => endLine(STORE, SPEC, { ...END, [field]: value }), value).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
  });

  it('refuses names of another store, and two hosts with one key or number', () => {
    const other = { namespace: 'atoll-0000000000ab' };
    const twice = { peers: [PEER, { ...PEER, number: 2, nextKey: null }] };
    const self = { peers: [{ ...PEER, number: 1 }] };
    for (const change of [other, twice, self, { number: 0 }, { number: 65_535 }, { mtu: 10 }])
      expect(() => startTunnelInput(STORE, { ...SPEC, ...change })).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
  });
});

describe('what a host has of a tunnel', () => {
  const text = [
    ...[`key ${KEY}`, 'settings s1', 'by userspace', 'now 1000', 'nsid 4'],
    '00:00:00:00:00:00 dev att00004d dst 10.255.1.44 self permanent',
    '00:00:00:00:00:00 dev att00004d dst 192.0.2.9 self permanent',
    ...['flags 0x10d1', 'port 51871', `endpoints ${NEXT}\t(none)`, `latest-handshakes ${NEXT}\t990`],
    ...[`transfer ${NEXT}\t5\t7`, '+ interface x0 up', '- route 10.255.0.2 by atw0000000000aa', 'inspected'],
  ].join('\n');
  const data = { id: 77, local: '10.255.0.1', port: 4789 };
  const link = {
    ...{ ifname: 'att00004d', flags: ['UP'], mtu: 1370, master: 'blue', ifalias: END.alias, link_netnsid: 4 },
    linkinfo: { info_kind: 'vxlan', info_data: data },
  };

  it('is read with its peers, its ends and what is wrong', () => {
    const { tunnel, inspected } = readTunnel(STORE, text, [link as never]);
    expect(inspected).toBe(true);
    expect(tunnel).toMatchObject({
      ...{ publicKey: KEY, nextKey: null, isRunning: true, by: 'userspace', port: 51_871, settings: 's1' },
      peers: [{ publicKey: NEXT, endpoint: null, handshakeAge: 10, received: 5, sent: 7 }],
      ends: [{ networkId: NETWORK, vni: 77, members: [300], faults: ['it sends frames to 192.0.2.9'] }],
    });
    expect(tunnel?.faults).toHaveLength(2);
  });

  it.each([
    [{ linkinfo: { info_kind: 'vxlan', info_data: { ...data, remote: '192.0.2.9' } } }, /remote/],
    [{ linkinfo: { info_kind: 'vxlan', info_data: { ...data, local: '192.0.2.1' } } }, /address/],
    [{ linkinfo: { info_kind: 'vxlan', info_data: { ...data, external: true } } }, /outside/],
    [{ link_netnsid: 5 }, /socket/],
    [{ linkinfo: { info_kind: 'veth' } }, /no VXLAN/],
    [{ addr_info: [{ local: '192.0.2.3', prefixlen: 24 }] }, /192\.0\.2\.3/],
  ])('reports an end that is not as it was made: %j', (change, fault) => {
    const { tunnel } = readTunnel(STORE, text.replace(/^.*192\.0\.2\.9.*\n/m, ''), [{ ...link, ...change } as never]);
    expect(tunnel?.ends[0]?.faults).toEqual([expect.stringMatching(fault)]);
  });

  it('is nothing where there is nothing', () => {
    expect(readTunnel(STORE, '', []).tunnel).toBeNull();
  });
});
