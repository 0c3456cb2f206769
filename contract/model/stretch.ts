import { z } from 'zod';
import { StretchReason } from '../messages/reasons';
import { Id, Instant } from './common';

/** The MTU that fits into a tunnel over a network of 1500 bytes, unsplit: WireGuard takes 80 bytes of it, VXLAN 50. */
export const STRETCHED_MTU = 1370;

/** An isolated network that its hosts exchange through encrypted tunnels. */
export const NetworkStretch = z.object({
  /** Its number in the tunnels: unique in the database, and never used twice. */
  vni: z.int().min(1).max(16_777_215),
  /** The member hosts, in the order in which they joined. */
  hosts: z.array(Id),
});
export type NetworkStretch = z.infer<typeof NetworkStretch>;

/** WireGuard's public key of a host: 32 bytes in base64. */
export const WireGuardKey = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'must be a key of WireGuard');

/** Where a host's WireGuard is reached: an address and a UDP port, an IPv6 address in brackets. */
export const Endpoint = z
  .string()
  .regex(/^(?:[0-9.]{7,15}|\[[0-9a-f:.]{2,45}\]):[1-9][0-9]{0,4}$/, 'must be an address and a port');

/** How two hosts reach each other: over the network (UDP), or through the connections that Atoll has to both. */
export const TunnelWay = z.enum(['direct', 'relay']);
export type TunnelWay = z.infer<typeof TunnelWay>;

/** `auto`: directly if they reach each other, otherwise relayed. */
export const WayChoice = z.enum(['auto', ...TunnelWay.options]);
export type WayChoice = z.infer<typeof WayChoice>;

/** `connecting`: not tried yet, or a host or its key is not known yet. `down`: no frame passes. */
export const TunnelPairState = z.enum(['connecting', 'connected', 'down']);
export type TunnelPairState = z.infer<typeof TunnelPairState>;

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
