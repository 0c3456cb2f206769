import { z } from 'zod';
import { AppError, Id, isRunning, note, say, type Snapshot, type StepResult } from '../../contract';
import { Ids } from '../core/jobs/payload';
import type { Core } from '../context';
import type { Outcome, Scope } from '../core/scope';
import { describeError } from '../core/errors';
import { emitter } from '../core/events';
import { instant, newId } from '../core/ids';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Repositories, SnapshotRow, SnapshotVmRow } from '../ports/store';
import { presentDisk } from '../vms/disk-rows';
import { assertDisksHoldSnapshots } from '../vms/disk-rules';
import { presentSnapshot } from './present';
import { groupOf, inTurns, lock, assertGroupAllows, assertOneDataCenter, snapshotsOn, unlock } from './group';
import { assertSnapshotNameUnique } from './rules';

interface Input {
  readonly name: string;
  readonly comment: string;
  readonly host?: string | undefined;
  readonly vms?: readonly string[] | undefined;
  readonly isStart: boolean;
}

export const TakePayload = z.strictObject({
  snapshotId: Id,
  /** The VMs that are locked for it; absent in jobs of older versions. */
  vmIds: Ids.optional(),
});
export type TakePayload = z.infer<typeof TakePayload>;

/** `snapshots.add` */
export function takeHandler(scope: Scope, input: Input): Outcome<{ snapshot: Snapshot }> {
  const { tx, now } = scope;
  const vms = groupOf(scope, input);
  const dataCenterId = assertOneDataCenter(vms);
  assertSnapshotNameUnique(
    input.name,
    tx.snapshots.byName(input.name).filter((other) => other.dataCenterId === dataCenterId),
  );
  assertGroupAllows(tx, vms, 'snapshot');
  assertDisksHoldSnapshots(tx, vms);
  const { name, comment, isStart } = input;
  const row: SnapshotRow = { id: newId(), dataCenterId, name, comment, isStart, state: 'locked', createdAt: now };
  tx.snapshots.insert(row);
  for (const { id: vmId, hostId, state, memoryMiB, cpus, boot, cdroms, hardware } of vms) {
    const vnics = tx.vnics.ofVm(vmId).map(({ position: _position, ...vnic }) => vnic);
    const disks = tx.disks.ofVm(vmId).map((disk) => presentDisk(disk, { hostId }));
    const kept = { memoryMiB, cpus, boot, cdroms, hardware, disks, vnics };
    tx.snapshotVms.insert({ snapshotId: row.id, vmId, hostId, withMemory: isRunning(state), kept });
  }
  lock(tx, vms, say('reason.vm.snapshot', { snapshot: name }));
  const running = vms.filter((vm) => isRunning(vm.state)).length;
  const steps = [
    {
      title: running === 0 ? say('step.snapshot.inspect', {}) : say('step.snapshot.freeze', { count: running }),
      hostId: null,
    },
    ...vms.map((vm) => ({ title: say('step.vm.snapshot', { vm: vm.name }), hostId: vm.hostId })),
    { title: say('step.snapshot.resume', {}), hostId: null },
  ];
  const lines = [
    say('preview.snapshot.add', { vms: vms.map((vm) => vm.name) }),
    ...(running === 0 ? [] : [say('preview.snapshot.freeze', { count: running })]),
  ];
  const job = {
    kind: 'snapshots.add',
    title: say('snapshots.add', { snapshot: name }),
    payload: { snapshotId: row.id, vmIds: vms.map(({ id }) => id) } satisfies TakePayload,
    subjects: { dataCenterId, snapshotId: row.id },
    steps,
  };
  return { output: { snapshot: presentSnapshot(tx, row) }, job, lines };
}

/** Runs it: freezes all VMs, saves each, and resumes all. Failed parts are rolled back, and the VMs are resumed in any case. */
export async function runTake(core: Core, job: RunningJob<TakePayload>): Promise<void> {
  const { snapshotId, vmIds = [] } = job.payload;
  const parts = core.store.snapshotVms.ofSnapshot(snapshotId);
  if (parts.length === 0) await unlock(core, job, vmIds);
  assertNotAbandoned(parts);
  const ids = parts.map((part) => part.vmId);
  let isTurn = false;
  const work = async (hosts: ReadonlyMap<string, readonly string[]>): Promise<void> => {
    isTurn = true;
    try {
      await job.step(1, async (signal) => {
        await Promise.all([...hosts].map(([hostId, vmIds]) => snapshotsOn(core, hostId).freeze(vmIds, signal)));
        return null;
      });
      for (const [i, part] of parts.entries()) await job.step(i + 2, (signal) => keep(core, part, signal));
    } catch (error) {
      await rollBack(core, job, snapshotId, parts, hosts, error);
      throw error;
    }
    try {
      await job.step(parts.length + 2, (signal) => resumeAll(core, parts, signal));
    } finally {
      await done(core, job, snapshotId);
    }
  };
  try {
    await inTurns(core, job, ids, work);
  } catch (error) {
    if (!isTurn && !job.stopping) await rollBack(core, job, snapshotId, [], new Map(), error);
    throw error;
  }
}

