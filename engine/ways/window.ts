/** Bytes in flight before anything is known about a line. */
const FIRST = 65_536;
const LEAST = 32_768;
const MOST = 2_097_152;
/** Milliseconds that bytes may wait in a line's queues beyond its shortest round trip. */
const QUEUE_MS = 100;
/** A round trip is measured with at least so many bytes in flight. */
const MEASURED = 16_384;
/** One sender leaves a quarter of a window to the others. */
const SHARE = 0.75;
/** A driver's own frames to its script may be counted by the script: so many bytes are no breach. */
const SLACK = 65_536;

interface Sent {
  readonly end: number;
  readonly from: number;
  readonly bytes: number;
}

/**
 * How much may be in flight on one relay line. SSH queues megabytes unseen, which would delay every packet by seconds, so a window limits
 * what is not acknowledged to what the line moves in about 0.1 s, and the rest is dropped as on any full wire.
 */
export class Window {
  private size = FIRST;
  private sent = 0;
  private acknowledged = 0;
  private mark: { readonly at: number; readonly end: number } | null = null;
  private best = Infinity;
  private wasFull = false;
  /** What is in flight, oldest first, and how much of it is from whom. */
  private queue: Sent[] = [];
  private readonly bySender = new Map<number, number>();

  constructor(private readonly now: () => number) {}

  /** Whether so many more bytes of a sender fit. */
  fits(from: number, bytes: number): boolean {
    const all = this.sent - this.acknowledged + bytes;
    const own = (this.bySender.get(from) ?? 0) + bytes;
    if (all <= this.size && own <= this.size * SHARE) return true;
    this.wasFull = true;
    return false;
  }

  /** `from` 0: frames of the engine itself. */
  send(from: number, bytes: number): void {
    this.sent += bytes;
    this.bySender.set(from, (this.bySender.get(from) ?? 0) + bytes);
    this.queue.push({ end: this.sent, from, bytes });
    if (!this.mark && this.sent - this.acknowledged > MEASURED) this.mark = { at: this.now(), end: this.sent };
  }

  /** Returns false for an acknowledgement of bytes that were never sent. */
  acknowledge(total: number): boolean {
    // Less than half of the numbers ahead: later; otherwise an old one, which says nothing new.
    const ahead = (total - (this.acknowledged % 2 ** 32) + 2 ** 32) % 2 ** 32;
    if (ahead >= 2 ** 31) return true;
    if (this.acknowledged + ahead > this.sent + SLACK) return false;
    this.acknowledged = Math.min(this.acknowledged + ahead, this.sent);
    this.release();
    this.adapt();
    return true;
  }

  private release(): void {
    let done = 0;
    for (const { end, from, bytes } of this.queue) {
      if (end > this.acknowledged) break;
      done += 1;
      const left = (this.bySender.get(from) ?? 0) - bytes;
      if (left > 0) this.bySender.set(from, left);
      else this.bySender.delete(from);
    }
    if (done > 0) this.queue = this.queue.slice(done);
  }

  /** Grows only where it was too small; shrinks as soon as the line takes longer than it can. */
  private adapt(): void {
    if (!this.mark || this.acknowledged < this.mark.end) return;
    const took = Math.max(1, this.now() - this.mark.at);
    this.mark = null;
    this.best = Math.min(this.best, took);
    const longest = this.best + QUEUE_MS;
    if (took > longest) this.size = Math.max(LEAST, (this.size * longest) / took);
    else if (this.wasFull) this.size = Math.min(MOST, this.size * 1.5);
    this.wasFull = false;
  }
}
