import { z } from 'zod';
import { Instant } from './common';

/**
 * How an address of a guest is known: its agent reports it, it was seen on the wire, a DHCP server of Atoll leased it, or Atoll
 * assigned it (kernel command line or seed). Only the last is not observed.
 */
export const AddressSource = z.enum(['agent', 'wire', 'lease', 'assigned']);
export type AddressSource = z.infer<typeof AddressSource>;

/** An address of a guest with its source. */
export const GuestAddress = z.object({
  mac: z.string().max(64),
  /** With prefix length. */
  address: z.string().max(64),
  source: AddressSource,
  /** When it was last seen; null: assigned, and never seen. */
  seenAt: Instant.nullable(),
});
export type GuestAddress = z.infer<typeof GuestAddress>;

/** More than a guest has; what a hostile one reports beyond is left out. */
export const MAX_GUEST_ADDRESSES = 64;

/** A guest as it describes itself through the QEMU guest agent. What it says is its own claim. */
export const Guest = z.object({
  /** Whether an agent answered. */
  agent: z.boolean(),
  hostname: z.string().max(512).nullable(),
  os: z.string().max(512).nullable(),
  addresses: z.array(GuestAddress),
  at: Instant,
});
export type Guest = z.infer<typeof Guest>;
