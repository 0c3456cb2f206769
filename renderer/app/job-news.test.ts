import { expect, test } from 'vitest';
import type { Job } from '../../contract';
import { endedSince, seenOf } from './job-news';

const job = (id: string, state: Job['state'], at = 1, door = 'browser'): Job =>
  ({
    id,
    state,
    by: { user: 'ana', door },
    createdAt: `2026-11-01T00:00:0${at}.000Z`,
    endedAt: state === 'running' || state === 'queued' ? null : `2026-11-01T00:00:0${at}.500Z`,
  }) as unknown as Job;
const names = (before: Job[], after: Job[]): string[] => endedSince(seenOf(before), after).map(({ id }) => id);

test('reports jobs that were running, and jobs that began and ended in between', () => {
  const before = [job('old', 'succeeded'), job('running', 'running', 2), job('queued', 'queued', 3)];
  const after = [job('new', 'succeeded', 4), job('running', 'failed', 2), job('queued', 'running', 3), before[0]!];
  expect(names(before, after)).toEqual(['new', 'running']);
});

test('reports nothing twice, nothing that ended before, and nothing of the engine', () => {
  const ended = [job('one', 'succeeded', 2), job('older', 'failed')];
  expect(names(ended, ended)).toEqual([]);
  expect(names([ended[0]!], ended)).toEqual([]);
  expect(names([job('own', 'running', 1, 'engine')], [job('own', 'succeeded', 1, 'engine')])).toEqual([]);
});
