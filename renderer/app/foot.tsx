import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Job } from '../../contract';
import { textOf } from '../../english';
import { queries } from '../api/queries';
import { useConnection } from '../api/use-live';
import { Dot } from '../ui/state';
import { Ago } from '../ui/time';
import { JOB_FEEL } from '../ui/tone';
import { text } from './text';
import { UndoPart } from './undo-part';

/** The most relevant job with its steps: a running one, else the last that ended. */
export function Foot() {
  const jobs = useQuery(queries.jobs()).data ?? [];
  const state = useConnection();
  const job = jobs.find((j) => j.state === 'running') ?? jobs.find((j) => j.state === 'queued') ?? jobs[0];
  return (
    <footer className="foot">
      {job === undefined ? <span>{text.noJob}</span> : <JobLine job={job} />}
      <UndoPart />
      <span className="foot-live">
        <Dot tone={state === 'open' ? 'ok' : 'warn'} />
        {state === 'open' ? text.live : state === 'connecting' ? text.connecting : text.notLive}
      </span>
    </footer>
  );
}

function JobLine({ job }: { job: Job }) {
  const done = job.steps.filter((step) => step.state !== 'pending' && step.state !== 'running').length;
  const now =
    job.steps.find((step) => step.state === 'running') ?? job.steps.findLast((step) => step.state === 'failed');
  return (
    <Link to="/activity" search={{ job: job.id }} className="foot-job">
      {job.state === 'running' ? null : <Dot tone={JOB_FEEL[job.state].tone} />}
      <strong>{textOf(job.title)}</strong>
      {job.state === 'running' ? (
        <progress max={Math.max(job.steps.length, 1)} value={done} aria-label={text.stepsDone} />
      ) : null}
      <span>
        {job.state === 'running' ? text.stepsOf(done, job.steps.length) : JOB_FEEL[job.state].words.toLowerCase()}
        {now === undefined ? null : ` · ${textOf(now.title)}`}
      </span>
      {job.endedAt === null ? null : <Ago at={job.endedAt} />}
    </Link>
  );
}
