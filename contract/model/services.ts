import { z } from 'zod';
import { Id } from './common';
import { Subnet } from './subnet';
import { Subnet6 } from './subnet6';

/** What the server of a network gives its guests. */
export const ServicesMode = z.enum(['all', 'dhcp', 'dns']);
export type ServicesMode = z.infer<typeof ServicesMode>;

/** The address families that the server gives its guests. */
export const ServicesFamilies = z.enum(['ipv4', 'dual', 'ipv6']);
export type ServicesFamilies = z.infer<typeof ServicesFamilies>;

const Address = z.ipv4({ error: 'must be an IPv4 address, for example 10.9.0.200' });

/** First and last address for guests that Atoll does not know. */
export const ServicesPool = z.strictObject({ from: Address, to: Address });
export type ServicesPool = z.infer<typeof ServicesPool>;

/** The form of a domain in DNS: other scripts as IDNA. Undefined: it has none. */
function asciiDomain(domain: string): string | undefined {
  if (/^[a-z0-9.-]+$/i.test(domain)) return domain.toLowerCase();
  if (/[^\p{L}\p{M}\p{N}.-]/u.test(domain)) return undefined;
  const url = `http://${domain}/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

const DOMAIN = /^(?=.{1,189}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
/** `local` is resolved by multicast, and `localhost` by each guest itself. */
const OF_GUESTS = /(^|\.)(local|localhost)$/;

/** The domain of a network's names. Umlauts and other scripts are kept as IDNA. */
export const ServicesDomain = z
  .string()
  .max(253, 'must have at most 189 characters')
  .transform((domain) => asciiDomain(domain.trim()) ?? domain)
  .refine(
    (domain) => DOMAIN.test(domain),
    'must be a domain such as blue.internal: labels of letters, digits and hyphens',
  )
  .refine((domain) => !/(^|\.)\d+$/.test(domain), 'must not end with a number: it would be read as an address')
  .refine(
    (domain) => !OF_GUESTS.test(domain),
    'must not end with local or localhost: guests do not ask a DNS server for these',
  );

/** Options that the server's other settings decide, or that are parts of the protocol, by the field to use instead. */
const RESERVED_OPTIONS: ReadonlyMap<number, string> = new Map([
  [1, 'it follows from the subnet'],
  [3, 'choose a gateway VM'],
  [6, 'it is the server itself'],
  [12, 'names follow from the names of the VMs'],
  [15, 'set the domain'],
  [26, 'it is the MTU of the network'],
  [51, 'set the lease time'],
  [119, 'set the domain'],
]);

/** A DHCPv4 option for all guests, for example 66 (TFTP server) with `10.9.0.5`. */
export const ServicesOption = z.strictObject({
  code: z
    .int('must be a whole number')
    .min(1, 'must be 1 to 254')
    .max(254, 'must be 1 to 254')
    .superRefine((code, context) => {
      const why = RESERVED_OPTIONS.get(code) ?? (code >= 50 && code <= 61 ? 'it is part of the protocol' : undefined);
      if (why !== undefined) context.addIssue({ code: 'custom', message: `can't be option ${code}: ${why}` });
    }),
  value: z
    .string()
    .min(1, 'must not be empty')
    .max(200, 'must have at most 200 characters')
    .regex(
      /^[A-Za-z0-9._/:=@+-]+([ ,][A-Za-z0-9._/:=@+-]+)*$/,
      'must be letters, digits and . _ - / : = @ +, with single blanks or commas between them',
    ),
});
export type ServicesOption = z.infer<typeof ServicesOption>;

export const LeaseSeconds = z
  .int('must be a whole number of seconds')
  .min(120, 'must be at least 120 seconds')
  .max(31_536_000, 'must be at most one year');
export const DEFAULT_LEASE_SECONDS = 43_200;

const options = z
  .array(ServicesOption)
  .max(32, 'must be at most 32 options')
  .refine((all) => new Set(all.map(({ code }) => code)).size === all.length, 'must name each option once');

/** Addresses and names inside an isolated network. */
export const NetworkServices = z.object({
  mode: ServicesMode,
  families: ServicesFamilies,
  /** With IPv6 only it is kept for later. */
  subnet: Subnet,
  /** Null: IPv4 only. */
  subnet6: z.string().nullable(),
  /** Null: guests that Atoll does not know get no address. */
  pool: ServicesPool.nullable(),
  leaseSeconds: LeaseSeconds,
  domain: z.string(),
  options,
  /** The VM that leads out of the network: the guests' router, and asked for foreign names. Null: there is none. */
  gatewayVmId: Id.nullable(),
  /** Answers of guests to DHCP requests, and router advertisements of guests other than the gateway VM, are dropped. */
  guard: z.boolean(),
});
export type NetworkServices = z.infer<typeof NetworkServices>;

/** Settings as a user gives them. An omitted one stays as it is, or takes its default. */
export const ServicesDraft = z.strictObject({
  mode: ServicesMode.optional(),
  families: ServicesFamilies.optional(),
  /** Null: the network's own subnet. */
  subnet: Subnet.nullable().optional(),
  /** Null: a unique local one, made from the network's id. */
  subnet6: Subnet6.nullable().optional(),
  /** Null: guests that Atoll does not know get no address. */
  pool: ServicesPool.nullable().optional(),
  leaseSeconds: LeaseSeconds.optional(),
  /** Null: the network's name and `internal`. */
  domain: ServicesDomain.nullable().optional(),
  options: options.optional(),
  guard: z.boolean().optional(),
});
export type ServicesDraft = z.infer<typeof ServicesDraft>;

/** The state of a network's server on one host. */
export const ServicesServer = z.object({
  hostId: Id,
  /** `starting`: it is not as desired yet, or its host does not answer. `idle`: no VM of the network is on the host. */
  state: z.enum(['running', 'starting', 'faulty', 'idle', 'unknown']),
  faults: z.array(z.string()),
  /** The IPv4 addresses for guests that Atoll does not know, and how many of them are leased. Null: there are none. */
  range: z.object({ size: z.int(), leased: z.int() }).nullable(),
  /** Guests that answer DHCP requests, or send router advertisements, themselves. */
  rogues: z.array(
    z.object({
      vm: z.string().nullable(),
      mac: z.string(),
      address: z.string(),
      kind: z.enum(['dhcp', 'router']),
    }),
  ),
});
export type ServicesServer = z.infer<typeof ServicesServer>;

/** The address of a guest: reserved for a vNIC, leased, or both. */
export const Lease = z.object({
  /** Null: on no host yet. */
  hostId: Id.nullable(),
  mac: z.string().nullable(),
  address: z.string(),
  /** Null: Atoll does not know the MAC address. */
  vm: z.object({ id: Id, name: z.string(), vnic: z.string() }).nullable(),
  /** The name that the server answers with, with its domain; null: none. */
  name: z.string().nullable(),
  isReserved: z.boolean(),
  /** Null: not leased now. */
  leased: z.object({ expiresAt: z.iso.datetime().nullable() }).nullable(),
});
export type Lease = z.infer<typeof Lease>;
