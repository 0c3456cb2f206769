import { say } from '../../../contract';
import type { Clock } from '../../ports/clock';
import type { RunningJob } from './job-kinds';

/** Copy progress is reported at most this often, in milliseconds: each report is a transaction. */
const REPORT_MS = 500;

/** Reports the progress of a copy in a running step. `file`: which one, if there are several. */
export function copyReporter(
  clock: Clock,
  job: RunningJob,
  step: number,
): (done: number, total: number, file?: string | null) => void {
  let reportedAt = clock.now();
  return (done, total, file = null) => {
    if (Math.abs(clock.now() - reportedAt) < REPORT_MS) return;
    reportedAt = clock.now();
    job.note(step, say('result.progress', { file, done, total }));
  };
}
