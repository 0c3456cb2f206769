import { z } from 'zod';
import {
  BOOT_DISK,
  Disk,
  DiskBytes,
  Id,
  type JobTitle,
  type StepResult,
  type Written,
  isRunning,
  say,
} from '../../contract';
import type { Core } from '../context';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { JobDraft } from '../core/scope';
import type { DiskRow, VmRow } from '../ports/store';
import { diskSpec, readdDisk } from './disk-rows';
import { assertBootDiskGrows, assertBusIsHot, assertDiskFits, assertGrows, assertNoSnapshotHas } from './disk-rules';
import { addedUndo, removedUndo, restoredUndo } from './disk-undo';
import { assertVmStateAllows } from './rules';
import { vmSpec } from './vm-spec';
import { type VmTurn, inTurn } from './vm-turn';

/** What a disk has in the store besides the contract's fields. */
export const DiskRowShape = { position: z.int() };
const Row = Disk.extend(DiskRowShape);

/** A change of one disk. The host does it first, and only then the row is written. */
const DiskChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), disk: Row }),
  z.strictObject({ kind: z.literal('restore'), disk: Row }),
  z.strictObject({ kind: z.literal('resize'), diskId: Id.nullable(), sizeBytes: DiskBytes }),
  z.strictObject({ kind: z.literal('remove'), diskId: Id }),
]);
type DiskChange = z.infer<typeof DiskChange>;

export const DiskPayload = z.strictObject({ vmId: Id, name: z.string(), change: DiskChange });
export type DiskPayload = z.infer<typeof DiskPayload>;

/** A host that does not answer is not waited for after a failure. Milliseconds. */
const CLEAN_UP_MS = 30_000;

export const DISK_JOBS = ['disks.add', 'disks.resize', 'disks.remove', 'disks.bring_back'] as const;
type DiskJob = (typeof DISK_JOBS)[number];

export function diskJob(kind: DiskJob, vm: VmRow, change: DiskChange, name: string): JobDraft {
  const of = { disk: name, vm: vm.name };
  const title: Written<JobTitle> =
    change.kind === 'resize'
      ? say('disks.resize', { ...of, bytes: change.sizeBytes })
      : say(kind === 'disks.resize' ? 'disks.add' : kind, of);
  const payload: DiskPayload = { vmId: vm.id, name, change };
  const subjects = { vmId: vm.id, ...(vm.hostId === null ? {} : { hostId: vm.hostId }) };
  return { kind, title, payload, subjects, steps: [{ title, hostId: vm.hostId }] };
}

/** Runs a change of a disk in its VM's turn. Run again after a crash it continues from what it finds. */
export async function runDiskJob(core: Core, job: RunningJob<DiskPayload>): Promise<void> {
  const { vmId, change } = job.payload;
  await inTurn(core, job, vmId, (turn) =>
    job.step(1, async (signal) => {
      assertVmStateAllows(turn.vm, change.kind === 'resize' ? 'growDisk' : 'editDisks');
      switch (change.kind) {
        case 'add':
          return add(core, turn, change.disk, signal);
        case 'restore':
          return restore(core, turn, change.disk, signal);
        case 'resize':
          return change.diskId === null
            ? resizeBoot(core, turn, change.sizeBytes, signal)
            : resize(core, turn, { ...change, diskId: change.diskId }, signal);
        case 'remove':
          return remove(core, turn, change.diskId, signal);
      }
    }),
  );
}

async function add(core: Core, turn: VmTurn, disk: DiskRow, signal: AbortSignal): Promise<StepResult | null> {
  if (core.store.disks.get(disk.id)) return null;
  const { vm } = turn;
  const roomBytes = await turn.driver.disks.room(signal);
  assertDiskFits(turn.hostName, { added: disk.sizeBytes, roomBytes });
  assertBusIsHot(vm, disk, 'bus');
  const path = await turn.driver.disks.create(vm.id, diskSpec(disk), signal);
  await plugNew(turn, disk, signal);
  await turn.job.written(() =>
    turn.write((tx, emit) => {
      readdDisk(tx, turn.vm, { ...disk, path }, disk.position);
      const message = say('disk.added', { disk: disk.name, vm: vm.name, bytes: disk.sizeBytes });
      emit('disk.added', 'normal', message, addedUndo(vm, disk));
    }),
  );
  return say('result.disk_created', { path, bytes: disk.sizeBytes });
}

/** Into a VM that runs; the definition of another gets the disk at its next start. Where that fails the file goes to the trash. */
async function plug({ driver, vm }: VmTurn, disk: DiskRow, signal: AbortSignal): Promise<void> {
  if (!isRunning(vm.state)) return;
  try {
    await driver.disks.plug(vm.id, diskSpec(disk), signal);
  } catch (error) {
    await driver.disks.trash(vm.id, diskSpec(disk), AbortSignal.timeout(CLEAN_UP_MS)).catch(() => undefined);
    throw error;
  }
}

