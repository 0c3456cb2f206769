import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** An IPv4 subnet in numbers. The first and last address name the subnet itself and everybody on it. */
export interface Subnet4 {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** An IPv4 address as a number, so that addresses can be compared and counted. */
export const ipv4Number = (address: string): number =>
  address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);

export const ipv4Text = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

/** Parses a subnet that `Subnet` accepts. */
export function subnet4(text: string): Subnet4 {
  const [address = '', length = ''] = text.split('/');
  const prefix = Number(length);
  const size = 2 ** (32 - prefix);
  const first = Math.floor(ipv4Number(address) / size) * size;
  return { first, last: first + size - 1, prefix };
}

/** Whether an address, with or without prefix length, is one of a guest in the subnet. */
export function isGuestOf({ first, last }: Subnet4, address: string): boolean {
  if (address.includes(':')) return false;
  const number = ipv4Number(address.replace(/\/.*/, ''));
  return number > first && number < last;
}

/** Why guests can't have addresses of a subnet; null: they can. */
function whyNotSubnet(text: string): string | null {
  const { first, prefix } = subnet4(text);
  if (prefix < 8) return 'is too large: use /8 to /30';
  if (prefix > 30) return 'is too small: use /8 to /30';
  const network = ipv4Text(first);
  if (network !== text.split('/')[0]) return `has bits set after its prefix: the subnet is ${network}/${prefix}`;
  const range: string = ipaddr.parse(network).range();
  if (range === 'linkLocal') return 'is link-local: guests choose such addresses themselves';
  if (range === 'multicast') return 'is a multicast range';
  if (['unspecified', 'loopback', 'broadcast'].includes(range) || /^(0|127|2[4-5]\d)\./.test(network))
    return 'is not a range for guests';
  return null;
}

/** The IPv4 subnet of a network's guests. */
export const Subnet = z
  .cidrv4({ error: 'must be an IPv4 subnet with its prefix length, for example 10.9.0.0/24', abort: true })
  .superRefine((text, context) => {
    const why = whyNotSubnet(text);
    if (why !== null) context.addIssue({ code: 'custom', message: why });
  });
