/** What the activity screen says. */
export const text = {
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
} as const;
