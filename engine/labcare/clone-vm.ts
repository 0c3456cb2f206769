import { z } from 'zod';
import {
  AppError,
  type Boot,
  DEFAULT_HARDWARE,
  type DiskDraft,
  type DiskUse,
  type Hardware,
  Id,
  isActive,
  note,
  say,
  type StepResult,
  type Vm,
} from '../../contract';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Outcome, Scope } from '../core/scope';
import type { CopiedDisk, VmSpec } from '../ports/host-driver';
import type { DiskRow, LeftoverRow, Repositories, VmRow } from '../ports/store';
import { addVm } from '../vms/add-vm';
import { presentHardware } from '../vms/boot-order';
import type { BootRequest } from '../vms/boot-request';
import { resolveDiskFormat } from '../vms/disk-formats';
import { diskSpec, draftOfDisk } from '../vms/disk-rows';
import { clearLeftover } from '../vms/leftovers';
import { assertEnoughSpace } from '../vms/move-rules';
import { presentVm } from '../vms/present';
import { assertVmStateAllows } from '../vms/rules';
import { vmSpec } from '../vms/vm-spec';
import { dropCopies } from './clone';
import { draftOf } from './copy-draft';
import { assertGroupAllows, inTurns, lock, unlock } from './group';

interface Input {
  readonly vm: string;
  readonly name: string;
  readonly comment?: string | undefined;
}

/** A disk of the original, and the one of the copy. `from` null: the file that the original boots from. */
const CopiedRow = z.strictObject({ from: Id.nullable(), to: Id });

export const CloneVmPayload = z.strictObject({
  hostId: Id,
  fromId: Id,
  toId: Id,
  disks: z.array(CopiedRow).readonly(),
});
export type CloneVmPayload = z.infer<typeof CloneVmPayload>;

/** Removing the files of a failed copy takes at most this long, milliseconds. */
const DISCARD_MS = 60_000;

/** What the disks of a VM take on its host now, and what is free there. */
export interface TakenRoom {
  readonly roomBytes: number;
  readonly disks: readonly DiskUse[];
}

/** Asked before the transaction. Null: the VM has no host, or is not in a state in which it could be copied. */
export async function takenRoom(core: Core, ref: string, signal: AbortSignal): Promise<TakenRoom | null> {
  const vm = core.refs.vm(ref);
  const host = vm.hostId === null ? undefined : core.store.hosts.get(vm.hostId);
  if (vm.state !== 'down' || vm.boot.kind === 'imported' || host?.state !== 'up') return null;
  const actor = core.actors.get(host.id);
  await actor.connect();
  const { vms } = actor.driver;
  const { boot } = vm;
  const format = boot.kind === 'disk' ? (boot.format ?? (await vms.diskFormat(vm.id, boot.path, signal))) : null;
  const known = boot.kind === 'disk' ? { ...vm, boot: { ...boot, format } } : vm;
  const [roomBytes, disks] = await Promise.all([vms.disks.room(signal), vms.disks.usage(specOf(core, known), signal)]);
  return { roomBytes, disks };
}

