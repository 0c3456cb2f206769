import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  type Appliance,
  Appliance as ApplianceModel,
  AppError,
  Id,
  isActive,
  note,
  say,
  type Vm,
} from '../../contract';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import { copyReporter } from '../core/jobs/copying';
import { newId } from '../core/ids';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import type { DiskRow, LeftoverRow, VmRow } from '../ports/store';
import { addVm } from '../vms/add-vm';
import { chooseHost, networksOf } from '../vms/choose-host';
import { diskSpec } from '../vms/disk-rows';
import { assertDiskFits } from '../vms/disk-rules';
import { clearLeftover } from '../vms/leftovers';
import { presentVm } from '../vms/present';
import { warnIfSplit } from '../vms/warn-if-split';
import { dropCopies } from './clone';
import { inTurns, lock } from './group';
import { reportSettled } from './take';

export const IMPORT_VM_JOB = 'vms.import';

export const ImportVmPayload = z.strictObject({
  vmId: Id,
  hostId: Id,
  path: z.string(),
  sha256: z.string().nullable(),
  /** Of the private files, while the job runs. */
  filesId: Id,
  /** As it was previewed: a file that changed since is refused. */
  appliance: ApplianceModel,
  /** In the order of the appliance's disks. */
  diskIds: z.array(Id).readonly(),
});
export type ImportVmPayload = z.infer<typeof ImportVmPayload>;

interface Input {
  readonly path: string;
  readonly sha256?: string | undefined;
  readonly name?: string | undefined;
  readonly cluster: string;
  readonly host?: string | undefined;
  readonly network?: string | null | undefined;
}

/** Removing the files of a failed import takes at most this long, milliseconds. */
const DISCARD_MS = 60_000;

/** `vms.import` */
export function importVmHandler(
  scope: Scope,
  storeId: string,
  input: Input,
  appliance: Appliance,
): Outcome<{ vm: Vm; leftOut: string[] }> {
  const { tx } = scope;
  const { vnics, left } = vnicsFor(scope, input, appliance);
  const leftOut = [...appliance.leftOut, ...left];
  const placed = addImported(scope, storeId, { input, appliance, vnics });
  const { vm, host } = placed;
  lock(tx, [vm], say('reason.vm.reading_file', {}));
  // Files of the VM can exist from now on.
  tx.leftovers.insert({ vmId: vm.id, hostId: host.id });
  const rows = tx.disks.ofVm(vm.id);
  const payload: ImportVmPayload = {
    ...{ vmId: vm.id, hostId: host.id, path: input.path, sha256: input.sha256 ?? null, filesId: newId() },
    ...{ appliance: { ...appliance, leftOut }, diskIds: rows.map(({ id }) => id) },
  };
  const counts = { disks: rows.length, vnics: vnics.length };
  return {
    output: { vm: presentVm(tx, tx.vms.get(vm.id) ?? vm), leftOut },
    lines: [
      say('preview.vm.import', { vm: vm.name, path: input.path, host: host.name, ...counts }),
      ...leftOut.map((what) => say('preview.vm.left_out', { what })),
      ...warnIfSplit(tx, scope.emit, vm, networksOf(tx, vm)),
    ],
    job: {
      kind: IMPORT_VM_JOB,
      title: say('vms.import', { vm: vm.name }),
      payload,
      subjects: { vmId: vm.id, hostId: host.id },
      steps: [
        { title: say('step.vm.unpack', { path: input.path }) },
        ...rows.map(({ name }) => ({ title: say('disks.import', { disk: name, vm: vm.name }), hostId: host.id })),
      ],
    },
    hosts: isActive(host.state) ? [host.id] : [],
  };
}

type Vnics = ReadonlyArray<{ network: string | null; plugged: true; linked: true }>;

/** The networks of the NICs by name, or the one that was asked for. */
function vnicsFor(
  { tx, refs }: Scope,
  { cluster: ref, network }: Input,
  { nics }: Appliance,
): { vnics: Vnics; left: string[] } {
  const cluster = refs.cluster(ref);
  const known = new Map(
    tx.networks
      .ofDataCenter(cluster.dataCenterId)
      .filter(({ id }) => tx.networkClusters.ofNetwork(id).some(({ clusterId }) => clusterId === cluster.id))
      .map(({ id, name }) => [name, id]),
  );
  const left: string[] = [];
  const vnics = nics.map(({ network: named }) => {
    const found = network !== undefined ? network : named === null ? null : (known.get(named) ?? null);
    if (network === undefined && named !== null && found === null) left.push(`network ${named}`);
    return { network: found, plugged: true, linked: true } as const;
  });
  return { vnics, left: [...new Set(left)] };
}

