import type { VmDriver } from '../../../engine/ports/host-driver';
import type { ObservedNic, ObservedVm } from '../../../engine/ports/observed';

interface Memory {
  readonly vms: readonly ObservedVm[];
  readonly taps: string;
}

/**
 * The VMs as they were last read. Reading them takes two virsh, more than all else of a look at a small host. They may be
 * told again as long as libvirt has reported nothing, we have changed none, and the very same taps are in the very same
 * bridges; whoever starts, ends or moves a VM's NIC shows there.
 */
export class RememberedVms {
  private memory: Memory | null = null;
  private generation = 0;

  /** Something was heard, or done: what was read up to now may be old. */
  forget(): void {
    this.generation += 1;
    this.memory = null;
  }

  /** Call it before a reading begins; what is heard while it goes on keeps it from being remembered. */
  get mark(): number {
    return this.generation;
  }

  /**
   * Keeps a reading that began at `mark`. Only a whole one: a tap that no VM owns belongs to one that libvirt is just
   * starting, or to nobody. `except` is a tap that never belongs to a VM.
   */
  remember(mark: number, vms: readonly ObservedVm[] | null, nics: readonly ObservedNic[], except: string | null): void {
    const owned = new Set(vms?.flatMap((vm) => vm.vnics.map((vnic) => vnic.tap)) ?? []);
    const whole = nics.every((nic) => !isTap(nic) || nic.name === except || owned.has(nic.name));
    if (vms !== null && whole && mark === this.generation) this.memory = { vms, taps: tapsIn(nics) };
  }

  /** The VMs, when nothing speaks against it that they are as they were. */
  recall(nics: readonly ObservedNic[]): readonly ObservedVm[] | null {
    return this.memory !== null && this.memory.taps === tapsIn(nics) ? this.memory.vms : null;
  }

  get any(): boolean {
    return this.memory !== null;
  }
}

const isTap = (nic: ObservedNic): boolean => nic.kind === 'tun';

function tapsIn(nics: readonly ObservedNic[]): string {
  const taps = nics.filter(isTap).map(({ name, mac, master, up }) => `${name} ${mac} ${master} ${up}`);
  return taps.sort().join('\n');
}

/** The same driver, which makes the memory forget before and after each change of a VM, also one that fails. */
export function forgetting(driver: VmDriver, memory: RememberedVms): VmDriver {
  const changing = async <T>(work: Promise<T>): Promise<T> => {
    memory.forget();
    try {
      return await work;
    } finally {
      memory.forget();
    }
  };
  return {
    define: (spec, signal, progress) => changing(driver.define(spec, signal, progress)),
    mover: {
      inspect: (spec, signal) => driver.mover.inspect(spec, signal),
      pack: (spec, signal) => driver.mover.pack(spec, signal),
      read: (vmId, file, signal) => driver.mover.read(vmId, file, signal),
      hash: (vmId, file, signal) => driver.mover.hash(vmId, file, signal),
      expect: (spec, pack, signal) => changing(driver.mover.expect(spec, pack, signal)),
      receive: (vmId, file, content, signal) => driver.mover.receive(vmId, file, content, signal),
      land: (spec, pack, signal, choice) => changing(driver.mover.land(spec, pack, signal, choice)),
      discard: (vmId, signal) => changing(driver.mover.discard(vmId, signal)),
    },
    adopt: (vmId, vnics, signal) => changing(driver.adopt(vmId, vnics, signal)),
    release: (vmId, signal) => changing(driver.release(vmId, signal)),
    diskFormat: (vmId, path, signal) => driver.diskFormat(vmId, path, signal),
    act: (vmId, verb, signal) => changing(driver.act(vmId, verb, signal)),
    remove: (vmId, disks, signal) => changing(driver.remove(vmId, disks, signal)),
    untrash: (vmId, signal) => driver.untrash(vmId, signal),
    emptyTrash: (vmIds, signal) => driver.emptyTrash(vmIds, signal),
    plug: (vmId, vnic, signal) => changing(driver.plug(vmId, vnic, signal)),
    unplug: (vmId, vnic, signal) => changing(driver.unplug(vmId, vnic, signal)),
    update: (vmId, vnic, signal) => changing(driver.update(vmId, vnic, signal)),
    openConsole: (vmId, signal) => driver.openConsole(vmId, signal),
    openScreen: (vmId, signal) => driver.openScreen(vmId, signal),
    snapshots: {
      freeze: (vmIds, signal) => changing(driver.snapshots.freeze(vmIds, signal)),
      thaw: (vmIds, signal) => changing(driver.snapshots.thaw(vmIds, signal)),
      take: (snapshotId, vmId, signal) => changing(driver.snapshots.take(snapshotId, vmId, signal)),
      wake: (snapshotId, vmId, signal) => changing(driver.snapshots.wake(snapshotId, vmId, signal)),
      revert: (snapshotId, vmId, signal) => changing(driver.snapshots.revert(snapshotId, vmId, signal)),
      forget: (snapshotId, vmIds, signal) => driver.snapshots.forget(snapshotId, vmIds, signal),
      copyDisks: (fromId, toId, signal) => driver.snapshots.copyDisks(fromId, toId, signal),
      renew: (vmId, signal) => changing(driver.snapshots.renew(vmId, signal)),
    },
  };
}
