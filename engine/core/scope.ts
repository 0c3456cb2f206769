import type { Actor, JobTitle, Preview, PreviewLine, StepTitle, Subjects } from '../../contract';
import type { Repositories } from '../ports/store';
import type { Emit } from './events';
import type { Refs } from './refs';

/** The scope of a mutating handler: one transaction, one actor, one time. */
export interface Scope {
  readonly tx: Repositories;
  readonly refs: Refs;
  readonly actor: Actor;
  readonly now: string;
  readonly emit: Emit;
  /** Notes a VM that is named without an event of its own, for the warning of names that look alike. */
  readonly named?: (vmId: string) => void;
}

/** The result of a mutating handler. */
export interface Outcome<Output> {
  /** The answer's own fields, besides `job` and `preview`. */
  readonly output: Output;
  /** The work on hosts; omitted: none. */
  readonly job?: JobDraft;
  /** Hosts whose networks this changes; a dry run observes and plans them. */
  readonly hosts?: readonly string[];
  /** *Setup networks* or a sync: regular networks of those hosts change too, all or only the named ones. */
  readonly setup?: 'all' | ReadonlySet<string>;
  /** Writes what the job leads to, where that concerns who reaches whom: promises are checked with it, then it is undone. */
  readonly foresees?: (tx: Repositories) => void;
  /** Further work after the transaction is committed and before the job starts; skipped in a dry run. */
  readonly committed?: () => Promise<void>;
  /** What it does, line by line, for a dry run. */
  readonly lines: readonly PreviewLine[];
}

/** Observes hosts for a dry run, and describes what a converge would change on one. */
export interface Previewer {
  /** Observes these hosts; `plan` reports those that can't be observed. */
  observe(hostIds: readonly string[]): Promise<void>;
  plan(tx: Repositories, hostId: string, setup?: Outcome<unknown>['setup']): Preview['hosts'][number];
}

/** A job that a command requests once its transaction is committed. */
export interface JobDraft {
  /** The procedure that requests it. */
  readonly kind: string;
  readonly title: JobTitle;
  /** What the kind's function needs, as JSON. */
  readonly payload: unknown;
  readonly subjects?: Subjects;
  readonly steps: ReadonlyArray<{ readonly title: StepTitle; readonly hostId?: string | null }>;
}
