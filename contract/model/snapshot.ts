import { z } from 'zod';
import { Comment, Id, Instant, KeptName } from './common';

/** One VM in a snapshot. Its id stays the same whatever is reverted. */
export const SnapshotVm = z.object({
  vmId: Id,
  name: KeptName,
  /** Null: it had no host yet, and so neither disk nor memory to keep. */
  hostId: Id.nullable(),
  /** Whether it ran, so that its memory is kept too: reverted to, it goes on where it was. */
  withMemory: z.boolean(),
});
export type SnapshotVm = z.infer<typeof SnapshotVm>;

/** A group of VMs as they were at one moment: disks, memory of those that ran, settings and vNICs. */
export const Snapshot = z.object({
  id: Id,
  dataCenterId: Id,
  name: KeptName,
  comment: Comment,
  /** What *reset* leads back to; at most one for each VM. */
  isStart: z.boolean(),
  /** `locked`: it is being taken, reverted to or removed. */
  state: z.enum(['locked', 'ok']),
  vms: z.array(SnapshotVm),
  createdAt: Instant,
});
export type Snapshot = z.infer<typeof Snapshot>;
