import { AppError, type DiskBus, MAX_DISKS, type VmState, diskSize, note, run, whyNotHot } from '../../contract';
import type { DiskRow, Repositories, VmRow } from '../ports/store';

type Named = { readonly id: string; readonly name: string };

/** Bad: a 17th disk. */
export function assertDisksFit(vm: Named, count: number): void {
  if (count <= MAX_DISKS) return;
  throw new AppError('NO_CAPACITY', `The VM "${vm.name}" would have ${count} disks; the maximum is ${MAX_DISKS}`, {
    rule: 'DISKS',
    field: 'disks',
    remedy: note('Remove a disk first.'),
  });
}

/** Bad: two disks "data" of one VM. */
export function assertDiskNameUnique(vm: Named, name: string, others: readonly Named[]): void {
  if (!others.some((other) => other.name === name)) return;
  throw new AppError('CONFLICT', `The VM "${vm.name}" already has a disk "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note('Choose another name, or leave it out.'),
  });
}

/** Bad: a read-only disk on SATA, which QEMU refuses to start. */
export function assertBusTakes(disk: { readonly bus: DiskBus; readonly readOnly: boolean }): void {
  if (disk.bus !== 'sata' || !disk.readOnly) return;
  throw new AppError('NOT_SUPPORTED', "A disk on SATA can't be read-only", {
    rule: 'DISKS',
    field: 'readOnly',
    remedy: note('Use virtio or SCSI, or let the guest write to it.'),
  });
}

/** Bad: removing a SATA disk of a VM that runs. */
export function assertBusIsHot(
  vm: Named & { readonly state: VmState },
  { name, bus }: Pick<DiskRow, 'name' | 'bus'>,
  field: 'bus' | 'disk',
): void {
  if (whyNotHot(vm.state, bus) === null) return;
  throw new AppError('NOT_SUPPORTED', `The disk "${name}" is on SATA, and the VM "${vm.name}" runs`, {
    rule: 'DISKS',
    field,
    remedy: run(
      'vms.shutdown',
      { vm: vm.name },
      'A disk on SATA is added or removed while the VM is down; virtio and SCSI also while it runs.',
    ),
  });
}

/** Bad: 20 GiB for a disk of 40 GiB: what lies beyond would be lost. */
export function assertGrows(disk: Pick<DiskRow, 'name' | 'sizeBytes'>, sizeBytes: number): void {
  if (sizeBytes > disk.sizeBytes) return;
  const what = sizeBytes === disk.sizeBytes ? 'already has this size' : `can't shrink from ${diskSize(disk.sizeBytes)}`;
  throw new AppError('BAD_INPUT', `The disk "${disk.name}" ${what}`, {
    rule: 'DISKS',
    field: 'sizeBytes',
    remedy: note(`Enter more than ${diskSize(disk.sizeBytes)}. Data beyond a smaller size would be lost.`),
  });
}

/** Bad: growing the boot disk of a tiny guest, which has none, or of a VM that uses a file in place. */
export function assertBootDiskGrows(vm: Pick<VmRow, 'name' | 'boot'>): void {
  if (vm.boot.kind === 'image') return;
  const why = vm.boot.kind === 'disk' ? `is a file of yours, ${vm.boot.path}` : 'does not exist: it boots no image';
  throw new AppError('NOT_SUPPORTED', `The boot disk of the VM "${vm.name}" ${why}`, {
    rule: 'DISKS',
    field: 'disk',
    remedy: note(vm.boot.kind === 'disk' ? 'Grow it while the VM is down: qemu-img resize FILE SIZE' : 'Name a disk.'),
  });
}

/** Bad: 2 TiB on a host with 100 GiB free. `added`: the bytes that a full disk takes more than now. */
export function assertDiskFits(
  host: string,
  { added, roomBytes }: { readonly added: number; readonly roomBytes: number },
  field = 'sizeBytes',
): void {
  if (added <= roomBytes) return;
  throw new AppError(
    'NO_CAPACITY',
    `The host "${host}" does not have ${diskSize(added)} for disks: ${diskSize(roomBytes)} are free`,
    {
      rule: 'DISKS',
      field,
      remedy: note('Choose a smaller size, or free space on the host.'),
    },
  );
}

/** Bad: removing a disk whose state a snapshot keeps: reverting to it would need the disk. */
export function assertNoSnapshotHas(tx: Repositories, vm: VmRow, disk: Named): void {
  const snapshot = tx.snapshots
    .ofVm(vm.id)
    .find(({ id }) =>
      tx.snapshotVms
        .ofSnapshot(id)
        .some((part) => part.vmId === vm.id && part.kept.disks.some((d) => d.id === disk.id)),
    );
  if (snapshot === undefined) return;
  throw new AppError(
    'RULE_BROKEN',
    `The snapshot "${snapshot.name}" of the VM "${vm.name}" has the disk "${disk.name}"`,
    {
      rule: 'DISKS',
      field: 'disk',
      remedy: run('snapshots.remove', { snapshot: snapshot.name }),
    },
  );
}

/** Bad: a snapshot of a VM with a raw disk, or a copy of it: only qcow2 files hold earlier states. */
export function assertDisksHoldSnapshots(tx: Pick<Repositories, 'disks'>, vms: readonly VmRow[]): void {
  for (const vm of vms) {
    const raw = tx.disks.ofVm(vm.id).find(({ format }) => format === 'raw');
    if (raw === undefined) continue;
    throw new AppError(
      'NOT_SUPPORTED',
      `The disk "${raw.name}" of the VM "${vm.name}" can't hold snapshots: its format is raw`,
      {
        rule: 'DISKS',
        field: 'vms',
        remedy: note('Leave this VM out, or replace the disk with a qcow2 disk.'),
      },
    );
  }
}

/** Bad: reverting a VM that got a disk after the snapshot, which says nothing of its content. */
export function assertDisksAreOfSnapshot(tx: Pick<Repositories, 'disks'>, vm: VmRow, kept: readonly Named[]): void {
  const later = tx.disks.ofVm(vm.id).find(({ id }) => !kept.some((disk) => disk.id === id));
  if (later === undefined) return;
  throw new AppError('RULE_BROKEN', `The disk "${later.name}" was added to the VM "${vm.name}" after the snapshot`, {
    rule: 'SNAPSHOT',
    field: 'snapshot',
    remedy: run('disks.remove', { vm: vm.name, disk: later.name }, 'Its file goes to the trash.'),
  });
}