/** `vms.clone` */
export function cloneVmHandler(
  scope: Scope,
  storeId: string,
  input: Input,
  taken: TakenRoom | null,
): Outcome<{ vm: Vm }> {
  const { tx, refs } = scope;
  const vm = refs.vm(input.vm);
  assertVmStateAllows(vm, 'clone');
  const host = vm.hostId === null ? undefined : tx.hosts.get(vm.hostId);
  if (host) assertGroupAllows(tx, [vm], 'clone');
  const bytes = (taken?.disks ?? []).reduce((sum, { usedBytes }) => sum + usedBytes, 0);
  if (host && taken) assertEnoughSpace(host.name, bytes, taken.roomBytes);
  const file = bootFile(vm, taken);
  const copy = addCopy(scope, storeId, { vm, input, file });
  const lines = [
    say('preview.vm.clone', { from: vm.name, to: copy.name, host: host?.name ?? null, bytes: host ? bytes : null }),
    ...(hasAddresses(vm.boot) ? [say('preview.vm.clone_addresses', { vm: copy.name })] : []),
  ];
  if (!host) return { output: { vm: presentVm(tx, copy) }, lines };
  const [toFile, ...others] = file === null ? [null, ...tx.disks.ofVm(copy.id)] : tx.disks.ofVm(copy.id);
  const disks = [
    ...(toFile ? [{ from: null, to: toFile.id }] : []),
    ...tx.disks.ofVm(vm.id).flatMap(({ id }, i) => {
      const to = others[i];
      return to ? [{ from: id, to: to.id }] : [];
    }),
  ];
  const payload: CloneVmPayload = { hostId: host.id, fromId: vm.id, toId: copy.id, disks };
  lock(tx, [vm, copy], say('reason.vm.cloning', {}));
  // Files of the copy can exist from now on.
  tx.leftovers.insert({ vmId: copy.id, hostId: host.id });
  const job = {
    kind: 'vms.clone',
    title: say('vms.clone', { from: vm.name, to: copy.name }),
    payload,
    subjects: { vmId: copy.id, hostId: host.id },
    steps: [
      { title: say('step.vm.copy_disk', { from: vm.name, to: copy.name }), hostId: host.id },
      { title: say('step.vm.define_copy', { host: host.name }), hostId: host.id },
    ],
  };
  const output = { vm: presentVm(tx, tx.vms.get(copy.id) ?? copy) };
  return { output, job, hosts: isActive(host.state) ? [host.id] : [], lines };
}

/** The file of its user that a VM boots from: its copy becomes the first disk of the copied VM. Null: it boots from none. */
function bootFile(vm: VmRow, taken: TakenRoom | null): DiskUse | null {
  if (vm.boot.kind !== 'disk') return null;
  const file = taken?.disks.find(({ id }) => id === null);
  if (file) return file;
  throw new AppError(
    'RULE_BROKEN',
    `The VM "${vm.name}" boots from the disk ${vm.boot.path}, which is on no host yet`,
    {
      rule: 'CLONE',
      field: 'vm',
      remedy: note("Start it once, then clone it. Two VMs can't use one disk."),
    },
  );
}

const hasAddresses = (boot: Boot): boolean =>
  boot.kind === 'image' && boot.seed !== null && boot.seed.addresses.length > 0;

/** The row of the copy with its disks and vNICs. Addresses and gateways that were chosen for the original stay with it. */
function addCopy(
  scope: Scope,
  storeId: string,
  { vm, input, file }: { readonly vm: VmRow; readonly input: Input; readonly file: DiskUse | null },
): VmRow {
  const { tx } = scope;
  const disks = tx.disks.ofVm(vm.id).map(draftOfDisk);
  const taken = new Set(disks.map(({ name }) => name));
  const name = ['system', 'system-2', 'system-3'].find((each) => !taken.has(each)) ?? `system-${disks.length + 1}`;
  const first: DiskDraft | null = file && {
    name,
    sizeBytes: wholeSectors(file.virtualBytes),
    bus: vm.hardware.diskBus,
    format: file.format,
    readOnly: false,
    discard: false,
  };
  return addVm(scope, storeId, {
    name: input.name,
    cluster: vm.clusterId,
    comment: input.comment ?? (vm.comment === '' ? `a copy of ${vm.name}` : vm.comment),
    ...(vm.hostId === null ? {} : { host: vm.hostId }),
    boot: vm.boot.kind === 'disk' ? { kind: 'devices' } : withoutAddresses(draftOf(vm.boot, new Set())),
    cdroms: vm.cdroms,
    hardware: hardwareOfCopy(tx, vm, first?.name),
    memoryMiB: vm.memoryMiB,
    cpus: vm.cpus,
    disks: first ? [first, ...disks] : disks,
    vnics: tx.vnics
      .ofVm(vm.id)
      .map(({ name: vnic, networkId: network, plugged, linked }) => ({ name: vnic, network, plugged, linked })),
  });
}

