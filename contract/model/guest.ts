import { z } from 'zod';
import { Instant } from './common';

/** An address of a guest: as its agent reports it, or as Atoll assigned it. */
export const GuestAddress = z.object({
  mac: z.string(),
  /** With prefix length. */
  address: z.string(),
  source: z.enum(['agent', 'assigned']),
});
export type GuestAddress = z.infer<typeof GuestAddress>;

/** A guest as it describes itself through the QEMU guest agent. What it says is its own claim. */
export const Guest = z.object({
  /** Whether an agent answered. */
  agent: z.boolean(),
  hostname: z.string().nullable(),
  os: z.string().nullable(),
  addresses: z.array(GuestAddress),
  at: Instant,
});
export type Guest = z.infer<typeof Guest>;
