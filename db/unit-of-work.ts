import type { Database } from 'better-sqlite3';
import { AppError, type Event, note } from '../contract';
import type { Log } from '../engine/ports/log';
import type { Durable, Touched } from '../engine/ports/store';
import { translate } from './errors';

export type CommitListener = (touched: readonly Touched[], events: readonly Event[]) => void;

interface Batch {
  readonly touched: Map<string, Touched>;
  last: Touched | null;
  readonly events: Event[];
}

/**
 * Transactions on one connection, and what they touched. Every write of a repository goes through `write`: inside a
 * transaction it joins it, outside it is a transaction of its own, so that nothing is written without being published.
 */
export class UnitOfWork {
  private batch: Batch | null = null;
  private readonly listeners = new Set<CommitListener>();
  private readonly outbox: Batch[] = [];
  private publishing = false;

  constructor(
    private readonly sqlite: Database,
    private readonly log: Log,
  ) {}

  /** Runs `fn` in one immediate transaction and publishes what it touched. Errors roll back and are thrown on. */
  transaction<T>(fn: () => T, durable: Durable = 'now'): T {
    const { result, batch } = durable === 'now' ? this.run(fn, 'COMMIT') : this.runUnhurried(fn);
    this.publish(batch);
    return result;
  }

  /** Runs `fn` likewise, rolls back, publishes nothing. */
  preview<T>(fn: () => T): T {
    return this.run(fn, 'ROLLBACK').result;
  }

  /** In an open transaction: runs `fn`, then returns to what was before. */
  tentative<T>(fn: () => T): T {
    const outer = this.batch;
    if (!outer) throw new Error('Only an open transaction can try something.');
    this.sqlite.exec('SAVEPOINT tentative');
    this.batch = { touched: new Map(outer.touched), last: null, events: [...outer.events] };
    try {
      return fn();
    } finally {
      this.batch = outer;
      // After a full disk there may be no transaction left; whoever commits finds that out.
      if (this.sqlite.inTransaction) this.sqlite.exec('ROLLBACK TO tentative; RELEASE tentative');
    }
  }

  /** A write: part of the transaction that is open, else one of its own. */
  write<T>(fn: () => T): T {
    if (!this.batch) return this.transaction(fn);
    this.refuseRolledBack();
    return fn();
  }

  /** Notes that the open transaction touched something; twice is once, and mostly one right after the other. */
  touch(touched: Touched): void {
    const { batch } = this;
    if (!batch || (batch.last?.id === touched.id && batch.last.kind === touched.kind)) return;
    batch.last = touched;
    batch.touched.set(`${touched.kind} ${touched.id}`, touched);
  }

  /** What the open transaction touched so far. */
  touched(): Touched[] {
    return [...(this.batch?.touched.values() ?? [])];
  }

  /** Notes an event that the open transaction appended. */
  appended(event: Event): void {
    this.batch?.events.push(event);
  }

  onCommit(listener: CommitListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * A commit that does not wait for the disk. The next one that does takes it along, so a power cut can take the newest of
   * these, and never one out of the middle (sqlite.org/pragma.html#pragma_synchronous).
   */
  private runUnhurried<T>(fn: () => T): { result: T; batch: Batch } {
    // Inside a transaction the pragma does nothing.
    this.refuseNesting();
    this.sqlite.exec('PRAGMA synchronous = NORMAL');
    try {
      return this.run(fn, 'COMMIT');
    } finally {
      this.sqlite.exec('PRAGMA synchronous = FULL');
    }
  }

  private refuseNesting(): void {
    if (this.batch) throw new Error('Store transactions do not nest: pass `tx` on instead.');
  }

  private run<T>(fn: () => T, end: 'COMMIT' | 'ROLLBACK'): { result: T; batch: Batch } {
    this.refuseNesting();
    const batch: Batch = { touched: new Map(), last: null, events: [] };
    try {
      // IMMEDIATE takes the write lock at once: a deferred one can fail half-way with SQLITE_BUSY, which no timeout helps.
      this.sqlite.exec('BEGIN IMMEDIATE');
      this.batch = batch;
      const result = fn();
      if (isThenable(result)) throw new Error('Store transactions are synchronous: the function returned a promise.');
      this.refuseRolledBack();
      this.sqlite.exec(end);
      return { result, batch };
    } catch (error) {
      if (this.sqlite.inTransaction) this.sqlite.exec('ROLLBACK');
      throw translate(error);
    } finally {
      this.batch = null;
    }
  }

  /**
   * A full disk can make SQLite roll back automatically (lang_transaction.html, "Response To Errors"). Had the caller caught
   * that error and gone on, the next write would be committed alone, without what came before it.
   */
  private refuseRolledBack(): void {
    if (this.sqlite.inTransaction) return;
    throw new AppError('STORE_FAILED', 'The transaction was already rolled back by an earlier failure.', {
      remedy: note('Nothing of it was written. See the earlier failure in the log.'),
    });
  }

  /** In order of commit for every listener, also when a listener writes; a listener's failure can't undo the commit. */
  private publish(batch: Batch): void {
    if (batch.touched.size === 0 && batch.events.length === 0) return;
    this.outbox.push(batch);
    if (this.publishing) return;
    this.publishing = true;
    for (let next = this.outbox.shift(); next; next = this.outbox.shift()) this.tell(next);
    this.publishing = false;
  }

  private tell(batch: Batch): void {
    const touched = [...batch.touched.values()];
    for (const listener of [...this.listeners]) {
      try {
        listener(touched, batch.events);
      } catch (error) {
        this.log.error({ err: error }, 'a listener failed after a commit');
      }
    }
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
