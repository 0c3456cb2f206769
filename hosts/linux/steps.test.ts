import { describe, expect, test } from 'vitest';
import type { BridgeSpec } from '../../engine/ports/changes';
import { lanesOf, stepsOf, type BatchedChange } from './steps';

const SPEC: BridgeSpec = { networkId: 'n', bridge: 'red', mac: '56:6f:00:00:00:01', mtu: 9000, alias: 'atoll:s:n' };
const steps = (change: BatchedChange) => stepsOf(change, 'atoll_x');

test('creates and marks a bridge, then seals it, then brings it up', () => {
  const { before, quiet, nft, after } = steps({ kind: 'bridge.create', spec: SPEC });
  expect(before.map((line) => line.text)).toEqual([
    'link add name red address 56:6f:00:00:00:01 type bridge stp_state 0 forward_delay 0 mcast_snooping 0 group_fwd_mask 65528',
    'link set dev red alias atoll:s:n',
  ]);
  expect(quiet).toEqual(['red']);
  expect(nft).toContain('policy drop');
  expect(after.map((line) => line.text)).toEqual(['link set dev red addrgenmode none mtu 9000 up']);
});

test('replaces chains that are left of an earlier bridge, and expects none otherwise', () => {
  expect(steps({ kind: 'bridge.create', spec: SPEC }).nftFirst).toContain('create chain');
  const { nft, nftFirst } = steps({ kind: 'bridge.create', spec: SPEC, hasChains: true });
  expect(nftFirst).toBeUndefined();
  expect(nft).toContain('delete chain netdev atoll_x in_red');
});

test('seals a bridge without chains by the short text, and any other by the thorough one alone', () => {
  expect(steps({ kind: 'bridge.seal', bridge: 'red', isBare: true }).nftFirst).toContain('create chain');
  const { nft, nftFirst } = steps({ kind: 'bridge.seal', bridge: 'red' });
  expect(nftFirst).toBeUndefined();
  expect(nft).toContain('delete chain netdev atoll_x in_red');
});

test('renames a bridge while it is down', () => {
  const change = steps({ kind: 'bridge.rename', from: 'odd.name', to: 'red' });
  expect([...change.before, ...change.after].map((line) => line.text)).toEqual([
    'link set dev odd.name down',
    'link set dev odd.name name red',
    'link set dev red up',
  ]);
  expect(lanesOf(change)).toEqual({ first: 0, last: 2 });
});

test('removes the chains of the former name on rename, if there can be any', () => {
  expect(steps({ kind: 'bridge.rename', from: 'blue', to: 'red' }).unseal).toContain(
    'delete chain netdev atoll_x in_blue',
  );
  expect(steps({ kind: 'bridge.rename', from: 'odd.name', to: 'red' }).unseal).toBe('');
});

test('does not set IPv6 options below the minimum MTU of IPv6', () => {
  const { after } = steps({ kind: 'bridge.create', spec: { ...SPEC, mtu: 1279 } });
  expect(after.map((line) => line.text)).toEqual(['link set dev red mtu 1279 up']);
});

describe('lanes', () => {
  const CASES: ReadonlyArray<readonly [BatchedChange, number, number]> = [
    [{ kind: 'bridge.create', spec: SPEC }, 0, 2],
    [{ kind: 'bridge.mark', bridge: 'red', alias: 'a', was: null }, 0, 0],
    [{ kind: 'bridge.seal', bridge: 'red' }, 1, 1],
    [{ kind: 'port.quiet', port: 'vnet0' }, 1, 2],
    [{ kind: 'seal.remove', bridge: 'red' }, 1, 1],
    [{ kind: 'port.add', bridge: 'red', port: 'vnet0' }, 2, 2],
    [{ kind: 'bridge.up', bridge: 'red', up: true }, 2, 2],
  ];
  test.each(CASES)('%j runs in %i to %i', (change, first, last) =>
    expect(lanesOf(steps(change))).toEqual({ first, last }),
  );
});

describe('hostile names', () => {
  const BAD = 'a\nlink del lo';
  const CASES: readonly BatchedChange[] = [
    { kind: 'bridge.create', spec: { ...SPEC, bridge: BAD } },
    { kind: 'bridge.create', spec: { ...SPEC, alias: BAD } },
    { kind: 'bridge.create', spec: { ...SPEC, mac: BAD } },
    { kind: 'bridge.seal', bridge: BAD },
    { kind: 'bridge.rename', from: BAD, to: 'red' },
    { kind: 'bridge.rename', from: 'red', to: BAD },
    { kind: 'bridge.mark', bridge: 'red', alias: BAD, was: null },
    { kind: 'bridge.mac', bridge: 'red', mac: BAD, was: '' },
    { kind: 'bridge.mtu', bridge: BAD, mtu: 1500, was: 1400 },
    { kind: 'bridge.up', bridge: BAD, up: true },
    { kind: 'bridge.options', bridge: BAD },
    { kind: 'address.remove', bridge: 'red', address: BAD },
    { kind: 'port.add', bridge: 'red', port: BAD },
    { kind: 'port.remove', bridge: 'red', port: BAD },
    { kind: 'port.quiet', port: BAD },
    { kind: 'seal.remove', bridge: BAD },
  ];
  test.each(CASES)('%j is refused', (change) =>
    expect(() => steps(change)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' })),
  );
});
