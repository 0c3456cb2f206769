import type { OtherNic } from '../../contract';
import type { ObservedVnic } from '../ports/observed';

/** Where a NIC leads, as text. */
export const nicOn = ({ elsewhere, bridge }: ObservedVnic): string =>
  elsewhere ?? (bridge === null ? 'nothing' : `bridge ${bridge}`);

/** A NIC that Atoll does not manage. */
export const otherNic = (vnic: ObservedVnic): OtherNic => ({ mac: vnic.mac, on: nicOn(vnic) });
