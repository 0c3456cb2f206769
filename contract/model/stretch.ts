import { z } from 'zod';
import { Id, Instant } from './common';

/**
 * How the encrypted datagrams of two hosts travel. `direct`: by UDP from host to host. `relay`: over the connections that Atoll has
 * to both, which works wherever Atoll reaches them, and stops when Atoll does.
 */
export const TunnelWay = z.enum(['direct', 'relay']);
export type TunnelWay = z.infer<typeof TunnelWay>;

/** `auto`: direct where that works, else by relay. */
export const WayPreference = z.enum(['auto', 'direct', 'relay']);
export type WayPreference = z.infer<typeof WayPreference>;

/** `connecting`: not known yet, or a way is being tried. `down`: no frame passes between them. */
export const TunnelPairState = z.enum(['connecting', 'connected', 'down']);
export type TunnelPairState = z.infer<typeof TunnelPairState>;

/**
 * Why two hosts are relayed, or not connected. `chosen`: a user chose this way. `lab`: a lab has no address that others reach.
 * `no_address`: neither has a known address. `no_answer`: no answer came back directly. `no_tool`: a host has neither perl nor
 * python3 for a relay. `not_running`: a host's tunnel is not set up yet. `unreachable`: Atoll does not reach a host.
 * `relay_failed`: the relay could not be opened, or frames are lost in it.
 */
export const WayReason = z.enum([
  'chosen',
  'lab',
  'no_address',
  'no_answer',
  'no_tool',
  'not_running',
  'unreachable',
  'relay_failed',
]);
export type WayReason = z.infer<typeof WayReason>;

/** Two hosts that share at least one stretched network. They share one tunnel, whatever the number of networks. */
export const TunnelPair = z.object({
  /** The two hosts; the first id is the smaller. */
  hostIds: z.tuple([Id, Id]),
  preference: WayPreference,
  /** Null: none is chosen yet. */
  way: TunnelWay.nullable(),
  state: TunnelPairState,
  /** Since when it has this state and way. */
  since: Instant,
  /** Why it is relayed or not connected; null: it is direct, or not known yet. */
  reason: WayReason.nullable(),
});
export type TunnelPair = z.infer<typeof TunnelPair>;

/** A pair with what was measured just now. */
export const MeasuredPair = TunnelPair.extend({
  /** Share of pings without an answer, 0 to 1; null: not measured. */
  loss: z.number().min(0).max(1).nullable(),
  /** Milliseconds, round trip; null: not measured, or none came back. */
  delayMs: z.number().nonnegative().nullable(),
});
export type MeasuredPair = z.infer<typeof MeasuredPair>;
