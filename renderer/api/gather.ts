import type { LiveBatch } from '../../contract';
import { KEPT_EVENTS } from './keys';

type Change = LiveBatch['changes'][number];

/** Above this many queued changes, reading everything again is cheaper. */
const MAX_WAITING = 20_000;

/** Batches that wait for the next render, merged: the last state of each object, and the newest events. */
export class Gathered {
  private changes = new Map<string, Change>();
  private events: LiveBatch['events'] = [];
  private seq = 0;
  private reset = false;

  add(batch: LiveBatch): void {
    this.seq = batch.seq;
    if (batch.reset) {
      this.startOver();
      return;
    }
    // Data read again after a gap is newer than these.
    if (this.reset) return;
    for (const change of batch.changes) this.changes.set(`${change.kind} ${change.id}`, change);
    this.events = [...this.events, ...batch.events].slice(-KEPT_EVENTS);
    if (this.changes.size > MAX_WAITING) this.startOver();
  }

  /** Returns all queued changes as one batch and clears the queue. */
  take(): LiveBatch {
    const { seq, reset, events } = this;
    const changes = [...this.changes.values()];
    this.changes = new Map();
    this.events = [];
    this.reset = false;
    return { seq, reset, changes, events };
  }

  private startOver(): void {
    this.reset = true;
    this.changes.clear();
    this.events = [];
  }
}
