import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { textOf } from '../../english';
import { queries } from '../api/queries';
import { text } from './text';
import { RemedyView } from '../actions/remedies/remedy-view';
import { text as widgets } from '../ui/text';

const SHOWN = 3;

/**
 * Shows only what needs attention: jobs that failed since this window opened. Success is visible where it happened. The list has
 * its own space between the content and the status bar, so that it never covers anything clickable.
 */
export function FailedJobs() {
  const [since] = useState(() => new Date().toISOString());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const jobs = useQuery(queries.jobs()).data ?? [];
  const failed = jobs.filter((job) => job.state === 'failed' && (job.endedAt ?? '') > since && !closed.has(job.id));
  return (
    <AlertGroup isLiveRegion className="failed-jobs" aria-label={text.failedJobs}>
      {failed.slice(0, SHOWN).map((job) => (
        <Alert
          key={job.id}
          variant="danger"
          variantLabel={widgets.alerts.danger}
          isInline
          title={text.failed(textOf(job.title))}
          actionClose={
            <AlertActionCloseButton
              aria-label={widgets.close}
              onClose={() => setClosed((old) => new Set(old).add(job.id))}
            />
          }
          actionLinks={
            <Link to="/activity" search={{ job: job.id }}>
              {text.seeSteps}
            </Link>
          }
        >
          {job.error?.message}
          {job.error?.remedy ? (
            <span className="block soft">
              <RemedyView remedy={job.error.remedy} />
            </span>
          ) : null}
        </Alert>
      ))}
    </AlertGroup>
  );
}
