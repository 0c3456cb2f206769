import type { SnapshotPayload } from '../core/jobs/payload';
import { type Snapshot, type StepResult, say } from '../../contract';
import type { Core } from '../context';
import type { Outcome, Scope } from '../core/scope';
import { failOnFailures } from '../reconcile/converge-job';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Repositories, SnapshotRow, SnapshotVmRow, VmRow } from '../ports/store';
import { networksOf } from '../vms/choose-host';
import { resolveDiskFormat } from '../vms/disk-formats';
import { assertDisksAreOfSnapshot } from '../vms/disk-rules';
import { vmSpec } from '../vms/vm-spec';
import { profileOf, readdVnic } from '../vms/vnic-rows';
import { presentSnapshot } from './present';
import { byHost, inTurns, lock, assertGroupAllows } from './group';
import { assertGroupFits, assertOnSnapshotHost, assertNetworksExist, assertSnapshotExists } from './rules';
import { write, resumeAll } from './take';

/** `snapshots.revert`: writes the desired state at once, with settings and vNICs; the job does the work on hosts. */
export function revertHandler(
  scope: Scope,
  row: SnapshotRow,
  kind = 'snapshots.revert',
): Outcome<{ snapshot: Snapshot }> {
  const { tx } = scope;
  assertSnapshotExists(row);
  const parts = tx.snapshotVms.ofSnapshot(row.id);
  const vms = parts.flatMap((part) => tx.vms.get(part.vmId) ?? []);
  assertGroupAllows(tx, vms, 'revert');
  for (const part of parts) {
    const vm = vms.find(({ id }) => id === part.vmId);
    if (!vm) continue;
    assertOnSnapshotHost(vm, part);
    assertNetworksExist(tx, vm, part.kept);
    assertDisksAreOfSnapshot(tx, vm, part.kept.disks);
    putSettingsBack(scope, vm, part);
  }
  assertMemorySaved(tx, parts);
  lock(tx, vms, say('reason.vm.reverting', { snapshot: row.name }));
  tx.snapshots.update(row.id, { state: 'locked' });
  const steps = [
    { title: say('step.snapshot.networks', {}), hostId: null },
    ...vms.map((vm) => ({ title: say('step.vm.revert', { vm: vm.name }), hostId: vm.hostId })),
    { title: say('step.snapshot.resume', {}), hostId: null },
  ];
  const running = parts.filter((part) => part.withMemory).length;
  const lines = [
    say('preview.snapshot.stop', { vms: vms.map((vm) => vm.name) }),
    say('preview.snapshot.revert', { snapshot: row.name, vms: vms.length, running }),
  ];
  const job = {
    kind,
    title: say('snapshots.revert', { snapshot: row.name }),
    payload: { snapshotId: row.id },
    subjects: { dataCenterId: row.dataCenterId, snapshotId: row.id },
    steps,
  };
  return { output: { snapshot: presentSnapshot(tx, row) }, job, hosts: [...byHost(vms).keys()], lines };
}

function assertMemorySaved(tx: Repositories, parts: readonly SnapshotVmRow[]): void {
  const group = new Set(parts.map((part) => part.vmId));
  const needed = new Map<string, number>();
  for (const { hostId, withMemory, kept } of parts)
    if (hostId !== null && withMemory) needed.set(hostId, (needed.get(hostId) ?? 0) + kept.memoryMiB);
  for (const [hostId, mib] of needed) assertGroupFits(tx, hostId, group, mib);
}

