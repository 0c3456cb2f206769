import { z } from 'zod';
import { AppError, type Image, Id, imageDiskOf, note, say, type StepResult } from '../../contract';
import type { Core } from '../context';
import { emitter } from '../core/events';
import { instant, newId } from '../core/ids';
import { copyReporter } from '../core/jobs/copying';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import type { ImageDisk } from '../ports/hosts';
import type { Repositories, VmRow } from '../ports/store';
import { resolveDiskFormat } from '../vms/disk-formats';
import { assertImageNameUnique, assertVmStateAllows } from '../vms/rules';
import { vmSpec } from '../vms/vm-spec';
import { type VmTurn, inTurn } from '../vms/vm-turn';

export const ImageFromVmPayload = z.strictObject({ imageId: Id, name: z.string(), vmId: Id });
export type ImageFromVmPayload = z.infer<typeof ImageFromVmPayload>;

/** `images.addFromVm` */
export function imageFromVmHandler(
  { tx, refs }: Scope,
  { name, vm: ref }: { readonly name: string; readonly vm: string },
): Outcome<{ image: Image | null }> {
  const vm = refs.vm(ref);
  assertVmStateAllows(vm, 'makeImage');
  const { name: disk } = diskOf(tx, vm);
  assertImageNameUnique(name, tx.images.byName(name));
  const imageId = newId();
  const payload: ImageFromVmPayload = { imageId, name, vmId: vm.id };
  const job = {
    kind: 'images.addFromVm',
    title: say('images.from_vm', { image: name, vm: vm.name }),
    payload,
    subjects: { imageId, vmId: vm.id, ...(vm.hostId === null ? {} : { hostId: vm.hostId }) },
    steps: [{ title: say('step.image.from_vm', { disk, vm: vm.name }), hostId: vm.hostId }],
  };
  return { output: { image: null }, job, lines: [say('preview.image.from_vm', { image: name, disk, vm: vm.name })] };
}

/** Bad: an image of a tiny guest, which boots a kernel and has no disk; one of a VM that has never started. */
function diskOf(db: Pick<Repositories, 'disks'>, vm: VmRow): { readonly id: string | null; readonly name: string } {
  const disk = imageDiskOf({ boot: vm.boot, disks: db.disks.ofVm(vm.id) });
  if (disk !== null && vm.hostId !== null) return disk;
  throw new AppError('RULE_BROKEN', `The VM "${vm.name}" has no disk${disk === null ? '' : ' yet'}`, {
    rule: 'IMAGE_SOURCE',
    field: 'vm',
    remedy: note(disk === null ? 'Choose a VM with a disk.' : 'Start it first: its disk is created then.'),
  });
}

/** Runs it in the VM's turn, so that nothing starts or changes the VM in the meantime. On failure or cancellation no file is left. */
export async function runImageFromVm(core: Core, job: RunningJob<ImageFromVmPayload>): Promise<void> {
  const { imageId, vmId } = job.payload;
  if (core.store.images.get(imageId)) return job.skip(1, say('result.already_added', {}));
  await inTurn(core, job, vmId, (turn) =>
    job.step(1, async (signal) => {
      assertVmStateAllows(turn.vm, 'makeImage');
      try {
        return await add(core, job, turn, signal);
      } catch (error) {
        await core.images.remove(imageId);
        throw error;
      }
    }),
  );
}

async function add(
  core: Core,
  job: RunningJob<ImageFromVmPayload>,
  turn: VmTurn,
  signal: AbortSignal,
): Promise<StepResult> {
  const { store, images, clock } = core;
  const { imageId, name } = job.payload;
  const source = await openDisk(core, turn, diskOf(store, turn.vm).id, signal);
  const file = await images.addDisk(imageId, source, copyReporter(clock, job, 1), signal);
  const at = instant(clock.now());
  store.transaction((tx) => {
    assertImageNameUnique(name, tx.images.byName(name));
    tx.images.insert({ id: imageId, name, ...file, createdAt: at });
    const subjects = { imageId, vmId: turn.vm.id, jobId: job.id };
    emitter(tx, job.actor, at)('image.added', 'normal', say('image.added', { image: name }), subjects);
  });
  return say('result.image_made', { bytes: file.sizeBytes, virtualBytes: file.virtualBytes });
}

/** A disk of a VM in its turn, as it is read; null: the one that it boots an image or a file from. */
export async function openDisk(
  core: Core,
  turn: VmTurn,
  diskId: string | null,
  signal: AbortSignal,
): Promise<ImageDisk> {
  const { store, images } = core;
  const vm = await resolveDiskFormat(core, turn.driver, turn.vm, signal);
  const spec = vmSpec(store, images, vm, store.vnics.ofVm(vm.id));
  const { path, format, bytes, isOverlay, read } = await turn.driver.copies.open(spec, diskId, signal);
  const { boot } = spec;
  const base =
    isOverlay && boot.kind === 'image' && boot.base !== null ? { path: boot.base, format: boot.format } : null;
  return { shown: path, format, bytes, base, read };
}
