import { z } from 'zod';
import { ReachReason } from '../messages/reasons';
import { Comment, Id, Instant, Label, Labels } from './common';
import { Verdict } from './network';
import { Remedy } from './remedy';
import { VmState } from './states';

/** A vNIC's place on an island. `hears` is false when the VM is not running, the vNIC unplugged, or its link down. */
export const IslandMember = z.object({ vmId: Id, vnicId: Id, hears: z.boolean() });

/** A few words that people leave on an island; empty: none. Line breaks are kept. */
export const IslandNote = Comment.max(1000, 'must have at most 1,000 characters');

/** Where a note stands: one network on one host. */
export const KeptNote = z.object({ networkId: Id, hostId: Id, note: z.string() });
export type KeptNote = z.infer<typeof KeptNote>;

/**
 * A set of vNICs that can reach each other at layer 2: one network on one host.
 * `hostId` null gathers the vNICs of VMs that have no host yet: they hear nobody.
 */
export const Island = z.object({
  id: z.string(),
  networkId: Id,
  hostId: Id.nullable(),
  members: z.array(IslandMember),
  /** The host's NIC that leads from it to the outside; null: none, as on every isolated network. */
  nic: z.string().nullable(),
  /** True for all but the largest island of a network that has several. */
  another: z.boolean(),
  verdict: Verdict,
  verdictAt: Instant.nullable(),
  /** What people noted on it; null: nothing. */
  note: z.string().nullable(),
});
export type Island = z.infer<typeof Island>;

export const MapVm = z.object({ id: Id, name: z.string(), state: VmState, hostId: Id.nullable() });
export const MapNetwork = z.object({ id: Id, name: z.string(), isIsolated: z.boolean(), label: Label.nullable() });
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

/** One step of a path: from a VM over an island to the next VM. */
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
 * Whether one VM reaches another. `direct`: they share an island. `through`: only by way of VMs that stand on several
 * islands, which is possible, not promised: whether those VMs forward is their own affair. `no`: the reasons say why.
 */
export const Reach = z.object({
  from: Id,
  to: Id,
  kind: z.enum(['direct', 'through', 'no']),
  hops: z.array(Hop),
  reasons: z.array(z.object({ message: ReachReason, remedy: Remedy.nullable() })),
});
export type Reach = z.infer<typeof Reach>;
