export interface PaceOptions {
  /** Milliseconds between the end of one round and the begin of the next, at least. */
  readonly leastMs: number;
  /** The share of the time (0 to 1) that the work may take, what follows from it on this thread included. */
  readonly share: number;
}

/** Longer than this nothing rests, however long a round took (a hidden window's timers are slowed down, too). */
const MOST_MS = 3_000;

/**
 * Does a piece of work when asked to: at once when it has rested, else once for all askings of the meantime. Heavy work
 * so makes itself rarer, and the screen stays free for the person in front of it.
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
      // What the work has set off (drawing, mostly) is done when these have passed.
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
