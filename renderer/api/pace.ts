export interface PaceOptions {
  /** Minimum pause between the end of one run and the start of the next. Milliseconds. */
  readonly leastMs: number;
  /** The maximum share of time (0 to 1) for the work and its consequences on this thread. */
  readonly share: number;
}

/** The longest pause, however long a run took (hidden windows also throttle timers). */
const MOST_MS = 3_000;

/**
 * Throttles work: runs immediately when idle, otherwise once for all requests in the meantime. Expensive work thus runs less often,
 * and the UI stays responsive.
 */
export class Pace {
  private asked = false;
  private going = false;

  constructor(
    private readonly work: () => Promise<unknown> | void,
    private readonly options: PaceOptions,
  ) {}

  ask(): void {
    this.asked = true;
    if (!this.going) void this.go();
  }

  private async go(): Promise<void> {
    this.going = true;
    while (this.asked) {
      this.asked = false;
      const began = performance.now();
      try {
        await this.work();
      } catch (error) {
        console.info('what was to be brought up to date is not', error);
      }
      // The work's consequences, mostly rendering, are done after these frames.
      await pause(0);
      await pause(0);
      await pause(this.restAfter(performance.now() - began));
    }
    this.going = false;
  }

  private restAfter(ms: number): number {
    const { leastMs, share } = this.options;
    return Math.min(MOST_MS, Math.max(leastMs, ms / share - ms));
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
