import { z } from 'zod';
import { AppError, type Disk, Id, isRunning, note, run, say, type StepResult } from '../../contract';
import type { Core } from '../context';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import type { VmDriver } from '../ports/host-driver';
import type { DiskRow, Repositories, VmRow } from '../ports/store';
import { assertHostInCluster } from './add-vm';
import { diskSpec, presentDisk, readdDisk } from './disk-rows';
import { assertBusIsHot, assertDiskNameUnique, assertDisksFit, assertNoSnapshotHas } from './disk-rules';
import { movedDiskUndo } from './disk-undo';
import { assertVmStateAllows } from './rules';

export const MOVE_DISK_JOB = 'disks.move';

export const MoveDiskPayload = z.strictObject({ diskId: Id, hostId: Id, fromId: Id, toId: Id, name: z.string() });
export type MoveDiskPayload = z.infer<typeof MoveDiskPayload>;

interface Input {
  readonly vm: string;
  readonly disk: string;
  readonly to: string;
  readonly name?: string | undefined;
}

/** A host that does not answer is not waited for after a failure. Milliseconds. */
const CLEAN_UP_MS = 30_000;

/** `disks.move`: a disk without a file is only a row. A VM that has no host yet gets that of the disk. */
export function moveDiskHandler(scope: Scope, input: Input): Outcome<{ disk: Disk }> {
  const { tx, refs } = scope;
  const from = refs.vm(input.vm);
  const disk = refs.disk(from.id, input.disk);
  const to = refs.vm(input.to, 'to');
  const name = input.name ?? disk.name;
  assertMovable(tx, { disk, from, to, name });
  const hostId = placeOf(tx, from, to);
  const named = { disk: disk.name, from: from.name, to: to.name };
  const lines = [say('preview.disk.move', named)];
  if (hostId !== null && to.hostId === null) tx.vms.update(to.id, { hostId });
  const output = { disk: presentDisk({ ...disk, name, vmId: to.id }, { hostId }) };
  if (hostId === null || from.hostId === null) {
    rewrite(tx, { disk, from, to, name, path: null });
    scope.emit('disk.moved', 'normal', say('disk.moved', named), { vmId: to.id }, movedDiskUndo(from, to, disk));
    return { output, lines };
  }
  const title = say('disks.move', named);
  const payload: MoveDiskPayload = { diskId: disk.id, hostId, fromId: from.id, toId: to.id, name };
  const job = { kind: MOVE_DISK_JOB, title, payload, subjects: { vmId: to.id, hostId }, steps: [{ title, hostId }] };
  return { output, lines, job };
}

interface Moved {
  readonly disk: DiskRow;
  readonly from: VmRow;
  readonly to: VmRow;
  readonly name: string;
}

/** Bad: to the same VM; a disk on SATA of a VM that runs; one that a snapshot has; to a VM with a disk of its name. */
function assertMovable(tx: Repositories, { disk, from, to, name }: Moved): void {
  if (from.id === to.id)
    throw new AppError('BAD_INPUT', `The disk "${disk.name}" is already on the VM "${to.name}"`, {
      rule: 'DISKS',
      field: 'to',
      remedy: note('Choose another VM.'),
    });
  assertVmStateAllows(from, 'editDisks');
  assertVmStateAllows(to, 'editDisks');
  assertBusIsHot(from, disk, 'disk');
  assertBusIsHot(to, disk, 'disk');
  assertNoSnapshotHas(tx, from, disk);
  const others = tx.disks.ofVm(to.id);
  assertDisksFit(to, others.length + 1);
  assertDiskNameUnique(to, name, others);
}

/** The host of the disk. Bad: from a VM on one host to a VM on another: the file would have to be copied. */
function placeOf(tx: Repositories, from: VmRow, to: VmRow): string | null {
  if (from.hostId === null || from.hostId === to.hostId) return to.hostId;
  const host = tx.hosts.get(from.hostId);
  if (to.hostId === null) {
    const cluster = tx.clusters.get(to.clusterId) ?? { id: to.clusterId, name: to.clusterId };
    if (host) assertHostInCluster(host, cluster);
    return from.hostId;
  }
  throw new AppError('RULE_BROKEN', `The VMs "${from.name}" and "${to.name}" are on different hosts`, {
    rule: 'DISKS',
    field: 'to',
    remedy: run(
      'vms.move',
      { vm: to.name, host: host?.name ?? from.hostId },
      'Move one of them to the host of the other first.',
    ),
  });
}

/** The row of its new VM, last in its order; both VMs are published. */
function rewrite(tx: Repositories, { disk, to, name, path }: Moved & { readonly path: string | null }): void {
  tx.disks.remove(disk.id);
  const last = Math.max(-1, ...tx.disks.ofVm(to.id).map(({ position }) => position));
  readdDisk(tx, to, { ...presentDisk(disk, to), name, path }, last + 1);
}

/** In the turns of both VMs. Run again after a crash it continues from what it finds. */
export async function runMoveDisk(core: Core, job: RunningJob<MoveDiskPayload>): Promise<void> {
  const { hostId, fromId, toId } = job.payload;
  await core.busy.turns(hostId, [fromId, toId], job.signal, async () => {
    await core.actors.get(hostId).connect();
    await job.step(1, (signal) => move(core, job, signal));
  });
  core.actors.find(hostId)?.nudge();
}

async function move(core: Core, job: RunningJob<MoveDiskPayload>, signal: AbortSignal): Promise<StepResult | null> {
  const { store } = core;
  const { diskId, hostId, fromId, toId, name } = job.payload;
  const disk = store.disks.get(diskId);
  const [from, to] = [store.vms.get(fromId), store.vms.get(toId)];
  if (disk?.vmId === toId) return null;
  if (!disk || !from || !to || disk.vmId !== fromId || from.hostId !== hostId || to.hostId !== hostId)
    throw new AppError('CONFLICT', 'The disk or one of its VMs was removed or moved in the meantime', {
      field: 'disk',
    });
  assertMovable(store, { disk, from, to, name });
  const driver = core.actors.get(hostId).driver.vms;
  const path = await give(driver, { disk, from, to }, signal);
  const at = instant(core.clock.now());
  await job.written(() =>
    store.transaction((tx) => {
      rewrite(tx, { disk, from, to, name, path });
      const message = say('disk.moved', { disk: disk.name, from: from.name, to: to.name });
      const { undoes } = job.row.subjects;
      const subjects = { vmId: toId, hostId, jobId: job.id, ...(undoes === undefined ? {} : { undoes }) };
      emitter(tx, job.actor, at)('disk.moved', 'normal', message, subjects, movedDiskUndo(from, to, disk));
    }),
  );
  return null;
}

/** Where the new VM can't be given it, the former one gets it back. */
async function give(
  { disks }: Pick<VmDriver, 'disks'>,
  { disk, from, to }: { readonly disk: DiskRow; readonly from: VmRow; readonly to: VmRow },
  signal: AbortSignal,
): Promise<string> {
  const spec = diskSpec(disk);
  try {
    const path = await disks.give(from.id, spec, to.id, signal);
    if (isRunning(to.state)) await disks.plug(to.id, spec, signal);
    return path;
  } catch (error) {
    const inner = AbortSignal.timeout(CLEAN_UP_MS);
    const back = async (): Promise<void> => {
      await disks.give(to.id, spec, from.id, inner);
      if (isRunning(from.state)) await disks.plug(from.id, spec, inner);
    };
    await back().catch(() => undefined);
    throw error;
  }
}
