import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mac } from '../../contract';
import { refusal } from '../../test/support/refusals';
import { freeGuestAddress, guestSubnet } from '../networks/guest-addresses';
import { macAt, nextMac } from './macs';

const STORE = '0198c5a0-1234-7abc-8def-0123456789ab';

describe('MAC pool', () => {
  it('counts in the last two bytes, after two of the store', () => {
    expect(macAt(STORE, 1)).toBe('56:6f:89:ab:00:01');
    expect(macAt(STORE, 0x1ff)).toBe('56:6f:89:ab:01:ff');
  });

  it('returns valid, unused addresses', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (n) => {
        expect(Mac.parse(macAt(STORE, n))).toBe(macAt(STORE, n));
      }),
    );
    let n = 0;
    const used = new Set([macAt(STORE, 1), macAt(STORE, 2)]);
    expect(
      nextMac(
        STORE,
        () => (n += 1),
        (mac) => used.has(mac),
      ),
    ).toBe(macAt(STORE, 3));
  });

  it('reports when it is exhausted', () => {
    let n = 0;
    expect(
      refusal(() =>
        nextMac(
          STORE,
          () => (n += 1),
          () => true,
        ),
      ).code,
    ).toBe('NO_CAPACITY');
  });
});

describe('guest addresses', () => {
  it('give each network a separate /24 until they are used up', () => {
    expect(guestSubnet(0)).toBe('10.1.0.0/24');
    expect(guestSubnet(256)).toBe('10.2.0.0/24');
    expect(guestSubnet(65_279)).toBe('10.255.255.0/24');
    expect(guestSubnet(65_280)).toBeNull();
    expect(guestSubnet(-1)).toBeNull();
  });

  it('are the lowest free ones', () => {
    expect(freeGuestAddress('10.1.0.0/24', [])).toBe('10.1.0.1/24');
    expect(freeGuestAddress('10.1.0.0/24', ['10.1.0.1/24', null, '10.1.0.3/24'])).toBe('10.1.0.2/24');
    expect(
      freeGuestAddress(
        '10.1.0.0/24',
        Array.from({ length: 254 }, (_, i) => `10.1.0.${i + 1}/24`),
      ),
    ).toBeNull();
    expect(freeGuestAddress(null, [])).toBeNull();
  });
});
