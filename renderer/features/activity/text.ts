import { catalogue, counted, number } from '../../ui/language';

/** Texts of the activity screen. */
export const text = catalogue({
  en: {
    when: 'When',
    what: 'What',
    about: 'About',
    by: 'By',
    type: 'Type',
    severity: 'Severity',
    cancel: 'Cancel',
    again: 'Retry',
    jobFailed: 'The job failed',
    askedBy: (who: string) => `Started by ${who},`,
    took: (time: string) => `took ${time}`,
    stepsOf: (done: number, all: number) => `${number(done)} of ${number(all)}`,
    countEvents: (n: number) => counted(n, { one: 'event', other: 'events' }),
    steps: 'Steps',
    allObjects: 'All objects',
    anyTime: 'Any time',
    since: { hour: 'Last hour', day: 'Last 24 hours', week: 'Last week' },
    title: 'Activity',
    jobs: 'Jobs',
    events: 'Events',
    noJobs: 'No jobs yet',
    noJobsMeans: 'Every change on a host runs as a job. Its steps and results appear here.',
    noEvents: 'No events yet',
    noMatch: 'Nothing matches the filter.',
    all: 'All',
    warning: 'Warnings',
    error: 'Errors',
  },
});
