import type { Clock } from '../ports/clock';

/** The engine's time that a host can take in one go, by observations that its own notices cause. */
const BURST_MS = 5_000;
/** And in the long run: a share of all time. */
const SHARE = 0.4;
const LONGEST_WAIT_MS = 10_000;

/**
 * Delays observations that a host's notices cause, once they have used their share of time: a host that floods the engine with
 * notices, and answers each observation with megabytes, is observed less often instead of blocking the engine. Requests of users
 * are not delayed.
 */
export class ObservationShare {
  private credit = BURST_MS;
  private countedAt: number;
  private beganAt: number | null = null;

  constructor(private readonly clock: Clock) {
    this.countedAt = clock.now();
  }

  begin(): void {
    this.beganAt = this.clock.now();
  }

  end(): void {
    if (this.beganAt === null) return;
    this.refill();
    this.credit -= Math.max(0, this.clock.now() - this.beganAt);
    this.beganAt = null;
  }

  /** Milliseconds until a notice may cause the next observation. */
  wait(): number {
    this.refill();
    return this.credit >= 0 ? 0 : Math.min(LONGEST_WAIT_MS, -this.credit / SHARE);
  }

  private refill(): void {
    const now = this.clock.now();
    this.credit = Math.min(BURST_MS, this.credit + Math.max(0, now - this.countedAt) * SHARE);
    this.countedAt = now;
  }
}
