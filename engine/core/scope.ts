import type { Actor, JobTitle, Preview, PreviewLine, StepTitle, Subjects } from '../../contract';
import type { Repositories } from '../ports/store';
import type { Emit } from './events';
import type { Refs } from './refs';

/** What a changing handler works in: one transaction, one actor, one instant. */
export interface Scope {
  readonly tx: Repositories;
  readonly refs: Refs;
  readonly actor: Actor;
  readonly now: string;
  readonly emit: Emit;
}

/** What a changing handler answers. */
export interface Outcome<Output> {
  /** The answer's own fields, as the contract has them beside `job` and `preview`. */
  readonly output: Output;
  /** The work on hosts; left out when there is none. */
  readonly job?: JobDraft;
  /** Hosts whose networks this changes; a dry run observes and plans them. */
  readonly hosts?: readonly string[];
  /** *Setup networks* or a sync: regular networks of those hosts change too, all or only the named ones. */
  readonly setup?: 'all' | ReadonlySet<string>;
  /** What else there is to do once the wish is in the store, before the job begins; not done in a dry run. */
  readonly committed?: () => Promise<void>;
  /** What it does, line by line, for a dry run. */
  readonly lines: readonly PreviewLine[];
}

/** Looks at hosts for a dry run, and says what a converge would change on one. */
export interface Previewer {
  /** Observes these hosts; one that can't be looked at is told as such by `plan`. */
  observe(hostIds: readonly string[]): Promise<void>;
  plan(tx: Repositories, hostId: string, setup?: Outcome<unknown>['setup']): Preview['hosts'][number];
}

/** A job that a command wants done once its transaction is in the store. */
export interface JobDraft {
  /** The procedure that asks for it. */
  readonly kind: string;
  readonly title: JobTitle;
  /** What the kind's function needs, as JSON. */
  readonly payload: unknown;
  readonly subjects?: Subjects;
  readonly steps: ReadonlyArray<{ readonly title: StepTitle; readonly hostId?: string | null }>;
}
