import { expect, test } from 'vitest';
import type { Guest, Vnic } from '../index';
import { addressesOf, mainAddressesOf } from './addresses';

const AT = '2026-01-01T00:00:00.000Z';
const vnic = (mac: string, assignedAddress: string | null) => ({ mac, assignedAddress }) as Vnic;
const guest = (addresses: Guest['addresses']): Guest => ({ agent: true, hostname: null, os: null, addresses, at: AT });
const seen = (mac: string, address: string, source: 'agent' | 'wire' | 'lease') =>
  ({ mac, address, source, seenAt: AT }) as const;

test('an address has one entry, with its best source, in the order of the vNICs', () => {
  const vm = {
    vnics: [vnic('b', '10.0.0.2/24'), vnic('a', '10.1.0.2/24')],
    guest: guest([
      seen('c', '172.17.0.1/16', 'agent'),
      seen('a', 'FE80::1/64', 'lease'),
      seen('a', 'fe80::1/64', 'agent'),
      seen('b', '10.0.0.2/24', 'agent'),
    ]),
  };
  expect(addressesOf(vm).map(({ mac, address, source }) => [mac, address, source])).toEqual([
    ['b', '10.0.0.2/24', 'agent'],
    ['a', 'fe80::1/64', 'agent'],
    ['a', '10.1.0.2/24', 'assigned'],
    ['c', '172.17.0.1/16', 'agent'],
  ]);
  expect(addressesOf({ vnics: vm.vnics, guest: null }).map(({ source }) => source)).toEqual(['assigned', 'assigned']);
});

test('where there is little room, link-local addresses are shown only if a vNIC has no other', () => {
  const vm = {
    vnics: [vnic('a', '10.0.0.2/24'), vnic('b', null)],
    guest: guest([
      seen('a', 'fe80::a/64', 'agent'),
      seen('b', 'fe80::b/64', 'agent'),
      seen('c', '172.17.0.1/16', 'agent'),
    ]),
  };
  expect(mainAddressesOf(vm).map(({ address }) => address)).toEqual(['10.0.0.2/24', 'fe80::b/64']);
});
