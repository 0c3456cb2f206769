import type { EndedJob } from '../core/jobs/job-kinds';
import { z } from 'zod';
import { AppError, Id, isActive, isRunning, note, say, type Vm } from '../../contract';
import { Ids } from '../core/jobs/payload';
import type { Core } from '../context';
import type { Outcome, Scope } from '../core/scope';
import { cancelled, describeError } from '../core/errors';
import { failOnFailures, reconciled } from '../reconcile/converge-job';
import { refuseRetry } from '../core/jobs/again';
import type { RunningJob } from '../core/jobs/job-kinds';
import { NetworkAdder } from '../networks/adding';
import type { DiskCopy } from '../ports/snapshots';
import type { HostRow, NetworkRow, VmRow, VnicRow } from '../ports/store';
import { addVm } from '../vms/add-vm';
import { presentHardware } from '../vms/boot-order';
import { diskSpec, draftOfDisk } from '../vms/disk-rows';
import { assertDisksHoldSnapshots } from '../vms/disk-rules';
import { presentVm } from '../vms/present';
import { startAndWait } from '../vms/start-and-wait';
import { draftOf } from './copy-draft';
import { groupOf, inTurns, lock, assertGroupAllows, snapshotsOn, unlock } from './group';
import { assertDiskOwned } from './rules';
import { reportSettled } from './take';

interface Input {
  readonly lab: string;
  readonly vms?: readonly string[] | undefined;
  readonly copies: number;
  readonly start: boolean;
}

const Copied = z.strictObject({ fromId: Id, toId: Id });
type Copied = z.infer<typeof Copied>;

export const ClonePayload = z.strictObject({
  hostId: Id,
  networkIds: Ids,
  /** VMs whose disks are to be copied. */
  disks: z.array(Copied).readonly(),
  toStart: Ids,
});
export type ClonePayload = z.infer<typeof ClonePayload>;

/** The limit of the search for a free number. */
const MOST_NUMBERS = 100_000;

/** `labs.clone` */
export function cloneHandler(scope: Scope, storeId: string, input: Input): Outcome<{ vms: Vm[]; networks: string[] }> {
  const { tx, refs } = scope;
  const host = refs.host(input.lab, 'lab');
  const vms = groupOf(scope, { host: host.id, vms: input.vms });
  vms.forEach(assertDiskOwned);
  const hasFile = (vm: VmRow): boolean => vm.boot.kind === 'image' || tx.disks.ofVm(vm.id).length > 0;
  const withDisk = vms.filter((vm) => hasFile(vm) && vm.hostId !== null);
  assertGroupAllows(tx, withDisk, 'snapshot');
  assertDisksHoldSnapshots(tx, withDisk);
  const networks = isolatedNetworksOf(scope, vms);
  const made = { vms: [] as VmRow[], networks: [] as NetworkRow[], disks: [] as Copied[] };
  for (let copy = 0; copy < input.copies; copy += 1) {
    const number = freeNumber(scope, vms, networks);
    const copies = new Map(networks.map((network) => [network.id, copyNetwork(scope, network, number)]));
    made.networks.push(...copies.values());
    const ofOriginal = new Map<string, string>();
    for (const vm of vms) {
      const copied = copyVm(scope, storeId, { vm, host, number, networks: copies });
      made.vms.push(copied);
      if (withDisk.includes(vm)) made.disks.push({ fromId: vm.id, toId: copied.id });
      ofOriginal.set(vm.id, copied.id);
    }
    copies.forEach((network) => setGateway(scope, network, ofOriginal));
  }
  lock(
    tx,
    [...withDisk, ...made.vms.filter((vm) => made.disks.some(({ toId }) => toId === vm.id))],
    say('reason.vm.cloning', {}),
  );
  const nameOf = (id: string): string => tx.vms.get(id)?.name ?? id;
  const toStart = input.start ? made.vms : [];
  const payload: ClonePayload = {
    hostId: host.id,
    networkIds: made.networks.map(({ id }) => id),
    disks: made.disks,
    toStart: toStart.map(({ id }) => id),
  };
  const steps = [
    { title: say('step.host.add_networks', { host: host.name, count: made.networks.length }), hostId: host.id },
    ...made.disks.map(({ fromId, toId }) => ({
      title: say('step.vm.copy_disk', { from: nameOf(fromId), to: nameOf(toId) }),
      hostId: host.id,
    })),
    ...toStart.map(({ name }) => ({ title: say('step.vm.start', { vm: name, host: null }), hostId: host.id })),
  ];
  const names = (rows: ReadonlyArray<{ readonly name: string }>): string[] => rows.map(({ name }) => name);
  const lines = [
    say('preview.lab.clone', { vms: names(vms), copies: input.copies, made: names(made.vms) }),
    ...(made.networks.length === 0 ? [] : [say('preview.lab.clone_networks', { networks: names(made.networks) })]),
    ...(withDisk.some((vm) => isRunning(vm.state)) ? [say('preview.lab.clone_freeze', {})] : []),
    ...(toStart.length === 0 ? [] : [say('preview.vm.start_many', { count: toStart.length, again: false })]),
  ];
  const output = {
    vms: made.vms.map((vm) => presentVm(tx, tx.vms.get(vm.id) ?? vm)),
    networks: made.networks.map(({ name }) => name),
  };
  const job = {
    kind: 'labs.clone',
    title: say('labs.clone', { host: host.name }),
    payload,
    subjects: { hostId: host.id },
    steps,
  };
  return { output, job, hosts: isActive(host.state) ? [host.id] : [], lines };
}

