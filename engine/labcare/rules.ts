import { AppError, note, run } from '../../contract';
import type { KeptVm, Repositories, SnapshotRow, SnapshotVmRow, VmRow } from '../ports/store';
import { assertBootAllows } from '../vms/rules';
import { reserveMiB } from '../vms/placement';

/** Bad: a second snapshot "before the exam" in the data center. */
export function assertSnapshotNameUnique(name: string, others: readonly Pick<SnapshotRow, 'name'>[]): void {
  if (!others.some((other) => other.name === name)) return;
  throw new AppError('CONFLICT', `The data center already has a snapshot "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note('Choose another name, or remove the old one.'),
  });
}

/** Bad: reverting to a snapshot that is still being taken. */
export function assertSnapshotExists({ name, state }: Pick<SnapshotRow, 'name' | 'state'>): void {
  if (state === 'ok') return;
  throw new AppError('STATE_ILLEGAL', `The snapshot "${name}" is locked by a running job`, {
    rule: 'SNAPSHOT',
    field: 'snapshot',
    remedy: note('Wait until the job has ended.'),
  });
}

/** Bad: the saved data is on the host "a", and the VM is now on "b". */
export function assertOnSnapshotHost(vm: VmRow, kept: Pick<SnapshotVmRow, 'hostId'>): void {
  if (kept.hostId === null || kept.hostId === vm.hostId) return;
  throw new AppError('RULE_BROKEN', `The VM "${vm.name}" has moved since: its saved data is on another host`, {
    rule: 'SNAPSHOT',
    field: 'snapshot',
    remedy: note('Move it back first.'),
  });
}

/** Bad: the snapshot has a vNIC on "blue", which has since been removed, or detached from the cluster. */
export function assertNetworksExist(tx: Repositories, vm: VmRow, kept: KeptVm): void {
  const missing = kept.vnics.filter(
    ({ networkId }) => networkId !== null && !networkExists(tx, networkId, vm.clusterId),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => `"${name}"`).join(', ');
  throw new AppError('RULE_BROKEN', `A network of ${names} of the VM "${vm.name}" no longer exists`, {
    rule: 'SNAPSHOT',
    field: 'snapshot',
    remedy: run('undo.list', {}, 'Restore it first.'),
  });
}

const networkExists = (tx: Repositories, networkId: string, clusterId: string): boolean =>
  tx.networks.get(networkId) !== undefined &&
  tx.networkClusters.ofNetwork(networkId).some((row) => row.clusterId === clusterId);

/** Bad: other VMs have been started since, and use the memory that the snapshot needs. */
export function assertGroupFits(tx: Repositories, hostId: string, group: ReadonlySet<string>, neededMiB: number): void {
  const host = tx.hosts.get(hostId);
  const total = host?.capabilities?.memoryMiB;
  if (!host || total === undefined) return;
  const others = tx.vms.ofHost(hostId).filter((vm) => !group.has(vm.id) && vm.startedAt !== null);
  const left = total - reserveMiB(total) - others.reduce((sum, vm) => sum + vm.memoryMiB, 0);
  if (neededMiB <= left) return;
  throw new AppError(
    'NO_CAPACITY',
    `${neededMiB} MiB are needed on "${host.name}", but only ${Math.max(0, left)} MiB are free`,
    {
      rule: 'O2',
      field: 'host',
      remedy: note('Stop other VMs there.'),
    },
  );
}

/** Bad: a copy of a VM that boots from a disk of its own: two VMs would write to one disk. */
export function assertDiskOwned(vm: VmRow): void {
  assertBootAllows(vm, 'snapshot');
  if (vm.boot.kind !== 'disk') return;
  throw new AppError(
    'RULE_BROKEN',
    `The VM "${vm.name}" boots from the disk ${vm.boot.path}, which only one VM can use`,
    {
      rule: 'CLONE',
      field: 'vms',
      remedy: run('images.add', {}, 'Create a base image of the disk and a VM from it, or leave this VM out.'),
    },
  );
}
