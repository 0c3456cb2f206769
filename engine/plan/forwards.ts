import { FORWARD_ADDRESS, type Forward, type Protocol } from '../../contract';
import type { ForwardRow, VmRow } from '../ports/store';

/** A requested forward. */
export interface ForwardInput {
  readonly protocol: Protocol;
  readonly guestPort: number;
  /** 0 until it is chosen: any free one. */
  readonly hostPort: number;
}

/** A forward by its two ends, for messages. */
export const forwardEnds = (vm: Pick<VmRow, 'name'>, { protocol, hostPort, guestPort }: ForwardInput) => ({
  vm: vm.name,
  protocol,
  hostPort,
  guestPort,
});

/** A forward in the contract's form. */
export const presentForward = (row: ForwardRow): Forward => ({ ...row, address: FORWARD_ADDRESS });
