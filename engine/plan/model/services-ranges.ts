import {
  type NetworkServices,
  type ServicesPool,
  ipv4Number,
  ipv4Text,
  subnet4,
  whyNotReservable,
} from '../../../contract';

/** Addresses for guests that Atoll does not know: near the end, at most 51, and at most a fifth. Null: there is no room. */
export function defaultPool(subnet: string): ServicesPool | null {
  const { first, last } = subnet4(subnet);
  const size = last - first + 1;
  if (size < 16) return null;
  const to = last - 5;
  return { from: ipv4Text(to - Math.min(50, Math.floor(size / 5))), to: ipv4Text(to) };
}

/**
 * The part of a network's range that its server on a host gives to guests. On a stretched network each host has its own, so that no
 * address is given to two guests. Null: there is no address for it.
 */
export function poolOn(
  hostId: string,
  { pool }: Pick<NetworkServices, 'pool'>,
  { stretch }: { readonly stretch: { readonly hosts: readonly string[] } | null },
): ServicesPool | null {
  const part = stretch?.hosts.indexOf(hostId) ?? -1;
  if (pool === null || stretch === null || part < 0) return pool;
  const from = ipv4Number(pool.from);
  const size = ipv4Number(pool.to) - from + 1;
  const begin = (at: number): number => from + Math.floor((size * at) / stretch.hosts.length);
  const next = begin(part + 1);
  return begin(part) === next ? null : { from: ipv4Text(begin(part)), to: ipv4Text(next - 1) };
}

type Ranges = Pick<NetworkServices, 'subnet' | 'pool'>;

/**
 * The lowest free address that can be reserved; null: there is none. The first address is kept for a gateway as long as there are
 * others, because routers usually have it.
 */
export function freeAddress(ranges: Ranges, used: ReadonlySet<string>, isGateway: boolean): string | null {
  const { first, last } = subnet4(ranges.subnet);
  const isFree = (number: number): boolean =>
    !used.has(ipv4Text(number)) && whyNotReservable(ranges, ipv4Text(number)) === null;
  if (isGateway && isFree(first + 1)) return ipv4Text(first + 1);
  const [from, to] = ranges.pool === null ? [last, last] : [ipv4Number(ranges.pool.from), ipv4Number(ranges.pool.to)];
  for (let number = first + 2; number < last; number += 1) {
    if (number === from) number = to + 1;
    if (number < last && isFree(number)) return ipv4Text(number);
  }
  return isFree(first + 1) ? ipv4Text(first + 1) : null;
}

/** How many vNICs can have a reservation. */
export function capacity({ subnet, pool }: Ranges): number {
  const { first, last } = subnet4(subnet);
  const inPool = pool === null ? 0 : ipv4Number(pool.to) - ipv4Number(pool.from) + 1;
  return last - first - 2 - inPool;
}
