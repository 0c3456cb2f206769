import ipaddr from 'ipaddr.js';
import { z } from 'zod';

const PREFIX = 64;

/** Why guests can't have addresses of an IPv6 subnet; null: they can. */
function whyNotSubnet6(text: string): string | null {
  const [address = '', length] = text.split('/');
  if (Number(length) !== PREFIX) return 'must be a /64: guests choose the other 64 bits themselves';
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.parts.slice(4).some((part) => part !== 0))
    return `has bits set after its prefix: the subnet is ${subnet6Of(address)}`;
  const range: string = parsed.range();
  if (range === 'linkLocal') return 'is link-local: guests choose such addresses themselves';
  if (range === 'multicast') return 'is a multicast range';
  return ['uniqueLocal', 'unicast', 'reserved', 'discard'].includes(range) ? null : 'is not a range for guests';
}

/** The /64 of an address, in the canonical form. */
const subnet6Of = (address: string): string =>
  `${new ipaddr.IPv6([...ipaddr.IPv6.parse(address).parts.slice(0, 4), 0, 0, 0, 0]).toString()}/${PREFIX}`;

/** The IPv6 subnet of a network's guests, a /64 in the canonical form. */
export const Subnet6 = z
  .cidrv6({ error: 'must be an IPv6 subnet with its prefix length, for example fd12:3456:789a:1::/64', abort: true })
  .superRefine((text, context) => {
    const why = whyNotSubnet6(text);
    if (why !== null) context.addIssue({ code: 'custom', message: why });
  })
  .transform((text) => subnet6Of(text.split('/')[0] ?? ''));

/** The address of a subnet that ends with these 16-bit groups. */
function withEnd(subnet: string, end: readonly number[]): string {
  const start = ipaddr.IPv6.parse(subnet.split('/')[0] ?? '').parts.slice(0, 8 - end.length);
  return new ipaddr.IPv6([...start, ...end]).toString();
}

/**
 * The address that a guest with this MAC address has in a subnet: the one that it makes itself from a router advertisement (RFC 4291,
 * appendix A), and the one that it is given by DHCPv6. So it is known without being stored, the same on every host.
 */
export function ipv6OfMac(subnet: string, mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  return withEnd(subnet, [(a ^ 2) * 256 + b, c * 256 + 0xff, 0xfe * 256 + d, e * 256 + f]);
}

/** The server's address: 53, its port of DNS. */
export const serverAddress6 = (subnet: string): string => withEnd(subnet, [0x53]);

/** First and last address for guests that Atoll does not know: others for each host of a stretched network, by its position (from 0). */
export const pool6 = (subnet: string, position = 0): { readonly from: string; readonly to: string } => ({
  from: withEnd(subnet, [1 + position, 0]),
  to: withEnd(subnet, [1 + position, 0xffff]),
});

/** Whether an address, with or without prefix length, is in the subnet. */
export function isInSubnet6(subnet: string, address: string): boolean {
  const plain = address.replace(/\/.*/, '');
  return plain.includes(':') && ipaddr.IPv6.isValid(plain) && subnet6Of(plain) === subnet;
}

/** The unique local subnet (RFC 4193) of a network: of the random end of its id, so that it is the same on every host. */
export const uniqueLocalSubnet = (id: string): string =>
  subnet6Of(`fd${id.replaceAll('-', '').slice(-14)}`.replace(/.{4}(?!$)/g, '$&:') + '::');
