import type { NetworkRow, Repositories } from '../../ports/store';

/** The NIC of a lab's uplink. No network can have this name (networks/naming). */
export const OUT_NIC = 'out0';
export const OUTSIDE_NAME = 'outside';

/** The subnet behind slirp4netns' NIC: 10.0.2.2 is the NAT itself, .3 its DNS (off), .15 to .30 its DHCP. */
export const OUTSIDE_SUBNET = '10.0.2.0/24';
export const OUTSIDE_GATEWAY = '10.0.2.2';
/** The first address that we assign to guests, outside the DHCP range. */
export const FIRST_OUTSIDE_GUEST = 100;

/**
 * Whether a network is the one to the outside (rule S12). Its subnet identifies it: guest subnets of all others begin at 10.1.0.0,
 * and it is only set at creation, so that a rename, or the removal of its last host, makes no difference.
 */
export const isOutside = (network: Pick<NetworkRow, 'isIsolated' | 'guestSubnet'>): boolean =>
  !network.isIsolated && network.guestSubnet === OUTSIDE_SUBNET;

/** The data center's network to the outside, if it has one. */
export function outsideNetwork(tx: Pick<Repositories, 'networks'>, dataCenterId: string): NetworkRow | undefined {
  return tx.networks.ofDataCenter(dataCenterId).find(isOutside);
}
