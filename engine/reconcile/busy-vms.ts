import { KeyedQueue } from '../core/keyed-queue';

/** VM verbs that one host runs at once: a start under TCG takes a core, and libvirt serialises much of it anyway. */
const VERBS_PER_HOST = 4;

/** Who was being changed at some moment of a look. */
export interface BusyWatch {
  has(vmId: string): boolean;
  anyOn(hostId: string): boolean;
  /** Ends the watch; call it when the look has been judged. */
  end(): void;
}

/**
 * Who is changing which VM. One verb at a time for each VM, four for each host. While we change a VM its taps come and go
 * by our own doing, so converge leaves them alone and nothing is told as drift.
 */
export class BusyVms {
  private readonly perVm = new KeyedQueue(1);
  private readonly perHost = new KeyedQueue(VERBS_PER_HOST);
  private readonly hostOf = new Map<string, string>();
  private readonly reserved = new Set<string>();
  /** For each look that is under way: VMs that were busy since it began, and their hosts. */
  private readonly watches = new Set<Map<string, string>>();

  /** Runs `work` when it is the VM's turn on its host. Throws CANCELLED if `signal` aborts while it waits. */
  turn<T>(hostId: string, vmId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.turns(hostId, [vmId], signal, work);
  }

  /**
   * Runs `work` when it is the VM's turn, for what takes long and is no verb of a host (a copy of its disks): it keeps no place
   * among the host's verbs.
   */
  alone<T>(hostId: string, vmId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.perVm.run(vmId, signal, () => this.during(hostId, [vmId], work));
  }

  /** One turn for many VMs of a host at once; it counts as one verb of the host. */
  turns<T>(hostId: string, vmIds: readonly string[], signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    // In one order for everybody, so that two who want the same VMs never wait for each other.
    const ids = [...vmIds].sort();
    const hold = (at: number): Promise<T> => {
      const id = ids[at];
      if (id !== undefined) return this.perVm.run(id, signal, () => hold(at + 1));
      return this.perHost.run(hostId, signal, () => this.during(hostId, ids, work));
    };
    return hold(0);
  }

  private async during<T>(hostId: string, vmIds: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const vmId of vmIds) {
      this.hostOf.set(vmId, hostId);
      for (const seen of this.watches) seen.set(vmId, hostId);
    }
    try {
      return await work();
    } finally {
      for (const vmId of vmIds) {
        this.hostOf.delete(vmId);
        this.reserved.delete(vmId);
      }
    }
  }

  /**
   * Says that a turn is about to come, so that the state in which a killed engine left the VM is not taken for something
   * that happened to it. Ends with that turn, or by `release`.
   */
  reserve(vmId: string): void {
    this.reserved.add(vmId);
  }

  release(vmId: string): void {
    this.reserved.delete(vmId);
  }

  has(vmId: string): boolean {
    return this.hostOf.has(vmId) || this.reserved.has(vmId);
  }

  /**
   * Watches from now on. A look is no instant: it reads links first and VMs later, so what it says of a VM that was changed
   * meanwhile is half old and half new, even when its turn is over by the time the look is judged.
   */
  watch(): BusyWatch {
    const seen = new Map(this.hostOf);
    this.watches.add(seen);
    return {
      has: (vmId) => seen.has(vmId) || this.reserved.has(vmId),
      anyOn: (hostId) => [...seen.values()].includes(hostId),
      end: () => void this.watches.delete(seen),
    };
  }
}
