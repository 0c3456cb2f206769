import { z } from 'zod';
import { AppError, type Disk, Disk as DiskModel, type DiskDraft, Id, run, say, type StepResult } from '../../contract';
import type { Core } from '../context';
import { copyReporter } from '../core/jobs/copying';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import type { Images } from '../ports/hosts';
import type { DiskRow } from '../ports/store';
import { DiskRowShape, plugNew } from './disk-jobs';
import { diskSpec, newDisk, readdDisk } from './disk-rows';
import { assertBusIsHot, assertDiskFits } from './disk-rules';
import { addedUndo } from './disk-undo';
import { assertVmStateAllows } from './rules';
import { type VmTurn, inTurn } from './vm-turn';

export const IMPORT_DISK_JOB = 'disks.import';

/** The size of the disk is known once the file is read. */
export const ImportDiskPayload = z.strictObject({
  vmId: Id,
  disk: DiskModel.extend(DiskRowShape),
  path: z.string(),
  sha256: z.string().nullable(),
});
export type ImportDiskPayload = z.infer<typeof ImportDiskPayload>;

type Input = Omit<DiskDraft, 'sizeBytes'> & {
  readonly vm: string;
  readonly path: string;
  readonly sha256?: string | undefined;
};

/** `disks.import` */
export function importDiskHandler(scope: Scope, input: Input): Outcome<{ disk: Disk | null }> {
  const { vm: ref, path, sha256 = null, ...draft } = input;
  const vm = scope.refs.vm(ref);
  assertVmStateAllows(vm, 'editDisks');
  if (vm.hostId === null)
    throw new AppError('STATE_ILLEGAL', `The VM "${vm.name}" has no host yet, where the disk would be`, {
      rule: 'DISKS',
      field: 'vm',
      remedy: run('vms.start', { vm: vm.name }, 'Start it once, or create it on a host (vm add --host).'),
    });
  const disk = newDisk(scope.tx, vm, { ...draft, sizeBytes: 0 });
  assertBusIsHot(vm, disk, 'bus');
  const named = { disk: disk.name, vm: vm.name };
  const title = say('disks.import', named);
  const payload: ImportDiskPayload = { vmId: vm.id, disk, path, sha256 };
  return {
    output: { disk: null },
    lines: [say('preview.disk.import', { ...named, path, format: disk.format, bus: disk.bus })],
    job: {
      kind: IMPORT_DISK_JOB,
      title,
      payload,
      subjects: { vmId: vm.id, hostId: vm.hostId },
      steps: [{ title: say('step.image.copy', { path }) }, { title, hostId: vm.hostId }],
    },
  };
}

type File = Awaited<ReturnType<Images['add']>>;

/**
 * Reads the file on the engine's computer first: what is checked is a private copy. Only the second step holds the VM. On failure or
 * cancellation no file is left.
 */
export async function runImportDisk(core: Core, job: RunningJob<ImportDiskPayload>): Promise<void> {
  const { vmId, disk, path, sha256 } = job.payload;
  if (core.store.disks.get(disk.id)) {
    for (const step of [1, 2]) job.skip(step, say('result.already_added', {}));
    return;
  }
  try {
    let file: File | undefined;
    await job.step(1, async (signal) => {
      file = await core.images.add(disk.id, { path, sha256 }, copyReporter(core.clock, job, 1), signal);
      return say('result.image_copied', { bytes: file.sizeBytes, format: file.format });
    });
    await inTurn(core, job, vmId, (turn) => job.step(2, (signal) => fill(core, turn, job, file as File, signal)));
  } finally {
    await core.images.remove(disk.id);
  }
}

async function fill(
  core: Core,
  turn: VmTurn,
  job: RunningJob<ImportDiskPayload>,
  { format, virtualBytes }: File,
  signal: AbortSignal,
): Promise<StepResult> {
  const { vm, driver } = turn;
  // QEMU shows a disk in whole sectors.
  const sizeBytes = Math.ceil(virtualBytes / 512) * 512;
  const disk: DiskRow = { ...job.payload.disk, sizeBytes };
  assertVmStateAllows(vm, 'editDisks');
  assertBusIsHot(vm, disk, 'bus');
  assertDiskFits(turn.hostName, { added: sizeBytes, roomBytes: await driver.disks.room(signal) }, 'path');
  const report = copyReporter(core.clock, job, 2);
  const source = { path: core.images.path(disk.id), format };
  const path = await driver.disks.fill(vm.id, diskSpec(disk), source, signal, (file, done, known) =>
    report(done, known, file),
  );
  await plugNew(turn, disk, signal);
  await turn.job.written(() =>
    turn.write((tx, emit) => {
      readdDisk(tx, turn.vm, { ...disk, path }, disk.position);
      const message = say('disk.added', { disk: disk.name, vm: vm.name, bytes: sizeBytes });
      emit('disk.added', 'normal', message, addedUndo(vm, disk));
    }),
  );
  return say('result.disk_created', { path, bytes: sizeBytes });
}
