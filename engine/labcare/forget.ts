import type { SnapshotPayload } from '../core/jobs/payload';
import { say } from '../../contract';
import type { Core } from '../context';
import type { Outcome, Scope } from '../core/scope';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { SnapshotRow } from '../ports/store';
import { byHost, snapshotsOn } from './group';
import { assertSnapshotExists } from './rules';
import { write } from './take';

/** `snapshots.remove`: hosts first, so that the snapshot still exists for a retry if its host failed. */
export function forgetHandler({ tx }: Scope, row: SnapshotRow): Outcome<object> {
  assertSnapshotExists(row);
  tx.snapshots.update(row.id, { state: 'locked' });
  const hosts = [...hostsOf(tx, row.id).keys()];
  const steps = hosts.map((hostId) => ({
    title: say('step.host.delete_snapshot', { host: tx.hosts.get(hostId)?.name ?? hostId }),
    hostId,
  }));
  const job = {
    kind: 'snapshots.remove',
    title: say('snapshots.remove', { snapshot: row.name }),
    payload: { snapshotId: row.id },
    subjects: { dataCenterId: row.dataCenterId, snapshotId: row.id },
    steps: [...steps, { title: say('step.snapshot.forget', {}), hostId: null }],
  };
  return { output: {}, job, lines: [say('preview.snapshot.remove', { snapshot: row.name })] };
}

const hostsOf = (tx: Pick<Scope['tx'], 'snapshotVms'>, snapshotId: string): Map<string, string[]> =>
  byHost(tx.snapshotVms.ofSnapshot(snapshotId).map(({ vmId, hostId }) => ({ id: vmId, hostId })));

export async function runForget(core: Core, job: RunningJob<SnapshotPayload>): Promise<void> {
  const { snapshotId } = job.payload;
  const hosts = [...hostsOf(core.store, snapshotId)];
  try {
    for (const [i, [hostId, vmIds]] of hosts.entries()) {
      await job.step(i + 1, async (signal) => {
        await core.actors.get(hostId).connect();
        await snapshotsOn(core, hostId).forget(snapshotId, vmIds, signal);
        return null;
      });
    }
    await job.step(hosts.length + 1, () => {
      write(core, job, (tx, emit) => {
        const row = tx.snapshots.get(snapshotId);
        if (!row) return;
        tx.snapshots.remove(snapshotId);
        emit('snapshot.removed', 'normal', say('snapshot.removed', { snapshot: row.name }), {
          dataCenterId: row.dataCenterId,
        });
      });
      return Promise.resolve(null);
    });
  } finally {
    await job.written(() =>
      core.store.transaction((tx) => {
        if (tx.snapshots.get(snapshotId)) tx.snapshots.update(snapshotId, { state: 'ok' });
      }),
    );
  }
}
