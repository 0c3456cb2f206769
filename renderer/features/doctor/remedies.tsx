import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DoctorCheck, Job } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { textOf } from '../../../english';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { Section } from '../../ui/page';
import { Dot, State } from '../../ui/state';
import { Ago } from '../../ui/time';
import { JOB_FEEL } from '../../ui/tone';
import { text } from './text';
import { RemedyView } from '../../actions/remedies/remedy-view';

/** The number of recent runs shown; Activity has all. */
const SHOWN = 5;

const isOpen = (job: Job): boolean => job.state === 'running' || job.state === 'queued';

function useRemedyJobs(): readonly Job[] {
  const jobs = useQuery(queries.jobs()).data ?? [];
  return jobs.filter((job) => job.kind === 'system.remedy');
}

/** The button that runs a check's remedy; it shows the whole command first, including how it becomes root. */
export function RunRemedy({ check }: { check: DoctorCheck }) {
  const [asking, setAsking] = useState(false);
  const busy = useRemedyJobs().some(isOpen);
  return (
    <div>
      <ActionButton
        variant="secondary"
        size="sm"
        why={busy ? text.running : null}
        aria-label={text.runOf(check.title)}
        onClick={() => setAsking(true)}
      >
        {text.run}
      </ActionButton>
      {asking ? (
        <Confirm
          title={`${check.remedy?.words ?? check.title}?`}
          words={text.runMeans}
          submit={text.runIt}
          call={(dryRun) => client.system.remedy({ check: check.id, dryRun })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </div>
  );
}

/** A remedy run with its output: the last line while it runs, then the tail of the output. */
export function RemediesPart() {
  const jobs = useRemedyJobs().slice(0, SHOWN);
  if (jobs.length === 0) return null;
  return (
    <Section title={text.remedies}>
      <ul className="remedies">
        {jobs.map((job) => (
          <RemedyItem key={job.id} job={job} />
        ))}
      </ul>
    </Section>
  );
}

function RemedyItem({ job }: { job: Job }) {
  const [step] = job.steps;
  return (
    <li>
      <p>
        <strong>{textOf(job.title)}</strong> <State feel={JOB_FEEL[job.state]} />{' '}
        <small className="soft">
          <Ago at={job.createdAt} />
        </small>
      </p>
      {step === undefined ? null : (
        <pre tabIndex={0} aria-label={text.output(textOf(job.title))}>
          <b>$ {textOf(step.title)}</b>
          {'\n'}
          {step.message === null ? (isOpen(job) ? '…' : text.noOutput) : textOf(step.message)}
        </pre>
      )}
      {job.error === null ? null : (
        <p className="bad">
          <Dot tone="bad" /> {job.error.remedy === null ? null : <RemedyView remedy={job.error.remedy} />}
        </p>
      )}
    </li>
  );
}
