import { AppError, note, say } from '../../contract';
import type { Core } from '../context';
import type { RunningJob } from '../core/jobs/job-kinds';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import type { Repositories } from '../ports/store';
import { assertOtherStoreGone } from './take-over-rules';

/**
 * Checks again, before anything is marked, whether the other store is in use; the rows already exist, and a repeat starts here too.
 * @returns why the take-over can't continue, so that the rows are removed; null: it can
 * @throws the reason that ended the step if this engine stops
 */
export async function whyNotTakeOver(core: Core, job: RunningJob, hostId: string, from: string): Promise<unknown> {
  try {
    await job.step(1, async (signal) => {
      const host = core.store.hosts.get(hostId);
      if (!host) throw new AppError('NOT_FOUND', 'The host was removed');
      const actor = core.actors.get(hostId);
      // A resumed job may get here before its host is connected; what is marked already must not lose its rows for that.
      await actor.connect();
      assertOtherStoreGone(host, from, await actor.driver.lastSeen(from, signal));
      return null;
    });
    return null;
  } catch (error) {
    if (job.stopping) throw error;
    return error;
  }
}

interface Taken {
  readonly hostId: string;
  readonly from: string;
  readonly vmIds: readonly string[];
  readonly networks: ReadonlyArray<{ readonly id: string }>;
}

/** Once everything is ours: removes the other store's other data from the host, and the permission to replace its marks. */
export async function endTakeOver(core: Core, job: RunningJob, taken: Taken, step: number): Promise<void> {
  const { hostId, from } = taken;
  await job.step(step, async (signal) => {
    const isDone = await core.actors
      .get(hostId)
      .exclusive(signal, (inner) => core.actors.get(hostId).driver.retire(from, inner));
    if (!isDone) throw marksAreLeft(from);
    return null;
  });
  await job.written(() => core.store.transaction((tx) => report(tx, core, job, taken)));
}

const marksAreLeft = (from: string): AppError =>
  new AppError('CONFLICT', `Something on the host still has the mark of the database ${from}`, {
    rule: 'TAKE_OVER',
    field: 'from',
    remedy: note('The rest was taken over. Take over the host again; the host shows what is left.'),
  });

function report(tx: Repositories, core: Core, job: RunningJob, { hostId, from, vmIds, networks }: Taken): void {
  tx.takeOvers.remove(hostId);
  const host = tx.hosts.get(hostId);
  if (!host) return;
  const message = say('host.taken_over', {
    host: host.name,
    store: from,
    vms: vmIds.flatMap((id) => tx.vms.get(id)?.name ?? []),
    networks: networks.flatMap(({ id }) => tx.networks.get(id)?.name ?? []),
  });
  const emit = emitter(tx, job.actor, instant(core.clock.now()));
  emit('host.taken_over', 'normal', message, { hostId, jobId: job.id });
}
