import type { AtollClient } from '../app/client';
import type { Preview, PromiseEffect } from '../contract';
import { PROMISE_STATES } from '../english/messages/reasons';
import { pathText } from '../english/promise-path';
import { textOf } from '../english/text-of';
import { confirm } from './ask';
import { breaking } from './break-promises';
import { visibleText } from '../contract/visible-text';
import type { Context } from './context';
import { demandSuccess, followJob } from './follow-job';
import type { Output } from './output';

/** What every mutating procedure returns besides its entity. */
export interface Changed {
  readonly job: string | null;
  readonly preview: Preview | null;
  readonly warnings?: Preview['summary'] | undefined;
}

/** Sends the command. */
export type Send<T extends Changed> = (client: AtollClient, dryRun: boolean) => Promise<T>;

export interface Change<T extends Changed> {
  /** For a destructive command: the question before anything is sent. */
  readonly question?: string;
  /** The entity after the job has ended, for the answer. */
  readonly refresh?: (client: AtollClient, output: T) => Promise<Partial<T>>;
  /** What was done, in one sentence; or, if that is much, line by line. */
  readonly done: (output: T) => string | readonly string[];
  /** Additional text after that sentence. */
  readonly more?: (client: AtollClient, output: T) => Promise<void>;
}

/**
 * The common flow of a mutating command: confirm, send, follow the job, then print the current entity. With --dry-run it prints the
 * preview, with --no-wait the job's id. A failed job throws JOB_FAILED. (Two calls, so that the output's type is inferred from
 * `send` alone.)
 */
export function changing<T extends Changed>(
  send: Send<T>,
): { run(context: Context, change: Change<T>): Promise<void> } {
  return { run: (context, change) => runChange(context, send, change) };
}

async function runChange<T extends Changed>(
  { input, out, engine }: Context,
  send: Send<T>,
  { question, refresh, done, more }: Change<T>,
): Promise<void> {
  const dryRun = input.flag('dry-run');
  if (question !== undefined && !dryRun) await confirm(question, input.flag('yes'));
  const { client } = await engine();
  const output = await send(input.flag('break-promises') ? breaking(client) : client, dryRun);
  const { preview, warnings = [] } = output;
  if (!out.asJson) for (const line of warnings) process.stderr.write(`Warning: ${visibleText(textOf(line))}\n`);
  if (preview !== null)
    return out.answer(output, () => {
      showPreview(out, preview);
      out.line('Nothing was changed (dry run).');
    });
  const { job } = output;
  if (job !== null && input.flag('no-wait')) return out.answer(output, () => out.line(job));
  if (job !== null) demandSuccess(await followJob(client, job, out.asJson ? null : process.stderr));
  const now = job !== null && refresh ? { ...output, ...(await refresh(client, output)) } : output;
  out.answer(now, () => [done(now)].flat().forEach((line) => out.line(line)));
  if (!out.asJson) await more?.(client, now);
}

/** What a command would do. */
export function showPreview(out: Output, preview: Preview): void {
  for (const line of preview.summary) out.line(textOf(line));
  for (const { host, changes, problem } of preview.hosts) {
    out.line(`on ${host}:`);
    if (problem !== null) out.line(`  problem: ${textOf(problem)}`);
    for (const line of changes) out.line(`  ${textOf(line)}`);
    if (problem === null && changes.length === 0) out.line('  nothing to do');
  }
  for (const effect of preview.promises ?? []) showEffect(out, effect);
}

/** A promise that it would break, or leave unknown, with the path. */
function showEffect(out: Output, { sentence, severity, state, findings }: PromiseEffect): void {
  const refuses = state === 'broken' && severity === 'refuse' ? ' (refused without --break-promises)' : '';
  out.line(`promise "${sentence}": ${PROMISE_STATES[state] ?? state}${refuses}`);
  for (const { message, path } of findings) {
    out.line(`  ${textOf(message)}`);
    if (path.length > 0) out.line(`  ${pathText(path)}`);
  }
}
