import { note } from '../contract';
import { describe, expect, it } from 'vitest';
import type { AtollClient } from '../app/client';
import type { Job, JobStep } from '../contract';
import { AppError } from '../contract/app-error';
import { run } from '../contract/remedy';
import { demandSuccess, followJob } from './follow-job';

const text = (words: string) => ({ type: 'text', params: { text: words } }) as const;
const AT = '2026-01-01T00:00:00.000Z';
const step = (index: number, state: JobStep['state'], title: string, message: string | null = null): JobStep => ({
  index,
  title: text(title),
  hostId: null,
  state,
  message: message === null ? null : text(message),
  startedAt: AT,
  endedAt: AT,
});
const job = (state: Job['state'], steps: JobStep[], error: Job['error'] = null): Job => ({
  id: '01a20ae0-0000-7000-8000-000000000001',
  kind: 'networks.attach',
  title: text('Attach blue'),
  state,
  error,
  by: { user: 'x', door: 'cli' },
  subjects: {},
  steps,
  createdAt: AT,
  startedAt: AT,
  endedAt: AT,
});

/** A client whose job goes through these states. */
function clientOf(states: readonly Job[], end?: Error): AtollClient {
  async function* follow() {
    yield* states;
    await Promise.resolve();
    if (end) throw end;
  }
  return { jobs: { follow: () => Promise.resolve(follow()) } } as unknown as AtollClient;
}

function sink(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 40, write: (text: string) => written.push(text), text: () => written.join('') };
}

const STATES = [
  job('running', [step(1, 'running', 'h1: make blue'), step(2, 'pending', 'h2: make blue')]),
  job('running', [step(1, 'succeeded', 'h1: make blue'), step(2, 'running', 'h2: make \u001b[2Jblue')]),
  job('failed', [step(1, 'succeeded', 'h1: make blue'), step(2, 'failed', 'h2: make \u001b[2Jblue', 'no room')], {
    code: 'HOST_COMMAND_FAILED',
    message: 'It failed on h2.',
    remedy: note('Look there.'),
  }),
];

describe('following a job', () => {
  it('prints a line for each step that ended, once', async () => {
    const out = sink(false);
    expect((await followJob(clientOf(STATES), 'id', out)).state).toBe('failed');
    expect(out.text()).toBe('done      h1: make blue\nFAILED    h2: make \\e[2Jblue: no room\n');
  });

  it('rewrites one line on a terminal, no wider than it, and keeps failed steps', async () => {
    const out = sink(true);
    await followJob(clientOf(STATES), 'id', out);
    expect(out.text()).toContain('0 of 2 steps');
    expect(out.text()).toContain('FAILED    h2: make \\e[2Jblue: no room\n');
    expect(out.text().endsWith('\r\u001b[K')).toBe(true);
    for (const line of out.text().split(/\r\u001b\[K|\n/))
      if (!line.startsWith('FAILED')) expect(line.length).toBeLessThan(40);
  });

  it('says that the job continues to exist if the engine stops', async () => {
    const gone = new AppError('ENGINE_GONE', 'gone');
    await expect(followJob(clientOf(STATES.slice(0, 1), gone), 'id-1', null)).rejects.toMatchObject({
      code: 'ENGINE_GONE',
      remedy: run('jobs.follow', { job: 'id-1' }, 'The job is kept and continues with the next engine.'),
    });
  });

  it('fails with JOB_FAILED, the host and the reason', () => {
    const failed = STATES[2];
    if (!failed) throw new Error('no job');
    expect(() => demandSuccess(failed)).toThrow(/It failed on h2\.\n {2}h2: make \\e\[2Jblue: no room/);
    expect(() => demandSuccess(job('cancelled', []))).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
    expect(() => demandSuccess(job('succeeded', []))).not.toThrow();
  });
});
