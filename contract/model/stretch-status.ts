import { z } from 'zod';
import { StretchReason } from '../messages/reasons';
import { Id, Instant } from './common';
import { NetworkStretch, TunnelPairState, TunnelWay, WayChoice } from './stretch';

/** The tunnel between two hosts, for all networks that are stretched over both. */
export const TunnelPair = z.object({
  /** Both hosts' ids, in order. */
  hosts: z.tuple([Id, Id]),
  choice: WayChoice,
  /** Null: none yet. */
  way: TunnelWay.nullable(),
  state: TunnelPairState,
  /** Since when it is in this state; null: it was never in another. */
  since: Instant.nullable(),
  /** Why it goes this way, or does not work. */
  why: StretchReason.nullable(),
  /** The share of lost round trips, 0 to 1; null: not measured lately. */
  loss: z.number().nullable(),
  /** Round trip in milliseconds; null: not measured lately. */
  delay: z.number().nullable(),
});
export type TunnelPair = z.infer<typeof TunnelPair>;

/** A host of a stretched network. */
export const StretchMember = z.object({
  hostId: Id,
  /** `starting`: it is not as desired yet. `unknown`: its host is not observed. */
  state: z.enum(['running', 'starting', 'faulty', 'unknown']),
  /** `userspace`: by wireguard-go, because the kernel has no WireGuard. */
  by: z.enum(['kernel', 'userspace']).nullable(),
  /** WireGuard's public key of the host; null: not known yet. */
  publicKey: z.string().nullable(),
  faults: z.array(z.string()),
});
export type StretchMember = z.infer<typeof StretchMember>;

/** A stretched network's tunnels. */
export const StretchStatus = z.object({
  stretch: NetworkStretch,
  /** The network's MTU, and the largest that passes the tunnels unsplit. */
  mtu: z.int(),
  fits: z.int(),
  members: z.array(StretchMember),
  pairs: z.array(TunnelPair),
});
export type StretchStatus = z.infer<typeof StretchStatus>;
