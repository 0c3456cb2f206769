import type { Actor, CommandOutput, Preview } from '../../contract';
import type { Clock } from '../ports/clock';
import type { Repositories, Store } from '../ports/store';
import { type JobDraft, insertJob } from '../jobs/job-rows';
import type { JobRunner } from '../jobs/job-runner';
import { type Emit, emitter } from './events';
import { instant } from './ids';
import type { CallContext } from './ports';
import { type Refs, refs } from './refs';

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
  /** What it does, in words, for a dry run. */
  readonly words: readonly string[];
}

/** Looks at hosts for a dry run, and says what a converge would change on one. */
export interface Previewer {
  /** Observes these hosts; one that can't be looked at is told as such by `plan`. */
  observe(hostIds: readonly string[]): Promise<void>;
  plan(tx: Repositories, hostId: string, setup?: Outcome<unknown>['setup']): Preview['hosts'][number];
}

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly jobs: JobRunner;
  previewer(): Previewer;
}

type Handler<Input, Output> = (scope: Scope, input: Input) => Outcome<Omit<Output, 'job' | 'preview'>>;
type Call<Input> = { readonly input: Input; readonly context: CallContext };

/** Makes procedures out of handlers that change something; see `engine/README.md`. */
export type CommandMaker = <Input extends { dryRun: boolean }, Output extends CommandOutput>(
  handler: Handler<Input, Output>,
) => (call: Call<Input>) => Promise<Output>;

/**
 * The wrapper around every changing handler. A real run: wish, job and events in ONE transaction, the job started after
 * it, its id answered at once. A dry run: the same handler in a transaction that is rolled back, twice: once to learn
 * which hosts it touches, and once more, when those have been observed, to plan them against the wish as it would be.
 */
export function makeCommand(deps: Deps): CommandMaker {
  const scopeOf = (tx: Repositories, actor: Actor): Scope => {
    const now = instant(deps.clock.now());
    return { tx, refs: refs(tx), actor, now, emit: emitter(tx, actor, now) };
  };

  return <Input extends { dryRun: boolean }, Output extends CommandOutput>(handler: Handler<Input, Output>) => {
    const answer = (outcome: Outcome<Omit<Output, 'job' | 'preview'>>, rest: CommandOutput): Output =>
      ({ ...outcome.output, ...rest }) as Output;

    const dryRun = async ({ input, context }: Call<Input>): Promise<Output> => {
      const hosts = deps.store.preview((tx) => handler(scopeOf(tx, context.actor), input).hosts ?? []);
      const previewer = deps.previewer();
      await previewer.observe(hosts);
      return deps.store.preview((tx) => {
        const outcome = handler(scopeOf(tx, context.actor), input);
        const plans = [...new Set(outcome.hosts ?? [])].map((hostId) => previewer.plan(tx, hostId, outcome.setup));
        return answer(outcome, { job: null, preview: { summary: [...outcome.words], hosts: plans } });
      });
    };

    const run = async ({ input, context }: Call<Input>): Promise<Output> => {
      const { outcome, job } = deps.store.transaction((tx) => {
        const scope = scopeOf(tx, context.actor);
        const outcome = handler(scope, input);
        return { outcome, job: outcome.job ? insertJob(tx, outcome.job, context.actor, scope.now) : null };
      });
      try {
        await outcome.committed?.();
      } finally {
        // The job is in the store, and would wait there for the next engine.
        if (job !== null) deps.jobs.kick(job);
      }
      return answer(outcome, { job, preview: null });
    };

    return async (call: Call<Input>) => (call.input.dryRun ? dryRun(call) : run(call));
  };
}
