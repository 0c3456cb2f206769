import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../api/queries';

const SHOWN = 3;

/** Only what needs a person: jobs that failed since this window was opened. Success is seen where it happened. */
export function Toasts() {
  const [since] = useState(() => new Date().toISOString());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const jobs = useQuery(queries.jobs()).data ?? [];
  const failed = jobs.filter((job) => job.state === 'failed' && (job.endedAt ?? '') > since && !closed.has(job.id));
  return (
    <AlertGroup isToast isLiveRegion aria-label="Failed jobs">
      {failed.slice(0, SHOWN).map((job) => (
        <Alert
          key={job.id}
          variant="danger"
          title={`${job.title}: failed`}
          actionClose={
            <AlertActionCloseButton title="Close" onClose={() => setClosed((old) => new Set(old).add(job.id))} />
          }
          actionLinks={
            <Link to="/activity" search={{ job: job.id }}>
              See its steps
            </Link>
          }
        >
          {job.error?.message}
          {job.error?.hint ? <span className="block soft">{job.error.hint}</span> : null}
        </Alert>
      ))}
    </AlertGroup>
  );
}
