import type { AtollClient } from '../app/client';
import type { Job, JobStep } from '../contract';
import { AppError } from '../contract/app-error';
import { textOf } from '../english/text-of';
import type { Remedy } from '../contract/model/remedy';
import { run } from '../contract/remedy';
import { printable } from './text/escape';
import { displayWidth } from './text/width';

type Sink = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };

const ENDED: ReadonlyArray<Job['state']> = ['succeeded', 'failed', 'cancelled'];
const STEP_ENDED: ReadonlyArray<JobStep['state']> = ['succeeded', 'failed', 'skipped', 'cancelled'];
const STEP_WORDS: Record<JobStep['state'], string> = {
  pending: 'waits',
  running: 'runs',
  succeeded: 'done',
  failed: 'FAILED',
  skipped: 'skipped',
  cancelled: 'cancelled',
};

/**
 * Follows a job to its end and returns it. Progress goes to `sink` (null: none): one line that is rewritten on a terminal, else a
 * line for each step that ended. Ctrl-C leaves the job running, prints how to cancel it, and exits with 130.
 */
export async function followJob(client: AtollClient, id: string, sink: Sink | null): Promise<Job> {
  const progress = sink === null ? null : sink.isTTY ? new LiveLine(sink) : new StepLines(sink);
  const interrupted = () => {
    progress?.end();
    process.stderr.write(
      `\nThe job continues. Follow it with: atoll job wait ${id}, or cancel it with: atoll job cancel ${id}\n`,
    );
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    return await waitForJob(client, id, (job) => progress?.show(job));
  } finally {
    progress?.end();
    process.off('SIGINT', interrupted);
  }
}

/** A job at its end. `show` receives each state before. */
export async function waitForJob(client: AtollClient, id: string, show?: (job: Job) => void): Promise<Job> {
  try {
    let job: Job | null = null;
    for await (job of await client.jobs.follow({ job: id })) {
      show?.(job);
      if (ENDED.includes(job.state)) return job;
    }
    return job ?? (await client.jobs.show({ job: id }));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'ENGINE_GONE') throw error;
    throw new AppError('ENGINE_GONE', error.message, {
      remedy: run('jobs.follow', { job: id }, 'The job is kept and continues with the next engine.'),
      cause: error,
    });
  }
}

/** Throws JOB_FAILED (with host and reason) or CANCELLED for a job that did not succeed. */
export function demandSuccess(job: Job): void {
  if (job.state === 'succeeded') return;
  const remedy = withRetry(job);
  if (job.state === 'cancelled')
    throw new AppError('CANCELLED', `The job was cancelled: ${textOf(job.title)}.`, { remedy });
  const failed = job.steps.filter((step) => step.state === 'failed');
  // A step names its host; the job's own message is dropped if it only repeats it.
  const repeats = failed.some((step) => step.message !== null && textOf(step.message) === job.error?.message);
  const why = job.error === null || repeats ? '' : ` ${job.error.message}`;
  throw new AppError(
    'JOB_FAILED',
    [`The job failed: ${textOf(job.title)}.${why}`, ...failed.map((step) => `  ${describeStep(step)}`)].join('\n'),
    { remedy },
  );
}

/** The remedy of the job's error, plus a retry: as an action, or as text if the error already has an action. */
function withRetry({ id, error }: Job): Remedy {
  const { note: said, action } = error?.remedy ?? { note: null, action: null };
  if (action === null || action.procedure === 'jobs.retry') return run('jobs.retry', { job: id }, said ?? undefined);
  return { note: [said, `Then retry the job ${id}.`].filter((part) => part !== null).join(' '), action };
}

/** Plain lines, for logs and pipes. */
class StepLines {
  private readonly printed = new Set<number>();
  constructor(private readonly sink: Sink) {}

  show(job: Job): void {
    for (const step of job.steps) {
      if (!STEP_ENDED.includes(step.state) || this.printed.has(step.index)) continue;
      this.printed.add(step.index);
      this.sink.write(`${stepLine(step)}\n`);
    }
  }

  end(): void {
    // Every line is already complete.
  }
}

/** One line that is rewritten; failed steps stay above it. */
class LiveLine {
  private readonly printed = new Set<number>();
  private drawn = false;
  constructor(private readonly sink: Sink) {}

  show(job: Job): void {
    for (const step of job.steps) {
      if (step.state !== 'failed' || this.printed.has(step.index)) continue;
      this.printed.add(step.index);
      this.clear();
      this.sink.write(`${stepLine(step)}\n`);
    }
    this.clear();
    this.sink.write(cut(progressLine(job), (this.sink.columns || 80) - 1));
    this.drawn = true;
  }

  end(): void {
    this.clear();
  }

  private clear(): void {
    // Carriage return, then erase to the end of the line (ECMA-48 EL).
    if (this.drawn) this.sink.write('\r\u001b[K');
    this.drawn = false;
  }
}

const describeStep = (step: JobStep): string =>
  printable(`${textOf(step.title)}${step.message === null ? '' : `: ${textOf(step.message)}`}`);

const stepLine = (step: JobStep): string =>
  `${STEP_WORDS[step.state].padEnd(9)} ${step.state === 'failed' ? describeStep(step) : printable(textOf(step.title))}`;

/** Completed steps of known steps, without estimates. */
function progressLine(job: Job): string {
  const done = job.steps.filter((step) => STEP_ENDED.includes(step.state)).length;
  const current = job.steps.find((step) => step.state === 'running');
  return printable(
    `${textOf(job.title)}: ${done} of ${job.steps.length} steps${current ? `, ${textOf(current.title)}` : ''}`,
  );
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let short = '';
  for (const char of text) {
    if (displayWidth(short + char) >= width) break;
    short += char;
  }
  return `${short}…`;
}
