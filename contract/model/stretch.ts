import { z } from 'zod';
import { Id } from './common';

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
// cspell:disable-next-line
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
