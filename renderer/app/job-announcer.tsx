import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Job } from '../../contract';
import { textOf } from '../../english';
import { queries } from '../api/queries';
import { JOB_FEEL } from '../ui/tone';
import { endedSince, type JobsSeen, seenOf } from './job-news';
import { text } from './text';

/** Jobs that end within this time are announced together. Milliseconds. */
const TOGETHER_MS = 700;

/** Tells screen readers how jobs ended, politely; a burst as one sentence. */
export function JobAnnouncer() {
  const jobs = useQuery(queries.jobs()).data;
  const seen = useRef<JobsSeen | null>(null);
  const burst = useRef<Job[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [news, setNews] = useState('');
  useEffect(() => {
    if (jobs === undefined) return;
    if (seen.current !== null) burst.current.push(...endedSince(seen.current, jobs));
    seen.current = seenOf(jobs);
    if (burst.current.length === 0) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setNews(newsOf(burst.current.splice(0))), TOGETHER_MS);
  }, [jobs]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <span className="pf-v6-screen-reader" role="status" aria-label={text.jobNewsLabel}>
      {news}
    </span>
  );
}

function newsOf(jobs: readonly Job[]): string {
  const [only] = jobs;
  if (jobs.length === 1 && only !== undefined)
    return text.jobNews(textOf(only.title), JOB_FEEL[only.state].words.toLowerCase());
  const done = jobs.filter(({ state }) => state === 'succeeded').length;
  return text.jobsNews(done, jobs.length - done);
}
