import type { VmDriver, DriverVerb } from '../../../engine/ports/host-driver';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import type { LibvirtWatchdog } from './libvirt-watchdog';
import { quietTaps } from './quiet-taps';
import type { RememberedVms } from './remembered-vms';

interface Stages {
  readonly shell: Shell;
  /** Aborts work if libvirt hangs. */
  readonly pulse: LibvirtWatchdog;
  /** The VMs as last read. */
  readonly memory: RememberedVms;
  /** Starts the daemons that libvirt needs; undefined if the host's own init does so. */
  readonly revive: (() => Promise<void>) | undefined;
}

type Work<T> = (signal: AbortSignal) => Promise<T>;

/**
 * The driver of a host's VMs with everything around its own work. Each method takes one of three paths:
 *
 *     as it is   reads or writes files only
 *     asking     needs libvirt: fails soon if libvirt hangs
 *     changing   also changes a VM: drops the remembered VMs before and after, also if the work fails;
 *                with `taps`, the VM's new taps are made quiet before it returns (a start and a plug do that themselves)
 *
 * A start has the longest path: libvirt answers, its log daemon runs (`start`), memory dropped, virsh and
 * quiet taps, memory dropped.
 */
export function vmPipeline(driver: VmDriver, { shell, pulse, memory, revive }: Stages): VmDriver {
  const asking = <T>(signal: AbortSignal, work: Work<T>): Promise<T> => pulse.guard(signal, work);

  const changing = <T>(signal: AbortSignal, work: Work<T>): Promise<T> =>
    asking(signal, async (inner) => {
      memory.forget();
      try {
        return await work(inner);
      } finally {
        memory.forget();
      }
    });

  // The VM is busy until then, so a tap that is not quiet yet is not drift.
  const taps = (signal: AbortSignal, vmId: string, work: Work<void>): Promise<void> =>
    changing(signal, async (inner) => {
      await work(inner);
      await quietTaps(shell, vmId, inner);
    });

  const { copies, disks, mover, snapshots } = driver;
  return {
    define: (spec, signal, progress) => changing(signal, (inner) => driver.define(spec, inner, progress)),
    diskFormat: (vmId, path, signal) => driver.diskFormat(vmId, path, signal),
    act: (vmId, verb, signal) => {
      const act: Work<void> = (inner) => startable(driver, revive, vmId, verb, inner);
      return verb === 'resume' ? taps(signal, vmId, act) : changing(signal, act);
    },
    adopt: (vmId, vnics, signal, from) => changing(signal, (inner) => driver.adopt(vmId, vnics, inner, from)),
    whyNotAdopted: (vmId, signal) => asking(signal, (inner) => driver.whyNotAdopted(vmId, inner)),
    release: (vmId, signal, to) => changing(signal, (inner) => driver.release(vmId, inner, to)),
    remove: (vmId, disks, signal) => changing(signal, (inner) => driver.remove(vmId, disks, inner)),
    untrash: (vmId, signal) => driver.untrash(vmId, signal),
    emptyTrash: (vmIds, signal) => driver.emptyTrash(vmIds, signal),
    plug: (vmId, vnic, signal) => changing(signal, (inner) => driver.plug(vmId, vnic, inner)),
    unplug: (vmId, vnic, signal) => changing(signal, (inner) => driver.unplug(vmId, vnic, inner)),
    update: (vmId, vnic, signal) => taps(signal, vmId, (inner) => driver.update(vmId, vnic, inner)),
    changeMedium: (vmId, cdrom, signal, progress) =>
      changing(signal, (inner) => driver.changeMedium(vmId, cdrom, inner, progress)),
    definition: (vmId, signal) => asking(signal, (inner) => driver.definition(vmId, inner)),
    guest: (vmId, signal) => asking(signal, (inner) => driver.guest(vmId, inner)),
    pingFrom: (vmId, address, signal) => asking(signal, (inner) => driver.pingFrom(vmId, address, inner)),
    openConsole: (vmId, signal) => driver.openConsole(vmId, signal),
    openScreen: (vmId, signal) => asking(signal, (inner) => driver.openScreen(vmId, inner)),
    mover: {
      inspect: (spec, signal) => mover.inspect(spec, signal),
      pack: (spec, signal) => asking(signal, (inner) => mover.pack(spec, inner)),
      read: (vmId, file, signal) => mover.read(vmId, file, signal),
      hash: (vmId, file, signal) => mover.hash(vmId, file, signal),
      expect: (spec, pack, signal) => changing(signal, (inner) => mover.expect(spec, pack, inner)),
      receive: (vmId, file, content, signal) => mover.receive(vmId, file, content, signal),
      land: (spec, pack, signal, choice) => changing(signal, (inner) => mover.land(spec, pack, inner, choice)),
      discard: (vmId, signal) => changing(signal, (inner) => mover.discard(vmId, inner)),
    },
    disks: {
      room: (signal) => disks.room(signal),
      create: (vmId, disk, signal) => disks.create(vmId, disk, signal),
      fill: (vmId, disk, source, signal, progress) => disks.fill(vmId, disk, source, signal, progress),
      plug: (vmId, disk, signal) => changing(signal, (inner) => disks.plug(vmId, disk, inner)),
      grow: (vmId, disk, signal) => asking(signal, (inner) => disks.grow(vmId, disk, inner)),
      give: (vmId, disk, toVmId, signal) => changing(signal, (inner) => disks.give(vmId, disk, toVmId, inner)),
      trash: (vmId, disk, signal) => changing(signal, (inner) => disks.trash(vmId, disk, inner)),
      untrash: (vmId, disk, signal) => disks.untrash(vmId, disk, signal),
      usage: (spec, signal) => disks.usage(spec, signal),
    },
    copies: {
      copy: (from, to, copied, signal) => copies.copy(from, to, copied, signal),
      define: (from, to, copied, signal) => changing(signal, (inner) => copies.define(from, to, copied, inner)),
      open: (vm, diskId, signal) => copies.open(vm, diskId, signal),
    },
    snapshots: {
      freeze: (vmIds, signal) => changing(signal, (inner) => snapshots.freeze(vmIds, inner)),
      thaw: (vmIds, signal) => changing(signal, (inner) => snapshots.thaw(vmIds, inner)),
      take: (snapshotId, vmId, signal) => changing(signal, (inner) => snapshots.take(snapshotId, vmId, inner)),
      wake: (snapshotId, vmId, signal) => taps(signal, vmId, (inner) => snapshots.wake(snapshotId, vmId, inner)),
      revert: (snapshotId, vmId, signal) => taps(signal, vmId, (inner) => snapshots.revert(snapshotId, vmId, inner)),
      forget: (snapshotId, vmIds, signal) => asking(signal, (inner) => snapshots.forget(snapshotId, vmIds, inner)),
      copyDisks: (fromId, toId, disks, signal) => snapshots.copyDisks(fromId, toId, disks, signal),
      renew: (vmId, signal) => changing(signal, (inner) => snapshots.renew(vmId, inner)),
    },
  };
}

/** Runs an action. The end of libvirtd is noticed; that of its log daemon is not, and without it no VM starts. */
async function startable(
  driver: VmDriver,
  revive: Stages['revive'],
  vmId: string,
  verb: DriverVerb,
  signal: AbortSignal,
): Promise<void> {
  if (verb !== 'start' || revive === undefined) return driver.act(vmId, verb, signal);
  await revive();
  try {
    await driver.act(vmId, verb, signal);
  } catch (error) {
    // The daemon can have been ending just then.
    if (!(error instanceof CommandError && error.stderr.includes('virtlogd'))) throw error;
    await revive();
    await driver.act(vmId, verb, signal);
  }
}
