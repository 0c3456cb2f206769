import { z } from 'zod';
import { ReachReason } from '../messages/reasons';
import { Comment, Id, Instant, Label, Labels } from './common';
import { PointCounts, Verdict } from './network';
import { Remedy } from './remedy';
import { NetworkStretch, TunnelPairState, TunnelWay } from './stretch';
import { VmState } from './states';

/** A vNIC on an island. `hears` is false if the VM is not running, the vNIC unplugged, or its link down. */
export const IslandMember = z.object({ vmId: Id, vnicId: Id, hears: z.boolean() });

/** A short note on an island; empty: none. Line breaks are kept. */
export const IslandNote = Comment.max(1000, 'must have at most 1,000 characters');

/** The island of a note: one network on one host. */
export const KeptNote = z.object({ networkId: Id, hostId: Id, note: z.string() });
export type KeptNote = z.infer<typeof KeptNote>;

/** The tunnel from an island of a stretched network to the one on another host. */
export const IslandJoint = z.object({
  hostId: Id,
  state: TunnelPairState,
  way: TunnelWay.nullable(),
  since: Instant.nullable(),
});
export type IslandJoint = z.infer<typeof IslandJoint>;

/**
 * A set of vNICs that can reach each other at layer 2: one network on one host. With `hostId` null: the vNICs of VMs without a
 * host, which reach nothing.
 */
export const Island = z.object({
  id: z.string(),
  networkId: Id,
  hostId: Id.nullable(),
  members: z.array(IslandMember),
  /** The host's NIC that connects it to the outside; null: none, as on every isolated network. */
  nic: z.string().nullable(),
  /** True for all but the largest island of a network with several. */
  another: z.boolean(),
  verdict: Verdict,
  verdictAt: Instant.nullable(),
  ...PointCounts.shape,
  /** The note; null: none. */
  note: z.string().nullable(),
  /** The same on all islands that tunnels join into one: every pair of their hosts is connected. Omitted: it is on its own. */
  span: z.string().optional(),
  /** To the other hosts of a stretched network. Omitted: it is not stretched to this host. */
  joints: z.array(IslandJoint).optional(),
});
export type Island = z.infer<typeof Island>;

export const MapVm = z.object({ id: Id, name: z.string(), state: VmState, hostId: Id.nullable() });
export const MapNetwork = z.object({
  id: Id,
  name: z.string(),
  isIsolated: z.boolean(),
  label: Label.nullable(),
  /** Omitted: it is not stretched. */ stretch: NetworkStretch.optional(),
});
export const MapHost = z.object({ id: Id, name: z.string(), kind: z.string(), state: z.string(), labels: Labels });

export const AtollMap = z.object({
  hosts: z.array(MapHost),
  networks: z.array(MapNetwork),
  vms: z.array(MapVm),
  islands: z.array(Island),
  /** VMs that have no vNIC on any network. */
  alone: z.array(Id),
});
export type AtollMap = z.infer<typeof AtollMap>;

/** One step of a path: from a VM through an island to the next VM. */
export const Hop = z.object({
  fromVmId: Id,
  fromVm: z.string(),
  networkId: Id,
  network: z.string(),
  hostId: Id,
  host: z.string(),
  toVmId: Id,
  toVm: z.string(),
});
export type Hop = z.infer<typeof Hop>;

/**
 * Whether one VM reaches another. `direct`: they share an island. `through`: only via VMs on several islands, which is possible,
 * not certain: whether those VMs forward is unknown. `no`: the reasons say why.
 */
export const Reach = z.object({
  from: Id,
  to: Id,
  kind: z.enum(['direct', 'through', 'no']),
  hops: z.array(Hop),
  reasons: z.array(z.object({ message: ReachReason, remedy: Remedy.nullable() })),
});
export type Reach = z.infer<typeof Reach>;
