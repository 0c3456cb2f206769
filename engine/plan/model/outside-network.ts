import type { NetworkRow, Repositories } from '../../ports/store';

/** The NIC of a lab that leads to the outside. No network can be called so (networks/naming). */
export const OUT_NIC = 'out0';
export const OUTSIDE_NAME = 'outside';

/** What slirp4netns has behind its NIC: 10.0.2.2 is the NAT itself, .3 its DNS (off), .15 to .30 its DHCP. */
export const OUTSIDE_SUBNET = '10.0.2.0/24';
export const OUTSIDE_GATEWAY = '10.0.2.2';
/** Guests that we give an address to begin here, clear of the DHCP's. */
export const FIRST_OUTSIDE_GUEST = 100;

/**
 * Whether a network is the one to the outside (rule S12). Its subnet tells: guest subnets of all others begin at 10.1.0.0,
 * and it is set at creation and never again, so that a rename, or the removal of its last host, makes no difference.
 */
export const isOutside = (network: Pick<NetworkRow, 'isIsolated' | 'guestSubnet'>): boolean =>
  !network.isIsolated && network.guestSubnet === OUTSIDE_SUBNET;

/** The data center's network to the outside, if it has one. */
export function outsideNetwork(tx: Pick<Repositories, 'networks'>, dataCenterId: string): NetworkRow | undefined {
  return tx.networks.ofDataCenter(dataCenterId).find(isOutside);
}
