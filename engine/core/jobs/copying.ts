import { say } from '../../../contract';
import type { Clock } from '../../ports/clock';
import type { RunningJob } from './job-kinds';

/** A copy tells its progress at most this often, milliseconds: each telling is a transaction. */
const TELL_MS = 500;

/** Says under a running step how far a copy is. `file`: which one, where there are several. */
export function copyTeller(
  clock: Clock,
  job: RunningJob,
  step: number,
): (done: number, total: number, file?: string | null) => void {
  let told = clock.now();
  return (done, total, file = null) => {
    if (Math.abs(clock.now() - told) < TELL_MS) return;
    told = clock.now();
    job.note(step, say('result.progress', { file, done, total }));
  };
}
