import type { z } from 'zod';
import type { Actor, StepResult, StepTitle } from '../../../contract';
import type { Outcome, Scope } from '../scope';
import type { JobRow } from '../../ports/store';
import { repeat } from './again';
import { readPayload, tryPayload, UnreadableJob } from './payload';
import { knownPart } from './release-locks';

/** A running job as its kind's function sees it. `P`: the payload of its kind. */
export interface RunningJob<P = unknown> {
  readonly id: string;
  readonly row: Omit<JobRow, 'payload'>;
  readonly payload: P;
  readonly actor: Actor;
  /** Aborted by cancel and by the engine's end. */
  readonly signal: AbortSignal;
  /** The engine is stopping: running work is left as it is, for the next engine to resume. */
  readonly stopping: boolean;
  /**
   * Runs one step: marks it running, then succeeded with the result of `work`, or failed with its error, which is rethrown. A
   * cancelled job starts no further step: it throws CANCELLED instead.
   */
  step(index: number, work: (signal: AbortSignal) => Promise<StepResult | null>): Promise<void>;
  /** Adds a step that was not known when the job was created; returns its index. */
  addStep(title: StepTitle, hostId?: string | null): number;
  /** Marks a step as skipped. */
  skip(index: number, why: StepResult): void;
  /**
   * Writes what must be in the database however the job ends (a released lock, work that a host has already done): on a full disk
   * it retries until there is space, or the engine ends. Resolves with the result of `write`; with undefined if the engine ended
   * first.
   */
  written<T>(write: () => T): Promise<T | undefined>;
  /** The progress of a long-running step. */
  note(index: number, message: StepResult): void;
}

/** An ended job with the payload of its kind. */
export type EndedJob<P> = Omit<JobRow, 'payload'> & { readonly payload: P };

/** Requests an ended job again, in that command's transaction. Throws AppError when it can't be. */
export type Again<P = unknown> = (scope: Scope, job: EndedJob<P>) => Outcome<object>;

export type MakeRunning = <P>(payload: P, signal?: AbortSignal) => RunningJob<P>;

export interface JobKind {
  /**
   * Does the work; what it throws is the job's error. It runs again from the start after a crash, so it must be idempotent. `make`
   * creates the running job once its payload is read. Throws UnreadableJob for a payload of another version; what it locks
   * according to its known part is then released, by the same work as for a job that was cancelled before it began.
   */
  run(row: JobRow, make: MakeRunning): Promise<void>;
  /**
   * The work only brings hosts to the desired state in the database, so that cancelling it postpones it: the next reconcile of a
   * host continues it (docs/decisions/0008). Reported to whoever cancels.
   */
  readonly standing: boolean;
  /** It holds locks, so that it runs even if it was cancelled before it began: with its signal aborted, to release them. */
  readonly holdsLocks: boolean;
  /**
   * For work that can't simply be repeated: the command that it came from, which checks its rules and takes its locks again. By
   * default the job is repeated unchanged.
   */
  readonly again: (scope: Scope, job: JobRow) => Outcome<object>;
}

interface Options<P> {
  readonly standing?: boolean;
  readonly holdsLocks?: boolean;
  readonly again?: Again<P> | null;
}

/** The kinds of job that this engine can run, by name. A kind is named after its procedure: `networks.attach`. */
export class JobKinds {
  private readonly kinds = new Map<string, JobKind>();

  /** Registers one kind; each area registers its own when the engine is created. */
  define<P>(
    kind: string,
    schema: z.ZodType<P>,
    run: (job: RunningJob<P>) => Promise<void>,
    { standing = false, holdsLocks = false, again = null }: Options<P> = {},
  ): void {
    if (this.kinds.has(kind)) throw new Error(`job kind ${kind} is defined twice`);
    this.kinds.set(kind, {
      run: async (row, make) => {
        if (holdsLocks && tryPayload(schema, row) === undefined) {
          const known = knownPart(schema, row.payload);
          // It ends like a cancelled one; the error of the job is that it could not be read.
          if (known !== undefined) await run(make(known, AbortSignal.abort())).catch(() => undefined);
        }
        await run(make(readPayload(schema, row)));
      },
      standing,
      holdsLocks,
      again: (scope, job) => {
        const payload = readPayload(schema, job);
        return again ? again(scope, { ...job, payload }) : repeat(scope, job);
      },
    });
  }

  isStanding(kind: string): boolean {
    return this.kinds.get(kind)?.standing === true;
  }

  /** An unknown kind may hold locks. */
  holdsLocks(kind: string): boolean {
    return this.kinds.get(kind)?.holdsLocks ?? true;
  }

  /** Throws UnreadableJob for a kind that a newer Atoll has left in the database. */
  get(kind: string): JobKind {
    const found = this.kinds.get(kind);
    if (!found) {
      throw new UnreadableJob(
        `This Atoll knows no job of the kind "${kind}"`,
        'Another version created it; update Atoll, or cancel the job.',
      );
    }
    return found;
  }
}
