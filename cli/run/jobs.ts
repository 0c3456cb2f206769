import { hintOf } from '../../english/remedies';
import type { Job } from '../../contract';
import { AppError } from '../../contract/app-error';
import { textOf } from '../../english/text-of';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import { demandSuccess, followJob } from '../follow-job';
import type { Output } from '../output';
import type { Run } from '../spec';
import { duration, localTime } from '../text/units';
import { given } from './shared';

const STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;

export const jobList: Run = async ({ input, out, engine }) => {
  const asked = input.text('state');
  const state = STATES.find((name) => name === asked);
  if (asked !== undefined && state === undefined)
    throw new AppError('BAD_INPUT', `There is no job state ${JSON.stringify(asked)}.`, {
      field: 'state',
      remedy: note(`Choose one of ${STATES.join(', ')}.`),
    });
  const { client } = await engine();
  out.answer(await client.jobs.list({ ...given({ state, limit: input.number('limit') }) }), (rows) =>
    out.table(
      rows,
      [
        { title: 'id', of: (row) => row.id },
        { title: 'state', of: (row) => row.state },
        { title: 'what', of: (row) => textOf(row.title) },
        { title: 'by', of: (row) => row.by.user },
        { title: 'queued', of: (row) => localTime(row.createdAt) },
        { title: 'took', of: took },
      ],
      'There is no job.',
    ),
  );
};

const took = ({ startedAt, endedAt }: { startedAt: string | null; endedAt: string | null }): string | null =>
  startedAt === null || endedAt === null ? null : duration(Date.parse(endedAt) - Date.parse(startedAt));

export const jobShow: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  out.answer(await client.jobs.show({ job: input.arg('JOB') }), (job) => showJob(out, job));
};

function showJob(out: Output, job: Job): void {
  out.fields([
    ['what', textOf(job.title)],
    ['kind', job.kind],
    ['state', job.state],
    ['error', job.error?.message],
    ['hint', job.error?.remedy ? hintOf(job.error.remedy) : undefined],
    ['by', `${job.by.user} (${job.by.door})`],
    ['queued', localTime(job.createdAt)],
    ['took', took(job)],
    ['id', job.id],
  ]);
  out.line();
  out.table(
    job.steps,
    [
      { title: 'step', of: (step) => step.index },
      { title: 'state', of: (step) => step.state },
      { title: 'what', of: (step) => textOf(step.title) },
      { title: 'took', of: took },
      { title: 'message', of: (step) => (step.message === null ? null : textOf(step.message)) },
    ],
    'It has no steps yet.',
  );
}

export const jobWait: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const job = await followJob(client, input.arg('JOB'), out.asJson ? null : process.stderr);
  out.answer(job, () => out.line(`${textOf(job.title)}: ${job.state}.`));
  demandSuccess(job);
};

export const jobCancel: Run = (context) => {
  const job = context.input.arg('JOB');
  return changing((client, dryRun) => client.jobs.cancel({ job, dryRun })).run(context, {
    done: () => `Job ${job} is being cancelled.`,
    // Its current step may not stop immediately.
    more: async (client) => {
      if (context.input.flag('no-wait')) return;
      const ended = await followJob(client, job, null);
      context.out.line(`${textOf(ended.title)}: ${ended.state}.`);
      if (ended.error?.remedy) context.out.line(hintOf(ended.error.remedy));
    },
  });
};

export const jobRetry: Run = (context) => {
  const job = context.input.arg('JOB');
  return changing((client, dryRun) => client.jobs.retry({ job, dryRun })).run(context, {
    done: () => `The work of job ${job} was done again.`,
  });
};
