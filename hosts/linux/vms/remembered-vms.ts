import type { ObservedNic, ObservedVm } from '../../../engine/ports/observed';

interface Memory {
  readonly vms: readonly ObservedVm[];
  readonly taps: string;
}

/**
 * The VMs as last read. Reading them takes two virsh, more than the rest of an observation of a small host. They stay valid while
 * libvirt has reported no event, we have changed none, and exactly the same taps are in the same bridges; starting or stopping a
 * VM, or moving its NIC, changes these.
 */
export class RememberedVms {
  private memory: Memory | null = null;
  private generation = 0;

  /** An event or action happened: earlier readings can be outdated. */
  forget(): void {
    this.generation += 1;
    this.memory = null;
  }

  /** Call before reading starts; an event during the reading prevents caching. */
  get mark(): number {
    return this.generation;
  }

  /**
   * Keeps a reading that started at `mark`. Only a complete one: a tap that no VM owns belongs to one that libvirt is just
   * starting, or to nothing. `except` is a tap that never belongs to a VM.
   */
  remember(mark: number, vms: readonly ObservedVm[] | null, nics: readonly ObservedNic[], except: string | null): void {
    const owned = new Set(vms?.flatMap((vm) => vm.vnics.map((vnic) => vnic.tap)) ?? []);
    const whole = nics.every((nic) => !isTap(nic) || nic.name === except || owned.has(nic.name));
    if (vms !== null && whole && mark === this.generation) this.memory = { vms, taps: tapsIn(nics) };
  }

  /** The VMs, if nothing indicates that they have changed. */
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
