import { z } from 'zod';
import { Id, Instant } from './common';
import { FORWARD_ADDRESS } from './forward-address';

export const Protocol = z.enum(['tcp', 'udp']);
export type Protocol = z.infer<typeof Protocol>;

const PORT = 'must be a number from 1 to 65535';
/** A port of a guest. */
export const GuestPort = z.int(PORT).min(1, PORT).max(65_535, PORT);

const PORT_OR_ANY = 'must be a number from 1 to 65535, or 0 for any free port';
/** A requested port of this computer; 0: any free one. */
export const WantedHostPort = z.int(PORT_OR_ANY).min(0, PORT_OR_ANY).max(65_535, PORT_OR_ANY);

/**
 * `open`: the host forwards connections. `pending`: not yet, `message` says what it waits for. `failed`: the host refused it,
 * `message` says why; it is retried automatically.
 */
export const ForwardState = z.enum(['pending', 'open', 'failed']);
export type ForwardState = z.infer<typeof ForwardState>;

export { FORWARD_ADDRESS };

/** A loopback port of this computer that is forwarded to a port of a VM on the network *outside* (rule S12). */
export const Forward = z.object({
  id: Id,
  vmId: Id,
  protocol: Protocol,
  address: z.literal(FORWARD_ADDRESS),
  hostPort: z.int().min(1).max(65_535),
  guestPort: GuestPort,
  state: ForwardState,
  message: z.string().nullable(),
  createdAt: Instant,
});
export type Forward = z.infer<typeof Forward>;