/** The disk that the copy has in place of a file is one of its own. */
function hardwareOfCopy(tx: Repositories, vm: VmRow, system: string | undefined): Hardware {
  const hardware = presentHardware(tx, vm);
  if (system === undefined) return hardware;
  const bootOrder = hardware.bootOrder.map((device) => (device === 'disk:boot' ? `disk:${system}` : device));
  return { ...hardware, bootOrder, diskBus: DEFAULT_HARDWARE.diskBus };
}

const SECTOR = 512;
/** A raw file can end within a sector; QEMU rounds up. */
const wholeSectors = (bytes: number): number => Math.ceil(bytes / SECTOR) * SECTOR;

/** Its host name is that of the copy, and it has no gateway in a network that it has no address of. */
function withoutAddresses(boot: BootRequest): BootRequest {
  if (boot.kind !== 'image' || boot.seed === null) return boot;
  return { ...boot, seed: { ...boot.seed, hostname: null, gateways: [] } };
}

/** Runs it. A copy that is incomplete is removed, and nothing stays locked. */
export async function runCloneVm(core: Core, job: RunningJob<CloneVmPayload>): Promise<void> {
  const { fromId, toId, hostId } = job.payload;
  const leftover = { vmId: toId, hostId };
  try {
    await inTurns(core, job, [fromId, toId], () => copyAndDefine(core, job));
    await job.written(() => core.store.transaction((tx) => tx.leftovers.remove(leftover)));
  } catch (error) {
    if (!job.stopping) {
      await dropCopies(core, job, [{ toId }], error);
      await discard(core, leftover);
      await unlock(core, job, [fromId]);
    }
    throw error;
  }
}

async function copyAndDefine(core: Core, job: RunningJob<CloneVmPayload>): Promise<void> {
  const { store } = core;
  const { fromId, toId } = job.payload;
  const [from, to] = [rowOf(core, fromId), rowOf(core, toId)];
  const { vms } = core.actors.get(job.payload.hostId).driver;
  const { copies, disks } = vms;
  const rows = new Map([...store.disks.ofVm(fromId), ...store.disks.ofVm(toId)].map((disk) => [disk.id, disk]));
  const copied = job.payload.disks.flatMap((disk) => copiedDisk(rows, disk));
  const original = specOf(core, await resolveDiskFormat(core, vms, from, job.signal));
  const copy = specOf(core, to);
  await job.step(1, async (signal) => {
    await copies.copy(original, copy, copied, signal);
    // The files exist by now: only their paths are asked for.
    for (const disk of store.disks.ofVm(toId)) {
      const path = await disks.create(toId, diskSpec(disk), signal);
      store.transaction((tx) => tx.disks.update(disk.id, { path }));
    }
    return null;
  });
  await job.step(2, async (signal): Promise<StepResult | null> => {
    const left = await copies.define(original, copy, copied, signal);
    return left.length === 0 ? null : say('result.parts', { carried: [], left: left.map(({ what }) => what) });
  });
}

function copiedDisk(rows: ReadonlyMap<string, DiskRow>, { from, to }: z.infer<typeof CopiedRow>): CopiedDisk[] {
  const [source, target] = [from === null ? null : rows.get(from), rows.get(to)];
  if (source === undefined || target === undefined) return [];
  return [{ from: source && diskSpec(source), to: diskSpec(target) }];
}

const specOf = ({ store, images }: Core, vm: VmRow): VmSpec => vmSpec(store, images, vm, store.vnics.ofVm(vm.id));

function rowOf({ store }: Core, id: string): VmRow {
  const vm = store.vms.get(id);
  if (vm) return vm;
  throw new AppError('NOT_FOUND', 'The VM was removed in the meantime', { field: 'vm' });
}

/** Removes the files of an incomplete copy, now or when its host answers again. */
async function discard(core: Core, leftover: LeftoverRow): Promise<void> {
  try {
    await clearLeftover(core, leftover, AbortSignal.timeout(DISCARD_MS));
  } catch (error) {
    const { message } = describeError(error);
    core.log.warn({ vm: leftover.vmId, host: leftover.hostId, message }, 'an incomplete copy could not be removed yet');
  }
}
