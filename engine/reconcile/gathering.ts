import type { Clock } from '../ports/clock';
import type { BusyVms } from './busy-vms';

/** For how long the observation after an action on a VM waits for others of the host, to be one for all of them. */
const GATHER_MS = 250;

/** Lets actions on VMs of a host that end one after the other be observed together. */
export class Gathering {
  private waiting: Promise<void> | null = null;

  constructor(
    private readonly hostId: string,
    private readonly busy: BusyVms,
    private readonly clock: Clock,
  ) {}

  /** Until no VM of the host is being changed, or a quarter of a second, together with all who wait already. */
  wait(): Promise<void> {
    this.waiting ??= this.idle().finally(() => (this.waiting = null));
    return this.waiting;
  }

  private idle(): Promise<void> {
    if (this.busy.actingOn(this.hostId) === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancelIdle = this.busy.whenIdle(this.hostId, () => {
        cancelTimer();
        resolve();
      });
      const cancelTimer = this.clock.after(GATHER_MS, () => {
        cancelIdle();
        resolve();
      });
    });
  }
}
