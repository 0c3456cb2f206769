import { describe, expect, it } from 'vitest';
import { AppError, type Job, note } from '../../../contract';
import { type BulkItem, type ItemState, runBulk } from './run';

const ended = (state: Job['state'], error: Job['error'] = null) => ({ state, error }) as Job;
async function* states(...jobs: Job[]) {
  yield* jobs;
}
const item = (id: string, call: BulkItem['call']): BulkItem => ({ id, name: id, call });
const answers = (job: string | null) => () => Promise.resolve({ job, preview: null });

async function run(items: readonly BulkItem[], stop = new AbortController(), jobs: Record<string, Job> = {}) {
  const status: Array<readonly [string, ItemState]> = [];
  await runBulk(
    items,
    (job) => Promise.resolve(states(ended('running'), jobs[job] ?? ended('succeeded'))),
    (id, state) => status.push([id, state]),
    stop.signal,
  );
  return { status, last: Object.fromEntries(status) };
}

describe('a bulk action', () => {
  it('finishes an item when its job ends, or at once if it has no job', async () => {
    const { status, last } = await run([item('a', answers('j1')), item('b', answers(null))]);
    expect(last).toEqual({ a: { kind: 'done' }, b: { kind: 'done' } });
    expect(status.filter(([id]) => id === 'a').map(([, state]) => state.kind)).toEqual(['running', 'done']);
  });

  it('reports each refusal and failure, and continues with the rest', async () => {
    const refused = () => Promise.reject(new AppError('CONFLICT', 'The VM is up', { remedy: note('Stop it first.') }));
    const error = { code: 'HOST', message: 'no room', remedy: null };
    const { last } = await run([item('a', refused), item('b', answers('bad')), item('c', answers('good'))], undefined, {
      bad: ended('failed', error),
      good: ended('succeeded'),
    });
    expect(last).toEqual({
      a: { kind: 'failed', message: 'The VM is up', remedy: note('Stop it first.') },
      b: { kind: 'failed', message: 'no room', remedy: null },
      c: { kind: 'done' },
    });
  });

  it('does not count a cancelled job as a success', async () => {
    const { last } = await run([item('a', answers('j'))], undefined, { j: ended('cancelled') });
    expect(last['a']).toMatchObject({ kind: 'failed', message: 'cancelled' });
  });

  it('skips the remaining items when stopped, and finishes those already started', async () => {
    const stop = new AbortController();
    const calls: string[] = [];
    const items = Array.from({ length: 30 }, (_, n) =>
      item(`vm${n}`, () => {
        calls.push(`vm${n}`);
        stop.abort();
        return Promise.resolve({ job: null, preview: null });
      }),
    );
    const { last } = await run(items, stop);
    const kinds = Object.values(last).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'done')).toHaveLength(calls.length);
    expect(calls.length).toBeLessThan(10);
    expect(kinds.filter((kind) => kind === 'left')).toHaveLength(30 - calls.length);
  });
});