/** Isolated networks of the group, each once. Regular ones have NICs, and the copies share them. */
function isolatedNetworksOf({ tx }: Scope, vms: readonly VmRow[]): NetworkRow[] {
  const ids = new Set(vms.flatMap((vm) => tx.vnics.ofVm(vm.id).flatMap(({ networkId }) => networkId ?? [])));
  return [...ids].flatMap((id) => tx.networks.get(id) ?? []).filter((network) => network.isIsolated);
}

/** The lowest number from 2 with which all names of another copy are free, so that the parts of a copy have the same number. */
function freeNumber({ tx }: Scope, vms: readonly VmRow[], networks: readonly NetworkRow[]): number {
  const taken = (dataCenterId: string, rows: readonly { dataCenterId: string }[]): boolean =>
    rows.some((row) => row.dataCenterId === dataCenterId);
  for (let number = 2; number < MOST_NUMBERS; number += 1) {
    const isFree =
      !vms.some((vm) => taken(vm.dataCenterId, tx.vms.byName(numbered(vm.name, number)))) &&
      !networks.some((network) => taken(network.dataCenterId, tx.networks.byName(numbered(network.name, number))));
    if (isFree) return number;
  }
  throw new AppError('NO_CAPACITY', 'There are too many copies already', {
    field: 'copies',
    remedy: note('Remove some first.'),
  });
}

/** `web` becomes `web-2`; a name that would be too long is truncated. */
export function numbered(name: string, number: number): string {
  const tail = `-${number}`;
  return (
    [...name]
      .slice(0, 256 - tail.length)
      .join('')
      .trimEnd() + tail
  );
}

/** Its guests have the same addresses as the original's, because it is another island. */
function copyNetwork(scope: Scope, network: NetworkRow, number: number): NetworkRow {
  const { tx } = scope;
  const { dataCenterId, mtu, guestSubnet, services, label } = network;
  const clusters = tx.networkClusters.ofNetwork(network.id).map((row) => row.clusterId);
  const name = numbered(network.name, number);
  const draft = { name, isIsolated: true, dataCenter: dataCenterId, mtu, vlan: null, nic: null, label, clusters };
  const { row } = new NetworkAdder(scope).add({ ...draft, comment: `a copy of ${network.name}` });
  tx.networks.update(row.id, { guestSubnet, services });
  return { ...row, guestSubnet, services };
}

/** The gateway of a copied network is the copy of the original's; null if that was not copied. */
function setGateway({ tx }: Scope, { id, services }: NetworkRow, copies: ReadonlyMap<string, string>): void {
  if (services === null || services.gatewayVmId === null) return;
  tx.networks.update(id, { services: { ...services, gatewayVmId: copies.get(services.gatewayVmId) ?? null } });
}

function copyVm(
  scope: Scope,
  storeId: string,
  copy: { vm: VmRow; host: HostRow; number: number; networks: ReadonlyMap<string, NetworkRow> },
): VmRow {
  const { tx } = scope;
  const { vm, host } = copy;
  const vnics = tx.vnics.ofVm(vm.id);
  const row = addVm(scope, storeId, {
    name: numbered(vm.name, copy.number),
    cluster: vm.clusterId,
    comment: vm.comment === '' ? `a copy of ${vm.name}` : vm.comment,
    host: host.id,
    boot: draftOf(vm.boot, ownAddresses(vnics, copy.networks)),
    cdroms: vm.cdroms,
    hardware: presentHardware(tx, vm),
    memoryMiB: vm.memoryMiB,
    cpus: vm.cpus,
    disks: tx.disks.ofVm(vm.id).map(draftOfDisk),
    vnics: vnics.map(({ name, networkId, plugged, linked }) => ({
      name,
      network: networkId === null ? null : (copy.networks.get(networkId)?.id ?? networkId),
      plugged,
      linked,
    })),
  });
  tx.vnics.ofVm(row.id).forEach(({ id, networkId }, i) => {
    const isOwn = [...copy.networks.values()].some((network) => network.id === networkId);
    if (isOwn) tx.vnics.update(id, { assignedAddress: vnics[i]?.assignedAddress ?? null });
  });
  return row;
}

/** The names of vNICs whose networks are copied with them: only there are the same addresses free. */
const ownAddresses = (vnics: readonly VnicRow[], networks: ReadonlyMap<string, NetworkRow>): ReadonlySet<string> =>
  new Set(vnics.filter(({ networkId }) => networkId !== null && networks.has(networkId)).map(({ name }) => name));

