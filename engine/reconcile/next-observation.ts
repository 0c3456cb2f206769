import type { Clock } from '../ports/clock';
import type { ObservationShare } from './observation-share';

/** The observation that notices of a host cause: one for all that arrive until then. */
export class NextObservation {
  private cancelTimer: (() => void) | null = null;
  /** The delay with which the timer was set; a shorter one replaces it. */
  private delayMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly share: ObservationShare,
    private readonly observe: () => void,
  ) {}

  /** Observes after this time, or later if the host has used its share of the engine's. */
  within(delayMs: number): void {
    if (this.cancelTimer && this.delayMs <= delayMs) return;
    this.cancelTimer?.();
    this.delayMs = delayMs;
    this.cancelTimer = this.clock.after(Math.max(delayMs, this.share.wait()), () => {
      this.cancelTimer = null;
      this.observe();
    });
  }

  cancel(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }
}
