import { z } from 'zod';
import { ApartMessage, PlacementReason } from '../messages/reasons';
import { Id } from './common';
import { HostState } from './states';
import { Remedy } from './remedy';
import { VmState } from './states';

/** The placement result (rule O2) for one host of a VM's cluster. */
export const HostFit = z.object({
  hostId: Id,
  host: z.string(),
  state: HostState,
  /** Whether the VM could run there. */
  can: z.boolean(),
  /** Whether the VM would start (or be moved) there by default. */
  chosen: z.boolean(),
  /** Why it can't run there, or why the host is or is not chosen. Null: no reason. */
  why: PlacementReason.nullable(),
  /** Whether the VM's disks are there. */
  holds: z.boolean(),
  /** VMs that run there and share a network with it. */
  mates: z.int(),
  /** Memory that is still available for VMs; null: unknown. */
  memoryLeftMiB: z.int().nullable(),
});
export type HostFit = z.infer<typeof HostFit>;

/** VMs of one isolated network that are kept on different hosts, each with its own island (rule S10). */
export const Apart = z.object({
  networkId: Id,
  network: z.string(),
  /** Largest first; at least two. */
  islands: z.array(
    z.object({
      hostId: Id,
      host: z.string(),
      vms: z.array(z.object({ id: Id, name: z.string(), state: VmState })),
    }),
  ),
  /** How they are spread, and what brings them together. */
  message: ApartMessage,
  remedy: Remedy,
});
export type Apart = z.infer<typeof Apart>;
