import type { MoveChoice } from '../ports/host-driver';

/** The job that moves a VM from one host to another. */
export const MOVE_JOB = 'vms.move';

export interface MovePayload {
  readonly vmId: string;
  readonly fromId: string;
  readonly toId: string;
  /** What a person said of parts of its definition; absent in jobs of before there was a choice. */
  readonly choice?: MoveChoice;
}
