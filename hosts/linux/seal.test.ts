import { describe, expect, test } from 'vitest';
import { firstSealText, readSeals, sealTable, sealText, unsealText } from './seal';

const TABLE = sealTable('0193a1b2-0000-7000-8000-00000000feed');

describe('nft text', () => {
  test('replaces a seal in one transaction', () => {
    expect(sealText(TABLE, 'net-1')).toBe(`add chain netdev atoll_00000000feed in_net-1
flush chain netdev atoll_00000000feed in_net-1
delete chain netdev atoll_00000000feed in_net-1
add chain netdev atoll_00000000feed in_net-1 { type filter hook ingress device "net-1" priority 0; policy drop; }
add chain netdev atoll_00000000feed out_net-1
flush chain netdev atoll_00000000feed out_net-1
delete chain netdev atoll_00000000feed out_net-1
add chain netdev atoll_00000000feed out_net-1 { type filter hook egress device "net-1" priority 0; policy drop; }
`);
  });
  test('does not reuse leftovers for a first seal', () => {
    expect(firstSealText(TABLE, 'net-1')).toBe(
      `create chain netdev atoll_00000000feed in_net-1 { type filter hook ingress device "net-1" priority 0; policy drop; }
create chain netdev atoll_00000000feed out_net-1 { type filter hook egress device "net-1" priority 0; policy drop; }
`,
    );
  });
  test('ignores missing chains when removing', () => {
    expect(
      unsealText(TABLE, 'a')
        .split('\n')
        .filter((line) => line.startsWith('delete')),
    ).toHaveLength(2);
    expect(unsealText(TABLE, 'a')).not.toContain('hook');
  });
  test.each(['a"; flush ruleset; #', 'a b', 'a\n', '', 'a}'])('%j is refused', (name) => {
    expect(() => sealText(TABLE, name)).toThrow(/cannot be the name/);
    expect(() => firstSealText(TABLE, name)).toThrow(/cannot be the name/);
    expect(() => unsealText(TABLE, name)).toThrow(/cannot be the name/);
  });
  test.each(['', 'x; flush ruleset', '../etc', '0193a1b2'])('a store id %j makes no table', (id) =>
    expect(() => sealTable(id)).toThrow(/not a UUID/),
  );
});

describe('reading seals', () => {
  const chain = (name: string, more: object = {}) => ({
    chain: {
      family: 'netdev',
      table: TABLE,
      name,
      dev: name.slice(name.indexOf('_') + 1),
      type: 'filter',
      prio: 0,
      policy: 'drop',
      hook: name.startsWith('in_') ? 'ingress' : 'egress',
      ...more,
    },
  });
  const read = (...items: object[]) =>
    readSeals(
      JSON.stringify({ nftables: [{ metainfo: {} }, { table: { family: 'netdev', name: TABLE } }, ...items] }),
      TABLE,
    );

  test('whole', () => {
    expect(read(chain('in_a'), chain('out_a'))).toEqual(new Map([['a', { ingress: 'ok', egress: 'ok' }]]));
  });
  test.each([
    ['another device', { dev: 'b' }],
    ['several devices', { dev: ['a', 'b'] }],
    ['no device', { dev: undefined }],
    ['another policy', { policy: 'accept' }],
    ['no hook', { hook: undefined }],
    ['the other hook', { hook: 'egress' }],
    ['another type', { type: 'nat' }],
  ])('%s is wrong', (_words, more) => {
    expect(read(chain('in_a', more), chain('out_a')).get('a')).toEqual({ ingress: 'wrong', egress: 'ok' });
  });
  test('a rule in a chain makes it wrong', () => {
    expect(read(chain('in_a'), chain('out_a'), { rule: { table: TABLE, chain: 'out_a' } }).get('a')).toEqual({
      ingress: 'ok',
      egress: 'wrong',
    });
  });
  test('a dormant table has no effect', () => {
    const asleep = { table: { family: 'netdev', name: TABLE, flags: ['dormant'] } };
    expect(read(asleep, chain('in_a')).get('a')).toEqual({ ingress: 'wrong', egress: 'missing' });
  });
  test('unrelated items are skipped', () => {
    expect(
      read(chain('forward'), chain('in_a b'), chain('in_'), { chain: { ...chain('in_a').chain, table: 'other' } }),
    ).toEqual(new Map());
  });
});
