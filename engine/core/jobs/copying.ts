import type { Clock } from '../../ports/clock';
import type { RunningJob } from './job-kinds';

/** A copy tells its progress at most this often, milliseconds: each telling is a transaction. */
const TELL_MS = 500;

/** Bytes for people, in MiB with one digit below ten. */
export function mib(bytes: number): string {
  const size = bytes / 1_048_576;
  return `${bytes > 0 && size < 10 ? Math.max(0.1, Math.ceil(size * 10) / 10) : Math.ceil(size)} MiB`;
}

/** Says under a running step how far a copy is. `what`: which file, where there are several. */
export function copyTeller(
  clock: Clock,
  job: RunningJob,
  step: number,
): (done: number, known: number, what?: string) => void {
  let told = clock.now();
  return (done, known, what) => {
    if (Math.abs(clock.now() - told) < TELL_MS) return;
    told = clock.now();
    job.note(step, `${what === undefined ? '' : `${what}: `}${mib(done)} of ${mib(known)}`);
  };
}
