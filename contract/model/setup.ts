import { z } from 'zod';
import { Id } from './common';

/** How a host gets its own IPv4 address on a network. With `dhcp`, a DHCP client installed on the host requests it. */
export const Ipv4 = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('dhcp') }),
  z.strictObject({
    kind: z.literal('static'),
    address: z.cidrv4('must be an address with its prefix length, like 192.0.2.10/24'),
    /** The host's default gateway, on this network. */
    gateway: z.ipv4('must be an address like 192.0.2.1').nullable().default(null),
  }),
]);
export type Ipv4 = z.infer<typeof Ipv4>;

export const Ipv6 = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('static'),
    address: z.cidrv6('must be an address with its prefix length, like 2001:db8::10/64'),
    gateway: z.ipv6('must be an address like 2001:db8::1').nullable().default(null),
  }),
]);
export type Ipv6 = z.infer<typeof Ipv6>;

/** The kernel's names of its bonding modes (Documentation/networking/bonding.rst). */
export const BondMode = z.enum([
  'active-backup',
  '802.3ad',
  'balance-xor',
  'broadcast',
  'balance-rr',
  'balance-tlb',
  'balance-alb',
]);
export type BondMode = z.infer<typeof BondMode>;

/** The name of a NIC or bond; a rule checks whether it exists. */
export const NicName = z
  .string()
  .min(1)
  .max(15, 'has at most 15 characters')
  .regex(/^[0-9A-Za-z_.][0-9A-Za-z_.-]*$/, 'must be the name of a network interface');

/** A bond that Atoll created on a host. */
export const HostBond = z.object({ hostId: Id, name: z.string(), mode: BondMode, nics: z.array(z.string()) });
export type HostBond = z.infer<typeof HostBond>;
