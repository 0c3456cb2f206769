import ipaddr from 'ipaddr.js';
import { z } from 'zod';

type Parsed = ReturnType<typeof ipaddr.parseCIDR>;

/** The bits of an address after its prefix: all zeros name the network, all ones (IPv4) everybody on it. */
function hostBits([address, length]: Parsed): 'zeros' | 'ones' | 'others' {
  const bits = address
    .toByteArray()
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
    .slice(length);
  if (!bits.includes('1')) return 'zeros';
  return bits.includes('0') ? 'others' : 'ones';
}

/** Why an address with prefix length can't be a guest's; null: it can. */
function whyNotGuest(text: string): string | null {
  const parsed = ipaddr.parseCIDR(text);
  const [address, length] = parsed;
  const bits = address.kind() === 'ipv4' ? 32 : 128;
  const range: string = address.range();
  if (range === 'multicast') return 'is a multicast address';
  if (['unspecified', 'loopback', 'broadcast', 'ipv4Mapped'].includes(range) || /^(0|24\d|25\d)\./.test(text))
    return 'is not an address of a guest';
  // A link of two addresses has neither (RFC 3021, RFC 6164).
  if (bits - length < 2) return null;
  const host = hostBits(parsed);
  if (host === 'zeros') return `is the address of the network itself; a guest needs one inside it`;
  return host === 'ones' && bits === 32 ? 'is the broadcast address of its network' : null;
}

const Cidr = z.union([z.cidrv4(), z.cidrv6()], {
  error: 'must be an address with its prefix length, for example 10.9.0.2/24',
});

/** An address of a guest with its prefix length. Network, broadcast and multicast addresses are none. */
export const GuestCidr = Cidr.superRefine((text, context) => {
  const why = whyNotGuest(text);
  if (why !== null) context.addIssue({ code: 'custom', message: why });
});

/** An address without a prefix length: a gateway, a DNS server. */
export const HostAddress = z.union([z.ipv4(), z.ipv6()], { error: 'must be an IP address, for example 10.9.0.1' });

/** An address, with or without prefix length, in the one form by which it is compared. */
export function sameForm(address: string): string {
  const plain = address.replace(/\/.*/, '');
  // IPv4 has only one form here: a leading zero is refused.
  return isIpv4(plain) ? plain : ipaddr.parse(plain).toNormalizedString();
}

export const isIpv4 = (address: string): boolean => !address.includes(':');

/** Whether an address is in the subnet of a guest's address with prefix length. */
export function isInSubnet(address: string, cidr: string): boolean {
  if (isIpv4(address) !== isIpv4(cidr)) return false;
  const [base, length] = ipaddr.parseCIDR(cidr);
  return ipaddr.parse(address).match(base, length);
}
