import type { ObservedHost } from '../ports/observed';
import type { HostRow } from '../ports/store';

/** How many addresses of a host are tried: each takes up to two seconds, in which a relayed pair is silent. */
const MOST = 3;

interface Place {
  readonly kind: HostRow['kind'];
  readonly number: number;
  readonly port: number;
  readonly seen: Pick<ObservedHost, 'connection' | 'nics'>;
}

/** Addresses that are never another host's: loopback, link-local, multicast, unspecified, and those inside of the tunnels. */
const NEVER = /^(0\.|127\.|169\.254\.|22[4-9]\.|23\d\.|2[45]\d\.|10\.255\.|::1$|::$|fe[89ab]|ff)/i;

/**
 * Where another host could reach this one's WireGuard: first at the address to which Atoll is connected, then at its others, IPv4 first.
 * A lab has none: it has no NIC to the outside, and one that has an uplink lets nothing in.
 */
export function endpointsOf({ kind, number, port, seen }: Place): string[] {
  if (kind === 'lab') return [];
  // Simulated hosts are on a network of their own (RFC 2544's, which no real one uses).
  if (kind === 'simulated') return [`198.18.${number >> 8}.${number & 255}:${port}`];
  const others = seen.nics.flatMap(({ up, addresses = [] }) => (up ? addresses : []));
  const all = [...(seen.connection ? [seen.connection] : []), ...others.map((address) => address.replace(/\/.*$/, ''))];
  const usable = [...new Set(all)].filter((address) => !NEVER.test(address) && !address.includes('%'));
  const isIpv6 = (address: string): boolean => address.includes(':');
  const ordered = [...usable.filter((address) => !isIpv6(address)), ...usable.filter(isIpv6)];
  return ordered.slice(0, MOST).map((address) => `${isIpv6(address) ? `[${address}]` : address}:${port}`);
}

const addressOf = (endpoint: string): string => endpoint.replace(/:\d+$/, '');

/**
 * Those endpoints of a host whose address the other host does not have itself: bridges of container runtimes have the same address
 * everywhere, and so have many hosts behind a NAT.
 */
export function elsewhere(endpoints: readonly string[], ofOther: readonly string[]): string[] {
  const own = new Set(ofOther.map(addressOf));
  return endpoints.filter((endpoint) => !own.has(addressOf(endpoint)));
}

/**
 * Whether two hosts can be on one network at all. A simulated host is on none that a real one could be on.
 */
export const couldBeDirect = (a: Pick<Place, 'kind'>, b: Pick<Place, 'kind'>): boolean =>
  a.kind !== 'lab' && b.kind !== 'lab' && (a.kind === 'simulated') === (b.kind === 'simulated');
