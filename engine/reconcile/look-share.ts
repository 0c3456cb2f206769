import type { Clock } from '../ports/clock';

/** What a host may take of the engine's time in one go, by looks that its own notices cause. */
const BURST_MS = 5_000;
/** And for good: a part of all time. */
const SHARE = 0.4;
const LONGEST_WAIT_MS = 10_000;

/**
 * Holds back looks that notices of a host cause, once they have taken their share of time: a host that never stops giving notices,
 * and answers each look with megabytes, is looked at less often instead of keeping the engine from all others. What a person asks
 * for is not held back.
 */
export class LookShare {
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

  /** Milliseconds until a notice may cause the next look. */
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