function addImported(
  scope: Scope,
  storeId: string,
  { input, appliance, vnics }: { readonly input: Input; readonly appliance: Appliance; readonly vnics: Vnics },
): { vm: VmRow; host: { id: string; name: string; state: Parameters<typeof isActive>[0] } } {
  const { tx } = scope;
  const { comment, memoryMiB, cpus, firmware, tpm, sound, nicModel, disks } = appliance;
  const added = addVm(scope, storeId, {
    name: input.name ?? appliance.name,
    cluster: input.cluster,
    comment,
    ...(input.host === undefined ? {} : { host: input.host }),
    boot: { kind: 'devices' },
    cdroms: Array.from({ length: appliance.cdroms }, () => ({ path: null })),
    hardware: { firmware, tpm, sound, nicModel },
    memoryMiB,
    cpus,
    disks: disks.map(({ sizeBytes, bus }) => {
      return { sizeBytes, bus, format: 'qcow2', readOnly: false, discard: false };
    }),
    vnics,
  });
  const host = chooseHost(tx, added);
  tx.vms.update(added.id, { hostId: host.id });
  return { vm: { ...added, hostId: host.id }, host };
}

/**
 * Reads the file on the engine's computer first: what is checked is a private copy. A VM that is incomplete is removed, and no file
 * is left.
 */
export async function runImportVm(core: Core, job: RunningJob<ImportVmPayload>): Promise<void> {
  const { vmId, hostId, filesId, diskIds } = job.payload;
  const leftover = { vmId, hostId };
  try {
    await inTurns(core, job, [vmId], () => fillOrDrop(core, job));
    await job.written(() => core.store.transaction((tx) => tx.leftovers.remove(leftover)));
    await reportSettled(core, job, (tx, emit) => {
      const { path, appliance } = job.payload;
      const vm = tx.vms.get(vmId);
      if (vm) emit('vm.imported', 'normal', say('vm.read_in', { vm: vm.name, path, leftOut: appliance.leftOut }));
    });
  } catch (error) {
    if (!job.stopping) {
      await dropCopies(core, job, [{ toId: vmId }], error);
      await discard(core, leftover);
    }
    throw error;
  } finally {
    await core.appliances.remove(filesId);
    for (const id of diskIds) await core.images.remove(id);
  }
}

/** While nobody else can use the VM: it must not start with half a disk. */
async function fillOrDrop(core: Core, job: RunningJob<ImportVmPayload>): Promise<void> {
  try {
    await fillDisks(core, job);
  } catch (error) {
    if (!job.stopping) await dropCopies(core, job, [{ toId: job.payload.vmId }], error);
    throw error;
  }
}

async function fillDisks(core: Core, job: RunningJob<ImportVmPayload>): Promise<void> {
  const { path, sha256, filesId, appliance, diskIds } = job.payload;
  let files: readonly string[] = [];
  await job.step(1, async (signal) => {
    const source = { path, sha256 };
    const unpacked = await core.appliances.unpack(filesId, source, copyReporter(core.clock, job, 1), signal);
    // What is left out for want of a network is not in the file.
    assertUnchanged(path, unpacked.appliance, appliance);
    files = unpacked.disks;
    return say('result.vm_unpacked', { bytes: unpacked.bytes, leftOut: appliance.leftOut });
  });
  for (const [i, id] of diskIds.entries())
    await job.step(i + 2, async (signal) => {
      const disk = core.store.disks.get(id);
      const file = files[i];
      if (!disk || file === undefined) throw new AppError('NOT_FOUND', 'The VM was removed in the meantime');
      return fill(core, job, { disk, file, step: i + 2 }, signal);
    });
}

/** Bad: a file that was replaced after it was previewed. */
function assertUnchanged(path: string, now: Appliance, was: Appliance): void {
  if (isDeepStrictEqual({ ...now, leftOut: [] }, { ...was, leftOut: [] })) return;
  throw new AppError('BAD_INPUT', `${path} changed after the import was requested`, {
    field: 'path',
    remedy: note('Import it again.'),
  });
}

async function fill(
  core: Core,
  job: RunningJob<ImportVmPayload>,
  { disk, file, step }: { readonly disk: DiskRow; readonly file: string; readonly step: number },
  signal: AbortSignal,
) {
  const { vmId, hostId } = job.payload;
  const { driver } = core.actors.get(hostId);
  const report = copyReporter(core.clock, job, step);
  const source = { path: file, sha256: null, maxVirtualBytes: disk.sizeBytes };
  const { format, virtualBytes } = await core.images.add(disk.id, source, report, signal);
  const sizeBytes = Math.ceil(virtualBytes / 512) * 512;
  const { disks } = driver.vms;
  const hostName = core.store.hosts.get(hostId)?.name ?? hostId;
  assertDiskFits(hostName, { added: sizeBytes, roomBytes: await disks.room(signal) }, 'path');
  const spec = diskSpec({ ...disk, sizeBytes });
  const path = await disks.fill(vmId, spec, { path: core.images.path(disk.id), format }, signal, (name, done, known) =>
    report(done, known, name),
  );
  core.store.transaction((tx) => tx.disks.update(disk.id, { path, sizeBytes }));
  await core.images.remove(disk.id);
  return say('result.disk_created', { path, bytes: sizeBytes });
}

/** Removes the files of an incomplete VM, now or when its host answers again. */
async function discard(core: Core, leftover: LeftoverRow): Promise<void> {
  try {
    await clearLeftover(core, leftover, AbortSignal.timeout(DISCARD_MS));
  } catch (error) {
    const { message } = describeError(error);
    core.log.warn({ vm: leftover.vmId, host: leftover.hostId, message }, 'an incomplete VM could not be removed yet');
  }
}
