import { z } from 'zod';
import { AppError, Id, note, say, type StepResult, VmExportFormat } from '../../contract';
import type { Core } from '../context';
import { copyReporter } from '../core/jobs/copying';
import { newId } from '../core/ids';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import type { ExportedVm } from '../ports/appliances';
import type { Repositories, VmRow } from '../ports/store';
import { assertVmStateAllows } from '../vms/rules';
import { type VmTurn, inTurn } from '../vms/vm-turn';
import { openDisk } from './image-from-vm';

export const EXPORT_VM_JOB = 'vms.export';

/** A disk, and the id of its copy in the home while the job runs. `diskId` null: the one that the VM boots an image or a file from. */
const CopiedDisk = z.strictObject({ diskId: Id.nullable(), copyId: Id });

export const ExportVmPayload = z.strictObject({
  vmId: Id,
  path: z.string(),
  format: VmExportFormat,
  exportId: Id,
  disks: z.array(CopiedDisk).readonly(),
});
export type ExportVmPayload = z.infer<typeof ExportVmPayload>;

interface Input {
  readonly vm: string;
  readonly path: string;
  readonly format: VmExportFormat;
}

/** `vms.export` */
export function exportVmHandler(scope: Scope, { vm: ref, path, format }: Input): Outcome<object> {
  const vm = scope.refs.vm(ref);
  assertVmStateAllows(vm, 'makeImage', 'export');
  const disks = disksOf(scope.tx, vm);
  assertHasDisks(vm, disks.length);
  const payload: ExportVmPayload = {
    ...{ vmId: vm.id, path, format, exportId: newId() },
    disks: disks.map(({ id }) => ({ diskId: id, copyId: newId() })),
  };
  const title = say('vms.export', { vm: vm.name });
  const step = (name: string) => ({ title: say('disks.export', { disk: name, vm: vm.name }), hostId: vm.hostId });
  return {
    output: {},
    lines: [say('preview.vm.export', { vm: vm.name, path, format, disks: disks.length })],
    job: {
      kind: EXPORT_VM_JOB,
      title,
      payload,
      subjects: { vmId: vm.id, ...(vm.hostId === null ? {} : { hostId: vm.hostId }) },
      steps: [...disks.map(({ name }) => step(name)), { title }],
    },
  };
}

interface Source {
  readonly id: string | null;
  readonly name: string;
  readonly bus: VmRow['hardware']['diskBus'];
}

/** In boot order. */
function disksOf(db: Pick<Repositories, 'disks'>, vm: VmRow): Source[] {
  const boot = vm.boot.kind === 'image' || vm.boot.kind === 'disk';
  return [
    ...(boot ? [{ id: null, name: 'boot', bus: vm.hardware.diskBus }] : []),
    ...db.disks.ofVm(vm.id).map(({ id, name, bus }) => ({ id, name, bus })),
  ];
}

/** Bad: a tiny guest, which boots a kernel of Atoll's; a VM that has never started. */
function assertHasDisks(vm: VmRow, count: number): void {
  if (count > 0 && vm.hostId !== null) return;
  throw new AppError('RULE_BROKEN', `The VM "${vm.name}" has no disk${count === 0 ? '' : ' yet'}`, {
    rule: 'DISKS',
    field: 'vm',
    remedy: note(count === 0 ? 'Choose a VM with a disk.' : 'Start it first: its disks are created then.'),
  });
}

/** In the VM's turn, so that nothing starts it in the meantime. On failure or cancellation no file is left. */
export async function runExportVm(core: Core, job: RunningJob<ExportVmPayload>): Promise<void> {
  const { vmId, disks } = job.payload;
  try {
    await inTurn(core, job, vmId, async (turn) => {
      assertVmStateAllows(turn.vm, 'makeImage', 'export');
      const copies: Copies = [];
      for (const [i, disk] of disks.entries())
        await job.step(i + 1, async (signal) => {
          const source = await openDisk(core, turn, disk.diskId, signal);
          const copied = await core.images.addDisk(disk.copyId, source, copyReporter(core.clock, job, i + 1), signal);
          copies.push({ ...disk, ...copied });
          return say('result.image_copied', { bytes: copied.sizeBytes, format: copied.format });
        });
      await job.step(disks.length + 1, (signal) => write(core, job, { turn, copies }, signal));
    });
  } finally {
    for (const { copyId } of disks) await core.images.remove(copyId);
  }
}

type Copies = Array<z.infer<typeof CopiedDisk> & Awaited<ReturnType<Core['images']['addDisk']>>>;

async function write(
  core: Core,
  job: RunningJob<ExportVmPayload>,
  { turn, copies }: { readonly turn: VmTurn; readonly copies: Copies },
  signal: AbortSignal,
): Promise<StepResult> {
  const { path, format, exportId } = job.payload;
  const { vm } = turn;
  const sources = disksOf(core.store, vm);
  const disks = copies.map(({ diskId, copyId, format: has, virtualBytes }) => ({
    ...{ path: core.images.path(copyId), format: has, virtualBytes },
    bus: sources.find(({ id }) => id === diskId)?.bus ?? 'virtio',
  }));
  const report = copyReporter(core.clock, job, copies.length + 1);
  const bytes = await core.appliances.pack(exportId, exported(core, vm, disks), { path, format }, report, signal);
  turn.write((_tx, emit) => emit('vm.exported', 'normal', say('vm.exported', { vm: vm.name, path })));
  return say('result.vm_exported', { path, bytes });
}

function exported({ store }: Core, vm: VmRow, disks: ExportedVm['disks']): ExportedVm {
  const { firmware, tpm, sound, nicModel } = vm.hardware;
  const { id, name, comment, memoryMiB, cpus, cdroms } = vm;
  return {
    ...{ id, name, comment, memoryMiB, cpus, firmware, tpm, sound, nicModel, disks },
    cdroms: cdroms.length,
    nics: store.vnics.ofVm(vm.id).map(({ networkId }) => ({
      network: networkId === null ? null : (store.networks.get(networkId)?.name ?? null),
    })),
  };
}
