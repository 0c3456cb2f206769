import { tryPayload } from '../core/jobs/payload';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import { isFinal } from '../core/jobs/job-rows';
import type { LeftoverRow, Repositories } from '../ports/store';
import { MOVE_JOB, MovePayload } from './move-job';

/**
 * Leftovers of a move on a host (a partial copy, a VM that is now elsewhere) are removed when the host answers. They are recorded
 * in `leftovers`, which is written before they exist; the VM's own row tells whether they are leftovers.
 */
export async function clearLeftover(core: Core, leftover: LeftoverRow, signal: AbortSignal): Promise<void> {
  const { vmId, hostId } = leftover;
  const { store } = core;
  if (!store.leftovers.get(leftover)) return;
  if (store.vms.get(vmId)?.hostId !== hostId) {
    const actor = core.actors.get(hostId);
    await actor.connect();
    await actor.driver.vms.mover.discard(vmId, signal);
  }
  store.transaction((tx) => tx.leftovers.remove(leftover));
}

/** Whether an open job concerns the VM: the data may belong to it. */
const isBeingMoved = (db: Repositories, vmId: string): boolean =>
  db.jobs.inState(['queued', 'running', 'interrupted']).some(({ subjects }) => subjects.vmId === vmId);

/** A move that was cancelled after its point of no return has not cleared its old host. */
function hostsOfEndedMove(db: Repositories, jobId: string): string[] {
  const job = db.jobs.get(jobId);
  if (job?.kind !== MOVE_JOB || !isFinal(job.state)) return [];
  const moved = tryPayload(MovePayload, job);
  return moved ? [moved.fromId, moved.toId] : [];
}

/** Removes leftovers each time a host comes up, and when a move has ended; returns the function that stops it. */
export function startLeftoverCleanup(core: Core): () => void {
  const { store } = core;
  const life = new AbortController();
  const check = async (hostId: string): Promise<void> => {
    for (const leftover of store.leftovers.ofHost(hostId)) {
      const { vmId } = leftover;
      if (isBeingMoved(store, vmId)) continue;
      await core.busy.alone(hostId, vmId, life.signal, async () => {
        if (!isBeingMoved(store, vmId)) await clearLeftover(core, leftover, life.signal);
      });
      core.log.info({ host: hostId, vm: vmId }, 'removed leftovers of a move');
    }
  };
  const underWay = new Set<string>();
  const consider = (hostId: string): void => {
    if (underWay.has(hostId) || store.hosts.get(hostId)?.state !== 'up') return;
    underWay.add(hostId);
    check(hostId)
      .catch((error: unknown) => {
        core.log.warn({ host: hostId, message: describeError(error).message }, 'leftovers of a move remain');
      })
      .finally(() => underWay.delete(hostId));
  };
  const unsubscribe = store.onCommit((touched) => {
    for (const { kind, id } of touched) {
      if (kind === 'host' && store.leftovers.ofHost(id).length > 0) consider(id);
      if (kind === 'job') for (const hostId of hostsOfEndedMove(store, id)) consider(hostId);
    }
  });
  return () => {
    unsubscribe();
    life.abort();
  };
}
