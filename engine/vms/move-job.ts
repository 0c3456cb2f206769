/** The job that moves a VM from one host to another. */
export const MOVE_JOB = 'vms.move';

export interface MovePayload {
  readonly vmId: string;
  readonly fromId: string;
  readonly toId: string;
}