/** Restores settings and vNICs, with the same ids and MAC addresses; later vNICs are removed. */
function putSettingsBack(scope: Scope, vm: VmRow, { kept }: SnapshotVmRow): void {
  const { tx } = scope;
  const { vnics, disks, ...settings } = kept;
  tx.vms.update(vm.id, { ...settings, boot: withCopiedDisk(settings.boot, vm) });
  for (const { id, ...was } of disks) {
    const { name, bus, sizeBytes, readOnly, discard } = was;
    if (tx.disks.get(id)) tx.disks.update(id, { name, bus, sizeBytes, readOnly, discard });
  }
  const present = new Map(tx.vnics.ofVm(vm.id).map((vnic) => [vnic.id, vnic]));
  for (const id of present.keys()) if (!vnics.some((vnic) => vnic.id === id)) tx.vnics.remove(id);
  vnics.forEach((was, place) => {
    if (!present.has(was.id)) return void readdVnic(scope, vm, was, place);
    const { name, mac, plugged, linked, assignedAddress } = was;
    const profileId = profileOf(tx, was.networkId, was.profileId);
    tx.vnics.update(was.id, { name, mac, plugged, linked, assignedAddress, profileId });
  });
}

/** A disk that was copied from its image since is still such a copy. */
const withCopiedDisk = (was: VmRow['boot'], { boot }: VmRow): VmRow['boot'] =>
  was.kind === 'image' && boot.kind === 'image' && boot.imageId === null ? { ...boot, seed: was.seed } : was;

/** Runs it. A VM whose revert fails does not block the others. */
export async function runRevert(core: Core, job: RunningJob<SnapshotPayload>): Promise<void> {
  const { snapshotId } = job.payload;
  const parts = core.store.snapshotVms.ofSnapshot(snapshotId);
  const ids = parts.map((part) => part.vmId);
  try {
    await inTurns(core, job, ids, async (hosts) => {
      await job.step(1, (signal) => setUpNetworks(core, [...hosts.keys()], ids, signal));
      const put = parts.map((part, i) => job.step(i + 2, (signal) => revertVm(core, part, signal)));
      const results = await Promise.allSettled(put);
      const there = parts.filter((_part, i) => results[i]?.status === 'fulfilled');
      await job.step(parts.length + 2, (signal) => resumeAll(core, there, signal));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
      write(core, job, (tx, emit) => {
        const row = tx.snapshots.get(snapshotId);
        if (!row) return;
        const message = say('snapshot.reverted', { snapshot: row.name, vms: parts.length });
        emit('snapshot.reverted', 'normal', message, { snapshotId, dataCenterId: row.dataCenterId });
      });
    });
  } finally {
    await job.written(() =>
      core.store.transaction((tx) => {
        if (tx.snapshots.get(snapshotId)) tx.snapshots.update(snapshotId, { state: 'ok' });
      }),
    );
  }
}

async function setUpNetworks(
  core: Core,
  hosts: readonly string[],
  vmIds: readonly string[],
  signal: AbortSignal,
): Promise<StepResult> {
  const wanted = new Set(vmIds.flatMap((id) => networksOf(core.store, { id }).map((network) => network.id)));
  const changed: Array<{ deployed: number; removed: number }> = [];
  for (const hostId of hosts) {
    const report = await core.actors.get(hostId).converge(signal);
    failOnFailures(report, wanted);
    changed.push({ deployed: report.deployed.length, removed: report.removed });
  }
  return say('result.hosts_reconciled', { hosts: changed });
}

async function revertVm(core: Core, part: SnapshotVmRow, signal: AbortSignal): Promise<StepResult | null> {
  const vm = core.store.vms.get(part.vmId);
  if (!vm) return say('result.vm_removed', {});
  if (vm.hostId === null) return say('result.no_disk', {});
  const { vms: driver } = core.actors.get(vm.hostId).driver;
  // Taken before its first start: reset it to its initial state.
  if (part.hostId === null) await driver.snapshots.renew(vm.id, signal);
  else await driver.snapshots.revert(part.snapshotId, vm.id, signal);
  const resolved = await resolveDiskFormat(core, driver, vm, signal);
  await driver.define(vmSpec(core.store, core.images, resolved, core.store.vnics.ofVm(vm.id)), signal);
  return part.withMemory ? say('result.with_memory', {}) : null;
}
