import { catalogue, counted, number } from '../../ui/language';

/** What the activity screen says. */
export const text = catalogue({
  en: {
    when: 'When',
    what: 'What',
    about: 'About',
    by: 'By',
    type: 'Type',
    severity: 'Severity',
    cancel: 'Cancel',
    again: 'Run again',
    jobFailed: 'The job failed',
    askedBy: (who: string) => `Asked for by ${who},`,
    took: (time: string) => `took ${time}`,
    stepsOf: (done: number, all: number) => `${number(done)} of ${number(all)}`,
    countEvents: (n: number) => counted(n, { one: 'event', other: 'events' }),
    title: 'Activity',
    jobs: 'Jobs',
    events: 'Events',
    noJobs: 'No job yet',
    noJobsMeans: 'Every change of a host is a job: what it does, and what came of it, is told here step by step.',
    noEvents: 'No event yet',
    noMatch: 'Nothing fits the filter.',
    all: 'All',
    warning: 'Warnings',
    error: 'Errors',
  },
});