/** The same for a disk that nobody has missed before: where it can't be plugged, nothing stays of it. */
export async function plugNew(turn: VmTurn, disk: DiskRow, signal: AbortSignal): Promise<void> {
  try {
    await plug(turn, disk, signal);
  } catch (error) {
    await turn.driver.emptyTrash([disk.id], AbortSignal.timeout(CLEAN_UP_MS)).catch(() => undefined);
    throw error;
  }
}

async function restore(core: Core, turn: VmTurn, disk: DiskRow, signal: AbortSignal): Promise<StepResult | null> {
  if (core.store.disks.get(disk.id)) return null;
  const { vm } = turn;
  assertBusIsHot(vm, disk, 'disk');
  await turn.driver.disks.untrash(vm.id, diskSpec(disk), signal);
  await plug(turn, disk, signal);
  await turn.job.written(() =>
    turn.write((tx, emit) => {
      tx.trash.remove(disk.id);
      readdDisk(tx, turn.vm, disk, disk.position);
      const named = { disk: disk.name, vm: vm.name };
      emit('disk.added', 'normal', say('disk.brought_back', named), restoredUndo(vm, disk));
    }),
  );
  return null;
}

async function resize(
  core: Core,
  turn: VmTurn,
  { diskId, sizeBytes }: { readonly diskId: string; readonly sizeBytes: number },
  signal: AbortSignal,
): Promise<StepResult | null> {
  const disk = core.store.disks.get(diskId);
  if (!disk) return say('result.disk_removed', {});
  if (disk.sizeBytes === sizeBytes) return null;
  assertGrows(disk, sizeBytes);
  const roomBytes = await turn.driver.disks.room(signal);
  assertDiskFits(turn.hostName, { added: sizeBytes - disk.sizeBytes, roomBytes });
  await turn.driver.disks.grow(turn.vm.id, diskSpec({ ...disk, sizeBytes }), signal);
  await turn.job.written(() =>
    turn.write((tx, emit) => {
      tx.disks.update(diskId, { sizeBytes });
      emit('disk.resized', 'normal', say('disk.resized', { disk: disk.name, vm: turn.vm.name, bytes: sizeBytes }));
    }),
  );
  return null;
}

async function resizeBoot(
  core: Core,
  turn: VmTurn,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<StepResult | null> {
  const { vm, driver } = turn;
  assertBootDiskGrows(vm);
  if (vm.boot.kind !== 'image') return null;
  const spec = vmSpec(core.store, core.images, vm, core.store.vnics.ofVm(vm.id));
  const [roomBytes, uses] = await Promise.all([driver.disks.room(signal), driver.disks.usage(spec, signal)]);
  const virtualBytes = uses.find(({ id }) => id === null)?.virtualBytes ?? 0;
  if (virtualBytes > sizeBytes) assertGrows({ name: BOOT_DISK, sizeBytes: virtualBytes }, sizeBytes);
  assertDiskFits(turn.hostName, { added: sizeBytes - virtualBytes, roomBytes });
  await driver.disks.grow(vm.id, { id: null, format: 'qcow2', sizeBytes }, signal);
  const boot = { ...vm.boot, diskBytes: sizeBytes };
  await turn.job.written(() =>
    turn.write((tx, emit) => {
      tx.vms.update(vm.id, { boot });
      emit('disk.resized', 'normal', say('disk.resized', { disk: BOOT_DISK, vm: vm.name, bytes: sizeBytes }));
    }),
  );
  return null;
}

async function remove(core: Core, turn: VmTurn, diskId: string, signal: AbortSignal): Promise<StepResult | null> {
  const disk = core.store.disks.get(diskId);
  if (!disk) return say('result.disk_removed', {});
  const { vm } = turn;
  assertBusIsHot(vm, disk, 'disk');
  assertNoSnapshotHas(core.store, vm, disk);
  const trashed = await turn.driver.disks.trash(vm.id, diskSpec(disk), signal);
  await turn.job.written(() =>
    turn.write((tx, emit) => {
      tx.disks.remove(diskId);
      if (trashed && !tx.trash.get(diskId))
        tx.trash.insert({
          id: diskId,
          hostId: turn.hostId,
          name: `${vm.name}: ${disk.name}`,
          removedAt: turn.now(),
          imageId: null,
        });
      emit(
        'disk.removed',
        'normal',
        say('disk.removed', { disk: disk.name, vm: vm.name }),
        removedUndo(vm, disk, trashed),
      );
    }),
  );
  return null;
}
