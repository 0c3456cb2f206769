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
