import { describeError } from '../core/errors';
import type { HostDriver, KeepOrder } from '../ports/host-driver';
import { type HostStateDeps, reportNotPersistent } from './record/host-states';

/** What a host creates automatically when it starts. */
export class BootFile {
  /** Why it could not be written the last time. */
  private problem: string | null = null;

  constructor(
    private readonly hostId: string,
    private readonly driver: HostDriver,
    private readonly deps: HostStateDeps,
  ) {}

  /** Writes it. A failure is reported once, and every converge tries again. */
  async write(order: KeepOrder, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      await this.driver.keep(order, signal);
      this.problem = null;
    } catch (error) {
      const { message } = describeError(error);
      if (signal.aborted || this.problem === message) return;
      this.problem = message;
      reportNotPersistent(this.deps, this.hostId, message);
    }
  }
}
