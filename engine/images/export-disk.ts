import { z } from 'zod';
import { AppError, BOOT_DISK, ExportFormat, hasBootDisk, Id, note, say, type StepResult } from '../../contract';
import type { Core } from '../context';
import { copyReporter } from '../core/jobs/copying';
import { newId } from '../core/ids';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import { openDisk } from './image-from-vm';
import type { VmRow } from '../ports/store';
import { assertVmStateAllows } from '../vms/rules';
import { type VmTurn, inTurn } from '../vms/vm-turn';

export const EXPORT_DISK_JOB = 'disks.export';

export const ExportDiskPayload = z.strictObject({
  vmId: Id,
  /** Null: the one that the VM boots an image or a file from. */
  diskId: Id.nullable(),
  name: z.string(),
  path: z.string(),
  format: ExportFormat,
  /** Of the copy in the home, while the job runs. */
  copyId: Id,
});
export type ExportDiskPayload = z.infer<typeof ExportDiskPayload>;

interface Input {
  readonly vm: string;
  readonly disk: string;
  readonly path: string;
  readonly format: ExportFormat;
}

/** `disks.export` */
export function exportDiskHandler(scope: Scope, { vm: ref, disk: which, path, format }: Input): Outcome<object> {
  const vm = scope.refs.vm(ref);
  assertVmStateAllows(vm, 'makeImage', 'export a disk of');
  const disk = which === BOOT_DISK ? bootDiskOf(vm) : scope.refs.disk(vm.id, which);
  if (vm.hostId === null)
    throw new AppError('RULE_BROKEN', `The VM "${vm.name}" has no disk yet`, {
      rule: 'DISKS',
      field: 'vm',
      remedy: note('Start it first: its disks are created then.'),
    });
  const title = say('disks.export', { disk: disk.name, vm: vm.name });
  const payload: ExportDiskPayload = {
    ...{ vmId: vm.id, diskId: disk.id, name: disk.name },
    ...{ path, format, copyId: newId() },
  };
  return {
    output: {},
    lines: [say('preview.disk.export', { disk: disk.name, vm: vm.name, path, format })],
    job: {
      kind: EXPORT_DISK_JOB,
      title,
      payload,
      subjects: { vmId: vm.id, hostId: vm.hostId },
      steps: [{ title, hostId: vm.hostId }],
    },
  };
}

/** Bad: the boot disk of a VM that boots from its own disks. */
function bootDiskOf({ name, boot }: VmRow): { readonly id: null; readonly name: string } {
  if (hasBootDisk(boot)) return { id: null, name: BOOT_DISK };
  throw new AppError('NOT_FOUND', `The VM "${name}" boots no image and no file of yours`, {
    field: 'disk',
    remedy: note('Name one of its disks.'),
  });
}

/** In the VM's turn, so that nothing starts it in the meantime. On failure or cancellation no file is left. */
export async function runExportDisk(core: Core, job: RunningJob<ExportDiskPayload>): Promise<void> {
  await inTurn(core, job, job.payload.vmId, (turn) => job.step(1, (signal) => write(core, job, turn, signal)));
}

async function write(
  core: Core,
  job: RunningJob<ExportDiskPayload>,
  turn: VmTurn,
  signal: AbortSignal,
): Promise<StepResult> {
  const { diskId, name, path, format, copyId } = job.payload;
  const { vm } = turn;
  assertVmStateAllows(vm, 'makeImage', 'export a disk of');
  try {
    const source = await openDisk(core, turn, diskId, signal);
    await core.images.addDisk(copyId, source, copyReporter(core.clock, job, 1), signal);
    const bytes = await core.images.writeOut(copyId, { path, format }, copyReporter(core.clock, job, 1), signal);
    turn.write((_tx, emit) => emit('disk.exported', 'normal', say('disk.exported', { disk: name, vm: vm.name, path })));
    return say('result.disk_exported', { path, bytes });
  } finally {
    await core.images.remove(copyId);
  }
}
