import type { VmRow, VnicRow } from '../../ports/store';

/** The addresses that a VM's seed gives to one of its vNICs. */
export const seedAddresses = ({ boot }: Pick<VmRow, 'boot'>, vnic: Pick<VnicRow, 'name'>): string[] =>
  boot.kind === 'image' && boot.seed
    ? boot.seed.addresses.filter((each) => each.vnic === vnic.name).map(({ address }) => address)
    : [];
