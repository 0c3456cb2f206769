import type { AddressSource, GuestAddress, Vnic } from '../../contract';
import { localTime } from '../text/units';

const SOURCES: Readonly<Record<AddressSource, string>> = {
  agent: 'guest agent',
  wire: 'seen on the wire',
  lease: 'DHCP lease',
  assigned: 'assigned by Atoll',
};

/** The columns of a guest's addresses. An address of an interface that is none of the vNICs is shown with its MAC only. */
export const addressColumns = (vnics: readonly Vnic[]) => [
  { title: 'address', of: (row: GuestAddress) => row.address },
  { title: 'vnic', of: (row: GuestAddress) => vnics.find(({ mac }) => mac === row.mac)?.name ?? null },
  { title: 'mac', of: (row: GuestAddress) => row.mac },
  { title: 'source', of: (row: GuestAddress) => SOURCES[row.source] },
  { title: 'last seen', of: (row: GuestAddress) => row.seenAt && localTime(row.seenAt) },
];
