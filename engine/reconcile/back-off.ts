import type { Clock } from '../ports/clock';

const FIRST_MS = 1_000;
const LAST_MS = 60_000;

/** A timer that waits longer each time it is set, until it is reset: 1 s, 2 s, 4 s, ... 60 s. */
export class BackOff {
  private delay = FIRST_MS;
  private cancelTimer: (() => void) | null = null;

  constructor(private readonly clock: Clock) {}

  /** Whether a call is scheduled. */
  get waiting(): boolean {
    return this.cancelTimer !== null;
  }

  /** Whether the next wait is the shortest: no recent failure. */
  get fresh(): boolean {
    return this.delay === FIRST_MS;
  }

  /** Counts as a failure: the next wait is longer. */
  grow(): void {
    this.delay = Math.min(LAST_MS, this.delay * 2);
  }

  /** Counts as a success: cancels out one failure, so that a host that fails every second time gains nothing. */
  shrink(): void {
    this.delay = Math.max(FIRST_MS, this.delay / 2);
  }

  /** Calls `fn` once after the current delay; does nothing if a call is already scheduled. */
  again(fn: () => void): void {
    if (this.cancelTimer) return;
    const delay = this.delay;
    this.grow();
    this.cancelTimer = this.clock.after(delay, () => {
      this.cancelTimer = null;
      fn();
    });
  }

  /** It worked: the next wait is short again, and a scheduled call is dropped. */
  reset(): void {
    this.stop();
    this.delay = FIRST_MS;
  }

  stop(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }
}
