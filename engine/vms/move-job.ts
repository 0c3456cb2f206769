import { z } from 'zod';
import { Id } from '../../contract';

/** The job that moves a VM from one host to another. */
export const MOVE_JOB = 'vms.move';

export const MovePayload = z.strictObject({
  vmId: Id,
  fromId: Id,
  toId: Id,
  /** A user's choice on parts of its definition; absent in jobs of older versions. */
  choice: z.strictObject({ carry: z.array(z.string()).readonly(), leave: z.array(z.string()).readonly() }).optional(),
});
export type MovePayload = z.infer<typeof MovePayload>;
