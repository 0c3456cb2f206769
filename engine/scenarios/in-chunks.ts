import type { Core } from '../context';
import type { Scope } from '../core/scope';
import { throwIfCancelled } from '../core/errors';
import { emitter, withoutUndo } from '../core/events';
import { instant } from '../core/ids';
import { refs } from '../core/refs';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Repositories } from '../ports/store';

/** Rows that one transaction writes: some 20 ms, after which others get their turn. */
const CHUNK = 100;

/** The scope of a job's transaction. */
export function scopeIn(core: Core, job: RunningJob, tx: Repositories): Scope {
  const now = instant(core.clock.now());
  return { tx, refs: refs(tx), actor: job.actor, now, emit: withoutUndo(emitter(tx, job.actor, now)) };
}

/** Writes many rows, a hundred per transaction, with a turn of the event loop in between. Throws CANCELLED between two. */
export async function inChunks<Thing>(
  core: Core,
  job: RunningJob,
  things: readonly Thing[],
  write: (scope: Scope, chunk: readonly Thing[]) => void,
): Promise<void> {
  for (let at = 0; at < things.length; at += CHUNK) {
    throwIfCancelled(job.signal);
    core.store.transaction((tx) => write(scopeIn(core, job, tx), things.slice(at, at + CHUNK)));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
