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
  /** Adds a step that was not known when the job was made; returns its index. */
  addStep(title: StepTitle, hostId?: string | null): number;
  /** Marks a step as skipped. */
  skip(index: number, why: StepResult): void;
  /**
   * Writes what must be in the store however the job ends (a lock that is let go of, what a host has done already): on a full disk it is
   * tried until there is room, or the engine ends. Resolves with what `write` returns; with undefined when the engine ended first.
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
   * gives the running job once its payload is read. Throws UnreadableJob for a payload of another version; what it locks as far as its
   * known part says is released then, by the same work as that of a job that was cancelled before it began.
   */
  run(row: JobRow, make: MakeRunning): Promise<void>;
  /**
   * The work only makes hosts as the store wants them, so that cancelling it puts it off: the next look at a host goes on
   * with it (docs/decisions/0008). Told to whoever cancels.
   */
  readonly standing: boolean;
  /** Things are locked for it, so that it is run even when it was cancelled before it began: with its signal raised, to let go of them. */
  readonly holdsLocks: boolean;
  /**
   * Where the same work can't simply be done once more: the command that it came from, by which its rules are asked anew and what
   * it locks is locked again. By default the job is repeated as it was.
   */
  readonly again: (scope: Scope, job: JobRow) => Outcome<object>;
}

interface Options<P> {
  readonly standing?: boolean;
  readonly holdsLocks?: boolean;
  readonly again?: Again<P> | null;
}

/** The kinds of job that this engine can run, by name. A kind is the procedure that asks for it: `networks.attach`. */
export class JobKinds {
  private readonly kinds = new Map<string, JobKind>();

  /** Registers one kind; each area does so for its own when the engine is made. */
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
          // It ends as one that was cancelled; the error of the job is that it could not be read.
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

  /** Of a kind that nobody here knows, nobody knows that it does not. */
  holdsLocks(kind: string): boolean {
    return this.kinds.get(kind)?.holdsLocks ?? true;
  }

  /** Throws UnreadableJob for a kind that a newer Atoll has left in the store. */
  get(kind: string): JobKind {
    const found = this.kinds.get(kind);
    if (!found) {
      throw new UnreadableJob(
        `This Atoll knows no job of the kind "${kind}"`,
        'It was made by another version; update Atoll, or cancel the job.',
      );
    }
    return found;
  }
}
