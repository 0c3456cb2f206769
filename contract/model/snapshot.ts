import { z } from 'zod';
import { Comment, Id, Instant, KeptName } from './common';

/** One VM in a snapshot. Reverting never changes its id. */
export const SnapshotVm = z.object({
  vmId: Id,
  name: KeptName,
  /** Null: it had no host, and so neither disk nor memory. */
  hostId: Id.nullable(),
  /** Whether it ran, so that its memory is included: after reverting it continues where it was. */
  withMemory: z.boolean(),
});
export type SnapshotVm = z.infer<typeof SnapshotVm>;

/** A group of VMs at one moment: disks, memory of running ones, settings and vNICs. */
export const Snapshot = z.object({
  id: Id,
  dataCenterId: Id,
  name: KeptName,
  comment: Comment,
  /** The state that *reset* reverts to; at most one for each VM. */
  isStart: z.boolean(),
  /** `locked`: it is being taken, reverted or removed. */
  state: z.enum(['locked', 'ok']),
  vms: z.array(SnapshotVm),
  createdAt: Instant,
});
export type Snapshot = z.infer<typeof Snapshot>;
