import { expect, test } from 'vitest';
import type { RunResult, Shell } from '../shell';
import { leavesBridges, readRedirects, withRedirects } from './redirects';

/** From `nft -j list ruleset netdev` on a host where someone redirected the frames of vnet0. */
const rule = (table: string, statement: object) => ({
  rule: { family: 'netdev', table, chain: 'p', expr: [statement] },
});
const chain = (table: string, dev: string | string[]) => ({ chain: { family: 'netdev', table, name: 'p', dev } });
const mapOf = (pairs: unknown) => ({
  map: { key: { meta: { key: 'iif' } }, data: typeof pairs === 'string' ? pairs : { set: pairs } },
});
const listing = (...items: object[]): string => JSON.stringify({ nftables: [{ metainfo: {} }, ...items] });

test.each([
  ['none', listing(chain('atoll_1', 'blue')), []],
  ['a rule that only drops', listing(chain('t', 'vnet0'), rule('t', { drop: null })), []],
  ['a redirect from a tap', listing(chain('t', 'vnet0'), rule('t', { fwd: { dev: 'eth0' } })), ['eth0', 'vnet0']],
  [
    'a copy onto a tap',
    listing(chain('t', ['eth0', 'eth1']), rule('t', { dup: { addr: 'vnet0' } })),
    ['vnet0', 'eth0', 'eth1'],
  ],
  [
    'targets out of a map in the rule',
    listing(chain('t', 'eth0'), rule('t', { fwd: { dev: mapOf([['eth0', 'vnet0']]) } })),
    ['vnet0', 'eth0'],
  ],
  [
    'a target out of a named map',
    listing(chain('t', 'eth0'), rule('t', { dup: { addr: mapOf('@m') } })),
    ['*', 'eth0'],
  ],
  ['a hook on a pattern', listing(chain('t', 'vnet*'), rule('t', { dup: { addr: 'eth0' } })), ['eth0', 'vnet*']],
])('%s', (_words, json, devices) => expect([...readRedirects(json).keys()]).toEqual(devices));

const broute = { mangle: { key: { meta: { key: 'broute' } }, value: 1 } };
const from = (key: string, right: unknown) => ({ match: { op: '==', left: { meta: { key } }, right } });
const inBridge = (...expr: object[]) =>
  JSON.stringify({ nftables: [{ rule: { family: 'bridge', table: 'b', chain: 'p', expr } }] });

test.each([
  ['a rule that only drops', inBridge(from('iifname', 'vnet0'), { drop: null }), null],
  ['broute for all', inBridge(broute), 'b'],
  ['broute of a tap', inBridge(from('iifname', 'vnet0'), broute), 'b'],
  ['broute of one of several', inBridge(from('iifname', { set: ['eth0', 'vnet0'] }), broute), 'b'],
  ['broute of a named set', inBridge(from('iifname', '@taps'), broute), 'b'],
  ['broute of all taps', inBridge(from('iifname', 'vnet*'), broute), 'b'],
  ['broute of a stranger', inBridge(from('iifname', 'eth0'), broute), null],
  ['a bridge handed to a program', inBridge(from('ibrname', 'blue'), { queue: { num: 1 } }), 'b'],
  ['broute switched off', inBridge({ mangle: { key: { meta: { key: 'broute' } }, value: 0 } }), null],
])('of the bridge family, %s', (_words, json, table) =>
  expect(leavesBridges(json, new Set(['blue', 'vnet0']))).toBe(table),
);

/** `ip -j -d link` of a host with two sealed bridges, a tap in each, and devices stacked on the tap of blue. */
const links = (...stacked: object[]) =>
  JSON.stringify([
    ...['blue', 'green'].map((ifname) => ({ ifname, flags: [], mtu: 1500, linkinfo: { info_kind: 'bridge' } })),
    { ifname: 'vnet0', master: 'blue', flags: [], mtu: 1500, linkinfo: { info_kind: 'tun' } },
    { ifname: 'vnet1', master: 'green', flags: [], mtu: 1500, linkinfo: { info_kind: 'tun' } },
    ...stacked,
  ]);
const vlan = (ifname: string, link: string) => ({
  ...{ ifname, link, flags: ['BROADCAST', 'UP'], mtu: 1500, link_type: 'ether' },
  linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 5, flags: ['REORDER_HDR'] } },
});

const copying = (device: string, to: unknown) => listing(chain('t', device), rule('t', { dup: { addr: to } }));

test.each([
  ['nothing', links(), inBridge(), [true, true], ''],
  ['a VLAN on a tap', links(vlan('vnet0.5', 'vnet0')), inBridge(), [false, true], 'vnet0 (vlan vnet0.5 on it)'],
  ['a VLAN on the bridge, behind its seal', links(vlan('blue.5', 'blue')), inBridge(), [true, true], ''],
  [
    'a rule that takes all out of bridges',
    links(),
    inBridge(broute),
    [false, false],
    'nft table b of the bridge family',
  ],
  [
    'a copy of all that taps receive',
    links(),
    inBridge(),
    [false, false],
    'vnet0 (nft table t)',
    copying('vnet*', 'x'),
  ],
  ['a copy onto one tap, by a map', links(), inBridge(), [false, true], 'vnet0 (', copying('x', mapOf([[0, 'vnet0']]))],
  ['a copy onto what a map says', links(), inBridge(), [false, false], 'vnet0 (', copying('x', mapOf('@m'))],
])('the points with %s', async (_words, linkList, bridging, oks, reported, netdev = listing()) => {
  const said: Record<string, string> = { ip: linkList, bridge: bridging, netdev, tc: '' };
  const run = (argv: readonly string[]): Promise<RunResult> =>
    Promise.resolve({
      exit: 0,
      stdout: said[argv[0] === 'nft' ? (argv.at(-1) ?? '') : (argv[0] ?? '')] ?? '',
      stderr: '',
    });
  const targets = ['blue', 'green'].map((bridge) => ({ networkId: bridge, bridge, mtu: 1500 }));
  const points = targets.map(() => [{ id: 'hooks', title: '', ok: true, evidence: '' } as const]);
  const put = await withRedirects({ run } as unknown as Shell, targets, points, new AbortController().signal);
  expect(put.map(([point]) => point?.ok)).toEqual(oks);
  expect(put[0]?.[0]?.evidence).toContain(reported);
});
