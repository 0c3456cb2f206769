import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { JobSteps } from '../../actions/job-steps';
import { queries } from '../../api/queries';
import { Waiting } from '../../ui/page';
import { ErrorAlert } from '../../ui/error-alert';
import { text } from './text';

/** The demo job, step by step. */
export function DemoProgress({ job: id, onDone, onBack }: { job: string; onDone: () => void; onBack: () => void }) {
  const job = useQuery(queries.jobs()).data?.find((j) => j.id === id);
  const succeeded = job?.state === 'succeeded';
  useEffect(() => {
    if (succeeded) onDone();
  }, [succeeded]);
  if (job === undefined) return <Waiting lines={3} />;
  const ended = job.state !== 'running' && job.state !== 'queued';
  return (
    <section className="card welcome-progress" aria-label={text.making}>
      <h2>{succeeded ? text.done : text.making}</h2>
      <JobSteps job={job} />
      {job.error === null ? null : <ErrorAlert problem={{ title: text.failed, ...job.error }} />}
      {ended && !succeeded ? (
        <Button variant="secondary" onClick={onBack}>
          {text.back}
        </Button>
      ) : null}
      <Button variant="link" onClick={onDone}>
        {text.toMap}
      </Button>
    </section>
  );
}