/** A retry of a failed clone: copies that have their disks are started. None is copied twice. */
export function cloneAgain({ tx }: Scope, job: EndedJob<ClonePayload>): Outcome<object> {
  const { hostId, networkIds, disks, toStart } = job.payload;
  if ([...disks.map(({ toId }) => toId), ...toStart].some((id) => !tx.vms.get(id))) refuseRetry('Clone it again.');
  const { kind, title, subjects } = job;
  const payload: ClonePayload = { hostId, networkIds, disks: [], toStart };
  const steps = tx.steps.ofJob(job.id).filter(({ index }) => index === 1 || index > 1 + disks.length);
  return { output: {}, job: { kind, title, subjects, payload, steps }, lines: [say('preview.job.retry', {})] };
}

/** Runs it: networks, disks, starts. A VM whose disk could not be copied is removed again. */
export async function runClone(core: Core, job: RunningJob<ClonePayload>): Promise<void> {
  const { hostId, disks, toStart } = job.payload;
  let copied = 0;
  try {
    await setUpNetworks(core, job);
    if (disks.length > 0) await copyDisks(core, job, { hostId, disks, onCopied: () => (copied += 1) });
  } catch (error) {
    if (!job.stopping) await rollBack(core, job, disks, copied, error);
    throw error;
  }
  const starts = toStart.map((vmId, i) =>
    job.step(2 + disks.length + i, (signal) => startAndWait(core, job, vmId, signal)),
  );
  const results = await Promise.allSettled(starts);
  if (job.signal.aborted) throw cancelled();
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function setUpNetworks(core: Core, job: RunningJob<ClonePayload>): Promise<void> {
  const { hostId, networkIds } = job.payload;
  await job.step(1, async (signal) => {
    const host = core.store.hosts.get(hostId);
    if (!host || !isActive(host.state)) return say('result.host_in_maintenance', {});
    const report = await core.actors.ensure(host).converge(signal);
    failOnFailures(report, new Set(networkIds));
    return reconciled(report);
  });
}

async function copyDisks(
  core: Core,
  job: RunningJob,
  { hostId, disks, onCopied }: { hostId: string; disks: readonly Copied[]; onCopied: () => void },
): Promise<void> {
  const sources = sourcesOf(disks);
  await inTurns(core, job, [...sources, ...disks.map(({ toId }) => toId)], async () => {
    const driver = snapshotsOn(core, hostId);
    await driver.freeze(sources, job.signal);
    try {
      for (const [i, { fromId, toId }] of disks.entries()) {
        await job.step(2 + i, async (signal) => {
          await driver.copyDisks(fromId, toId, diskCopies(core, fromId, toId), signal);
          await notePaths(core, hostId, toId, signal);
          return null;
        });
        onCopied();
      }
    } finally {
      await driver.thaw(sources, new AbortController().signal);
    }
  });
}

/** A disk of a copy has the name of its original. */
function diskCopies({ store }: Core, fromId: string, toId: string): DiskCopy[] {
  const from = new Map(store.disks.ofVm(fromId).map(({ name, id }) => [name, id]));
  return store.disks.ofVm(toId).flatMap(({ name, id: to }) => {
    const of = from.get(name);
    return of === undefined ? [] : [{ from: of, to }];
  });
}

/** The files exist by now: only their paths are asked for. */
async function notePaths({ store, actors }: Core, hostId: string, vmId: string, signal: AbortSignal): Promise<void> {
  const { disks } = actors.get(hostId).driver.vms;
  for (const disk of store.disks.ofVm(vmId)) {
    const path = await disks.create(vmId, diskSpec(disk), signal);
    store.transaction((tx) => tx.disks.update(disk.id, { path }));
  }
}

const sourcesOf = (disks: readonly Copied[]): string[] => [...new Set(disks.map(({ fromId }) => fromId))];

/** Copies that have their disks stay; the others are removed, and nothing stays locked. */
async function rollBack(
  core: Core,
  job: RunningJob,
  disks: readonly Copied[],
  copied: number,
  why: unknown,
): Promise<void> {
  await dropCopies(core, job, disks.slice(copied), why);
  await unlock(core, job, [...sourcesOf(disks), ...disks.map(({ toId }) => toId)]);
}

/** VMs that would start with incomplete disks must not exist. */
export async function dropCopies(
  core: Core,
  job: RunningJob,
  copies: readonly Pick<Copied, 'toId'>[],
  why: unknown,
): Promise<void> {
  await reportSettled(core, job, (tx, emit) => {
    for (const { toId } of copies) {
      const vm = tx.vms.get(toId);
      if (!vm) continue;
      tx.vms.remove(toId);
      emit('vm.removed', 'error', say('vm.copy_removed', { vm: vm.name, error: describeError(why).message }));
    }
  });
}
