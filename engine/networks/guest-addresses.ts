/** 10.0.x.0 is reserved: the network *outside* of a lab has 10.0.2.0/24 (engine/outside). */
const FIRST = 256;

/**
 * The n-th network's /24 for tiny guests (n from 0), from 10.1.0.0 to 10.255.255.0. Null if all are in use: guests of later
 * networks get no address. Isolated networks could share addresses, but a VM on two of them could not.
 */
export function guestSubnet(n: number): string | null {
  const at = FIRST + n;
  return n < 0 || at > 0xffff ? null : `10.${at >> 8}.${at & 255}.0/24`;
}

/**
 * The lowest address of the subnet (`from`, else .1, to .254) that is not in `used`, with its prefix length; null if there is none.
 * Addresses in `used` have their prefix length, or none.
 */
export function freeGuestAddress(subnet: string | null, used: Iterable<string | null>, from = 1): string | null {
  if (subnet === null) return null;
  const prefix = subnet.replace(/0\/24$/, '');
  const taken = new Set(Array.from(used, (address) => address?.replace(/\/.*/, '')));
  for (let host = from; host <= 254; host += 1) {
    const address = `${prefix}${host}`;
    if (!taken.has(address)) return `${address}/24`;
  }
  return null;
}
