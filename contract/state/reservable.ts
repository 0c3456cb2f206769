import type { NetworkServices } from '../model/services';
import { ipv4Number, ipv4Text, subnet4 } from '../model/subnet';
import { serverAddress6 } from '../model/subnet6';

/** The server has the last address: routers usually have the first. */
export const serverAddress = (subnet: string): string => ipv4Text(subnet4(subnet).last - 1);

/** Whether guests get addresses of IPv4. */
export const servesIpv4 = ({ families }: Pick<NetworkServices, 'families'>): boolean => families !== 'ipv6';

/** The addresses of the server, of each family that it serves. */
export const serverAddresses = (services: Pick<NetworkServices, 'families' | 'subnet' | 'subnet6'>): string[] => [
  ...(servesIpv4(services) ? [serverAddress(services.subnet)] : []),
  ...(services.subnet6 === null ? [] : [serverAddress6(services.subnet6)]),
];

/** The subnets of which guests get addresses. */
export const servedSubnets = (services: Pick<NetworkServices, 'families' | 'subnet' | 'subnet6'>): string[] => [
  ...(servesIpv4(services) ? [services.subnet] : []),
  ...(services.subnet6 === null ? [] : [services.subnet6]),
];

type Ranges = Pick<NetworkServices, 'subnet' | 'pool'>;

/** Why an address can't be reserved; null: it can, unless a vNIC has it. */
export function whyNotReservable({ subnet, pool }: Ranges, address: string): string | null {
  const { first, last } = subnet4(subnet);
  const number = ipv4Number(address);
  if (address.includes(':') || number < first || number > last) return `is not in the subnet ${subnet}`;
  if (number === first) return 'is the address of the subnet itself';
  if (number === last) return 'is the broadcast address of the subnet';
  if (number === last - 1) return 'is the address of the DHCP and DNS server';
  if (pool !== null && number >= ipv4Number(pool.from) && number <= ipv4Number(pool.to))
    return `is in the range ${pool.from} to ${pool.to} for unknown guests`;
  return null;
}
