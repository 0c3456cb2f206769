import type { Boot, OtherNic } from '../../contract';
import type { ObservedVm, ObservedVnic } from '../ports/observed';

/** Where a NIC leads, as text. */
export const nicOn = ({ elsewhere, bridge }: ObservedVnic): string =>
  elsewhere ?? (bridge === null ? 'nothing' : `bridge ${bridge}`);

/** A NIC that Atoll does not manage. */
export const otherNic = (vnic: ObservedVnic): OtherNic => ({ mac: vnic.mac, on: nicOn(vnic) });

/** What the row of an imported VM has of its definition. */
export function importedBoot({ lines }: ObservedVm, nics: readonly OtherNic[]): Extract<Boot, { kind: 'imported' }> {
  return { kind: 'imported', nics: [...nics], ...(lines === undefined ? {} : { lines }) };
}
