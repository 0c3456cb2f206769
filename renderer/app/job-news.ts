import type { Job } from '../../contract';

/** What was known of the jobs at one moment. */
export interface JobsSeen {
  readonly states: ReadonlyMap<string, Job['state']>;
  /** When the newest of them was created. */
  readonly newest: string;
}

export const seenOf = (jobs: readonly Job[]): JobsSeen => ({
  states: new Map(jobs.map(({ id, state }) => [id, state])),
  newest: jobs.reduce((newest, { createdAt }) => (createdAt > newest ? createdAt : newest), ''),
});

/** The jobs of people that ended since, also those that began since. What the engine starts is nobody's news. */
export function endedSince({ states, newest }: JobsSeen, jobs: readonly Job[]): Job[] {
  return jobs.filter(({ id, by, endedAt, createdAt }) => {
    if (endedAt === null || by.door === 'engine' || by.door === 'unknown') return false;
    const before = states.get(id);
    return before === undefined ? createdAt > newest : before === 'running' || before === 'queued';
  });
}