/** Bad: resuming the job of a snapshot that was rolled back when an engine ended. */
function assertNotAbandoned(parts: readonly SnapshotVmRow[]): void {
  if (parts.length > 0) return;
  throw new AppError('JOB_FAILED', 'The snapshot was cancelled, or its VMs were removed', {
    rule: 'SNAPSHOT',
    remedy: note('Take it again.'),
  });
}

async function keep(
  core: Core,
  { snapshotId, vmId, hostId }: SnapshotVmRow,
  signal: AbortSignal,
): Promise<StepResult | null> {
  if (hostId === null) return say('result.no_disk', {});
  await snapshotsOn(core, hostId).take(snapshotId, vmId, signal);
  return null;
}

/** Resumes all that ran, in parallel; one that fails does not block the others. */
export async function resumeAll(
  core: Core,
  parts: readonly SnapshotVmRow[],
  signal: AbortSignal,
): Promise<StepResult | null> {
  const waking = parts.flatMap(({ snapshotId, vmId, hostId, withMemory }) =>
    withMemory && hostId !== null ? [snapshotsOn(core, hostId).wake(snapshotId, vmId, signal)] : [],
  );
  const failed = (await Promise.allSettled(waking)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return waking.length === 0 ? say('result.none_running', {}) : null;
}

/** Resumes the VMs, and removes all parts of the snapshot. Must be done even if the job's signal is aborted. */
async function rollBack(
  core: Core,
  job: RunningJob,
  snapshotId: string,
  parts: readonly SnapshotVmRow[],
  hosts: ReadonlyMap<string, readonly string[]>,
  why: unknown,
): Promise<void> {
  const { signal } = new AbortController();
  const attempts = [
    () => resumeAll(core, parts, signal),
    ...[...hosts].map(
      ([hostId, ids]) =>
        () =>
          snapshotsOn(core, hostId).thaw(ids, signal),
    ),
    ...[...hosts].map(
      ([hostId, ids]) =>
        () =>
          snapshotsOn(core, hostId).forget(snapshotId, ids, signal),
    ),
  ];
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch (error) {
      core.log.warn(
        { snapshot: snapshotId, message: describeError(error).message },
        'part of a snapshot was not rolled back',
      );
    }
  }
  await reportSettled(core, job, (tx, emit) => {
    const row = tx.snapshots.get(snapshotId);
    if (!row) return;
    tx.snapshots.remove(snapshotId);
    const message = say('snapshot.failed', { snapshot: row.name, error: describeError(why).message });
    emit('snapshot.failed', 'error', message, { dataCenterId: row.dataCenterId });
  });
}

async function done(core: Core, job: RunningJob, snapshotId: string): Promise<void> {
  await reportSettled(core, job, (tx, emit) => {
    const row = tx.snapshots.get(snapshotId);
    if (!row || row.state === 'ok') return;
    tx.snapshots.update(snapshotId, { state: 'ok' });
    if (row.isStart) unmarkOthers(tx, row);
    const vms = tx.snapshotVms.ofSnapshot(snapshotId).length;
    const message = say('snapshot.added', { snapshot: row.name, vms, isStart: row.isStart });
    emit('snapshot.added', 'normal', message, { snapshotId, dataCenterId: row.dataCenterId });
  });
}

/** A VM has one start snapshot: an older one of any of these VMs becomes an ordinary snapshot. */
function unmarkOthers(tx: Repositories, row: SnapshotRow): void {
  const vmIds = tx.snapshotVms.ofSnapshot(row.id).map((part) => part.vmId);
  for (const other of vmIds.flatMap((vmId) => tx.snapshots.ofVm(vmId)))
    if (other.id !== row.id && other.isStart) tx.snapshots.update(other.id, { isStart: false });
}

/** As `write`, even if the disk is full. */
export async function reportSettled(core: Core, job: RunningJob, fn: Parameters<typeof write>[2]): Promise<void> {
  await job.written(() => write(core, job, fn));
}

/** Writes in one transaction on behalf of the job's actor. */
export function write(
  core: Core,
  job: RunningJob,
  fn: (tx: Repositories, emit: ReturnType<typeof emitter>) => void,
): void {
  const at = instant(core.clock.now());
  core.store.transaction((tx) => {
    const emit = emitter(tx, job.actor, at);
    fn(tx, (type, severity, message, subjects, undo) =>
      emit(type, severity, message, { ...subjects, jobId: job.id }, undo),
    );
  });
}
