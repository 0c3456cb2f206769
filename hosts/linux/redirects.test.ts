import { expect, test } from 'vitest';
import { readRedirects } from './redirects';

/** From `nft -j list ruleset netdev` on a host where somebody had sent the frames of vnet0 elsewhere. */
const rule = (table: string, statement: object) => ({
  rule: { family: 'netdev', table, chain: 'p', expr: [statement] },
});
const chain = (table: string, dev: string | string[]) => ({ chain: { family: 'netdev', table, name: 'p', dev } });
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
  ['a target out of a map', listing(chain('t', 'vnet0'), rule('t', { fwd: { dev: { map: {} } } })), ['vnet0']],
])('%s', (_words, json, devices) => expect([...readRedirects(json).keys()]).toEqual(devices));
