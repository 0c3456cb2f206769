import { type Actor, AppError, type CommandOutput, type PreviewLine, type PromiseEffect, note, say } from '../contract';
import type { Clock } from './ports/clock';
import type { Repositories, Store } from './ports/store';
import { insertJob } from './core/jobs/job-rows';
import type { JobRunner } from './core/jobs/job-runner';
import { emitter } from './core/events';
import { instant } from './core/ids';
import type { CallContext } from './core/ports';
import { LookAlikes } from './core/look-alikes';
import { refs } from './core/refs';
import type { Outcome, Previewer, Scope } from './core/scope';
import { effectWords } from './promises/words';

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly jobs: JobRunner;
  previewer(): Previewer;
  readonly promises: Promises;
}

/** What a command would do to promises; see `engine/promises`. */
interface Promises {
  prepare(): void;
  effects(): PromiseEffect[];
}

type CommandInput = { readonly dryRun: boolean; readonly breakPromises?: boolean | undefined };
type Handler<Input, Output> = (scope: Scope, input: Input) => Outcome<Omit<Output, 'job' | 'preview'>>;
type Call<Input> = { readonly input: Input; readonly context: CallContext };

/** Builds procedures from mutating handlers; see `engine/README.md`. */
export type CommandMaker = <Input extends CommandInput, Output extends CommandOutput>(
  handler: Handler<Input, Output>,
) => (call: Call<Input>) => Promise<Output>;

/**
 * The wrapper around every mutating handler, and the one place that checks promises. A real run writes desired state, job and events in ONE transaction, starts the job
 * afterwards, and returns its id immediately. A dry run calls the same handler in a transaction that is rolled back, twice: once to
 * find the hosts it touches, and again, after observing them, to plan them against the new desired state.
 */
export function makeCommand(deps: Deps): CommandMaker {
  const scopeOf = (tx: Repositories, actor: Actor): Scope & { warnings(): PreviewLine[] } => {
    const now = instant(deps.clock.now());
    const emit = emitter(tx, actor, now);
    const alike = new LookAlikes(tx);
    return {
      ...{ tx, refs: refs(tx), actor, now },
      emit: alike.noticing(emit),
      named: (vmId) => alike.note(vmId),
      warnings: () => alike.warnings(emit),
    };
  };

  return <Input extends CommandInput, Output extends CommandOutput>(handler: Handler<Input, Output>) => {
    const answer = (outcome: Outcome<Omit<Output, 'job' | 'preview'>>, rest: CommandOutput): Output =>
      ({ ...outcome.output, ...rest }) as Output;

    const effectsOf = (tx: Repositories, { foresees }: Outcome<unknown>): PromiseEffect[] => {
      if (!foresees) return deps.promises.effects();
      return deps.store.tentative(() => {
        foresees(tx);
        return deps.promises.effects();
      });
    };

    const dryRun = async ({ input, context }: Call<Input>): Promise<Output> => {
      const hosts = deps.store.preview((tx) => handler(scopeOf(tx, context.actor), input).hosts ?? []);
      const previewer = deps.previewer();
      await previewer.observe(hosts);
      deps.promises.prepare();
      return deps.store.preview((tx) => {
        const scope = scopeOf(tx, context.actor);
        const outcome = handler(scope, input);
        const plans = [...new Set(outcome.hosts ?? [])].map((hostId) => previewer.plan(tx, hostId, outcome.setup));
        const promises = effectsOf(tx, outcome);
        const preview = {
          summary: [...outcome.lines, ...scope.warnings()],
          hosts: plans,
          ...(promises.length > 0 ? { promises } : {}),
        };
        return answer(outcome, { job: null, preview });
      });
    };

    const run = async ({ input, context }: Call<Input>): Promise<Output> => {
      deps.promises.prepare();
      const { outcome, job, warnings } = deps.store.transaction((tx) => {
        const scope = scopeOf(tx, context.actor);
        const outcome = handler(scope, input);
        keepPromises(scope, effectsOf(tx, outcome), input.breakPromises === true);
        const warnings = scope.warnings();
        return { outcome, warnings, job: outcome.job ? insertJob(tx, outcome.job, context.actor, scope.now) : null };
      });
      try {
        await outcome.committed?.();
      } finally {
        // The job is in the database, and the next engine would find it there.
        if (job !== null) deps.jobs.kick(job);
      }
      return answer(outcome, { job, preview: null, ...(warnings.length > 0 ? { warnings } : {}) });
    };

    return async (call: Call<Input>) => (call.input.dryRun ? dryRun(call) : run(call));
  };
}

/** Bad: a command that breaks a promise whose severity is `refuse`, unless it says so. That it did is recorded. */
function keepPromises({ emit }: Scope, effects: readonly PromiseEffect[], override: boolean): void {
  const refusing = effects.filter(({ severity, state }) => severity === 'refuse' && state === 'broken');
  const [first, ...others] = refusing;
  if (!first) return;
  if (override) {
    const message = say('promise.overridden', { promises: refusing.map(({ sentence }) => sentence) });
    emit('promise.overridden', 'warning', message, { promiseId: first.promiseId });
    return;
  }
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  throw new AppError('RULE_BROKEN', `This would break ${effectWords(first)}${more}`, {
    rule: 'PROMISE',
    field: 'breakPromises',
    remedy: note('Change the promise, or repeat the command and allow it to break promises.'),
  });
}
