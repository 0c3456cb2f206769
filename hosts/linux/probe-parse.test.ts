import { expect, test } from 'vitest';
import { guestsOf, readClear, receivedFrom, readReceived, readSent } from './probe-parse';

const GUESTS = guestsOf();

const set = (name: string, ...elems: Array<[string, string, number]>) => ({
  set: {
    name,
    elem: elems.map(([mac, type, packets]) => ({
      elem: { val: { concat: [mac, type] }, counter: { packets, bytes: 1 } },
    })),
  },
});
const table = (...items: object[]) => JSON.stringify({ nftables: [{ metainfo: {} }, ...items] });
const LINKS = JSON.stringify([
  { ifname: 'red', address: '56:6f:00:00:00:01', flags: [], mtu: 1500 },
  { ifname: 'atp1a', address: '56:6f:00:00:00:01', flags: [], mtu: 1500 },
  { ifname: 'atp1b', address: '02:00:00:00:00:02', flags: [], mtu: 1500 },
]);
const FDB = JSON.stringify([
  { mac: '56:6f:00:00:00:07', ifname: 'vnet3', state: '' },
  { mac: '56:6f:00:00:00:08', ifname: 'vnet3', state: 'permanent' },
]);

test('distinguishes the sources', () => {
  const a = table(set('seen', [GUESTS.b, 'arp', 2], ['56:6f:00:00:00:01', 'arp', 1], ['56:6f:00:00:00:07', 'ip', 4]));
  const b = table(
    set('seen', ['02:00:00:00:00:02', 'ip6', 1]),
    set('seen_icmpv6', ['56:6f:00:00:00:08', 'echo-reply', 1]),
  );
  const received = readReceived({ a, b, links: LINKS, forwarded: '', fdb: FDB });
  expect(
    received.map(({ by, type, packets, from }) => [by, type, packets, from.kind, 'name' in from ? from.name : null]),
  ).toEqual([
    ['a', 'arp', 2, 'guest', 'guest 2'],
    ['a', 'arp', 1, 'host', 'red'],
    ['a', 'ip', 4, 'port', 'behind vnet3'],
    ['b', 'ip6', 1, 'host', "the host's end of the port"],
    ['b', 'icmpv6 echo-reply', 1, 'unknown', null],
  ]);
  expect(receivedFrom(received, 'a', GUESTS.b)).toEqual(new Map([['arp', 2]]));
  expect(receivedFrom(received, 'b', GUESTS.a).size).toBe(0);
});

test('sums up what was sent, and says what was not', () => {
  const counter = (name: string, packets: number) => ({ counter: { name, packets, bytes: 0 } });
  const text = readSent(
    table(counter('sent_arp', 2), counter('sent_dns', 0)),
    table(counter('sent_arp', 3), counter('sent_dns', 0)),
  );
  expect(text).toBe('arp 5 (not sent: dns)');
});

test('attributes frames with a MAC of the host to a guest only if all of them came in by its port', () => {
  const taken = '56:6f:00:00:00:01';
  const a = table(set('seen', [taken, 'arp', 2], [taken, 'ip', 1]));
  const forwarded = (packets: number) =>
    table({
      set: {
        name: 'seen',
        elem: [{ elem: { val: { concat: [taken, 'vnet3', 'atp1a'] }, counter: { packets, bytes: 1 } } }],
      },
    });
  const kinds = (text: string) =>
    readReceived({ a, b: table(), links: LINKS, fdb: '', forwarded: text }).map(({ from }) => from);
  const guest = { kind: 'port', name: 'behind vnet3, where a guest uses the MAC of red' };
  expect(kinds(forwarded(3))).toEqual([guest, guest]);
  expect(kinds(forwarded(2)).map(({ kind }) => kind)).toEqual(['host', 'host']);
  expect(kinds('').map(({ kind }) => kind)).toEqual(['host', 'host']);
});

test('counts what left in clear only where it was counted', () => {
  const all = 'tunnel 100 900\ninet 0\nnetdev 0\noutside "eth0","eth1",\n';
  expect(readClear(all)).toEqual({ sent: 800, clear: 0, outside: ['eth0', 'eth1'] });
  expect(readClear(all.replace('netdev 0', 'netdev 3')).clear).toBe(3);
  expect(readClear(all.replace('netdev 0\n', '')).clear).toBeNull();
  expect(readClear('tunnel 1 2\ninet 0\noutside \n')).toEqual({ sent: 1, clear: 0, outside: [] });
  expect(readClear('')).toEqual({ sent: null, clear: null, outside: [] });
});
