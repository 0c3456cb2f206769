import { type ServicesPool, ipv4Number, isIpv4 } from '../../contract';
import { poolOn } from '../plan/model/services-ranges';
import type { ObservedLease, ObservedServices } from '../ports/services';
import type { NetworkRow } from '../ports/store';

/** How many addresses a range for guests that Atoll does not know has, and how many of them are leased. Null: there is no range. */
export function rangeOf(
  pool: ServicesPool | null,
  leases: readonly ObservedLease[],
): { size: number; leased: number } | null {
  if (pool === null) return null;
  const [from, to] = [ipv4Number(pool.from), ipv4Number(pool.to)];
  const isIn = (address: string): boolean =>
    isIpv4(address) && ipv4Number(address) >= from && ipv4Number(address) <= to;
  return { size: to - from + 1, leased: leases.filter(({ address }) => isIn(address)).length };
}

/** The size of the range of a network's server on a host, if all of it is leased; null: it has addresses left. */
export function sizeIfFull(
  hostId: string,
  network: Pick<NetworkRow, 'services' | 'stretch'>,
  { leases }: Pick<ObservedServices, 'leases'>,
): number | null {
  if (network.services === null || network.services.families === 'ipv6' || leases.length === 0) return null;
  const range = rangeOf(poolOn(hostId, network.services, network), leases);
  return range !== null && range.leased >= range.size ? range.size : null;
}
