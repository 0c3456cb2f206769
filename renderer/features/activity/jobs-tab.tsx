import { useQuery } from '@tanstack/react-query';
import { canRetry, type Job } from '../../../contract';
import { byWords } from '../../actions/event-list';
import { durationWords, JobSteps } from '../../actions/job-steps';
import { textOf } from '../../../english';
import { SubjectLinks } from '../../actions/subject-links';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { Nothing, Section, Waiting } from '../../ui/page';
import { Dot, State } from '../../ui/state';
import { Ago } from '../../ui/time';
import { JOB_FEEL } from '../../ui/tone';
import { ErrorAlert } from '../../ui/error-alert';
import { text } from './text';

/** The jobs on the left, the selected one with its steps on the right; without a selection, the most relevant job. */
export function JobsTab({ selected, onSelect }: { selected: string | undefined; onSelect: (job: string) => void }) {
  const jobs = useQuery(queries.jobs());
  if (jobs.data === undefined) return <Waiting />;
  if (jobs.data.length === 0) return <Nothing title={text.noJobs}>{text.noJobsMeans}</Nothing>;
  const shown =
    jobs.data.find((job) => job.id === selected) ?? jobs.data.find((job) => job.state === 'running') ?? jobs.data[0];
  return (
    <div className="jobs">
      <ul className="job-list card" aria-label={text.jobs}>
        {jobs.data.map((job) => (
          <li key={job.id}>
            <button type="button" aria-current={job.id === shown?.id} onClick={() => onSelect(job.id)}>
              <Dot tone={JOB_FEEL[job.state].tone} label={JOB_FEEL[job.state].words} />
              <span className="grow">
                {textOf(job.title)}
                <small className="soft block">
                  {byWords(job.by)} · <Ago at={job.createdAt} />
                </small>
              </span>
              <small className="soft">{stepsWords(job)}</small>
            </button>
          </li>
        ))}
      </ul>
      {shown === undefined ? null : <JobPart key={shown.id} job={shown} />}
    </div>
  );
}

function stepsWords(job: Job): string {
  if (job.state !== 'running') return durationWords(job.startedAt, job.endedAt);
  const done = job.steps.filter((step) => step.state !== 'pending' && step.state !== 'running').length;
  return text.stepsOf(done, job.steps.length);
}

function JobPart({ job }: { job: Job }) {
  const act = useCommand((what: 'cancel' | 'retry') => client.jobs[what]({ job: job.id }));
  const open = job.state === 'running' || job.state === 'queued';
  const again = canRetry(job);
  return (
    <Section
      title={textOf(job.title)}
      isName
      tools={
        <span className="acts-row">
          <State feel={JOB_FEEL[job.state]} />
          {open ? (
            <ActionButton variant="secondary" size="sm" isLoading={act.busy} onClick={() => void act.run('cancel')}>
              {text.cancel}
            </ActionButton>
          ) : null}
          {again ? (
            <ActionButton variant="secondary" size="sm" isLoading={act.busy} onClick={() => void act.run('retry')}>
              {text.again}
            </ActionButton>
          ) : null}
        </span>
      }
    >
      <p className="soft">
        {text.askedBy(byWords(job.by))} <Ago at={job.createdAt} />
        {job.endedAt === null ? '' : `, ${text.took(durationWords(job.startedAt ?? job.createdAt, job.endedAt))}`}
        {' · '}
        <span className="mono">{job.kind}</span>
      </p>
      <p className="job-subjects">
        <SubjectLinks subjects={job.subjects} />
      </p>
      {job.error === null ? null : <ErrorAlert problem={{ title: text.jobFailed, ...job.error }} />}
      <ErrorAlert problem={act.problem} />
      <JobSteps job={job} />
    </Section>
  );
}
