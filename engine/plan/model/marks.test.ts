import { describe, expect, it } from 'vitest';
import { BOND, setupMark, setupOwner, storeOfMark } from './marks';

const STORE = '0193a1b2-0000-7000-8000-0000000000a1';
const NETWORK = '0193a1b2-0000-7000-8000-0000000000b2';

describe('a mark of Setup networks', () => {
  it('on a VLAN or a bridge names the store and the network', () => {
    const mark = setupMark(STORE, NETWORK);
    expect(setupOwner(mark)).toEqual({ storeId: STORE, what: NETWORK });
    expect(storeOfMark(mark)).toBe(STORE);
  });

  it('on a bond names the store and identifies it as a bond', () => {
    const mark = setupMark(STORE, BOND);
    expect(setupOwner(mark)).toEqual({ storeId: STORE, what: BOND });
    expect(storeOfMark(mark)).toBe(STORE);
  });

  it('differs from that of a sealed bridge, whose store is parsed too', () => {
    for (const mark of [`atoll:${STORE}:${NETWORK}`, `atoll:${STORE}:${NETWORK}:kept`]) {
      expect(setupOwner(mark)).toBeNull();
      expect(storeOfMark(mark)).toBe(STORE);
    }
  });

  it.each([
    '',
    `atoll-nic:${STORE}`,
    `atoll-nic:${STORE}:`,
    `atoll-nic:${STORE}:bonds`,
    `atoll-nic:${STORE}:BOND`,
    `atoll-nic:${STORE}:${NETWORK}:kept`,
    ` atoll-nic:${STORE}:bond`,
    `atoll-nic:${STORE}:bond\n`,
    `x\natoll-nic:${STORE}:bond`,
    `atoll-nic:${STORE.toUpperCase()}:bond`,
    `atoll-nic:${STORE.slice(1)}:bond`,
    `atoll-nic:${STORE.slice(0, -1)}/:bond`,
    `atoll:${STORE}:bond`,
  ])('is not %j', (alias) => {
    expect(setupOwner(alias)).toBeNull();
    expect(storeOfMark(alias)).toBeNull();
  });

  it('is never parsed from a missing alias', () => {
    expect(setupOwner(null)).toBeNull();
  });
});
