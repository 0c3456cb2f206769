import { KeyedQueue } from '../core/keyed-queue';

/** VM actions that one host runs at once: a start under TCG takes a core, and libvirt serializes much of it anyway. */
const VERBS_PER_HOST = 4;

/** The VMs that were busy at some time during an observation. */
export interface BusyWatch {
  has(vmId: string): boolean;
  anyOn(hostId: string): boolean;
  /** Ends the watch; call it once the observation has been evaluated. */
  end(): void;
}

/**
 * Tracks which VMs are being changed. One action at a time for each VM, four for each host. While we change a VM its taps come and
 * go because of us, so converge ignores them and nothing is reported as drift.
 */
export class BusyVms {
  private readonly perVm = new KeyedQueue(1);
  private readonly perHost = new KeyedQueue(VERBS_PER_HOST);
  private readonly hostOf = new Map<string, string>();
  private readonly reserved = new Set<string>();
  /** How many actions run now, by host; long work that is no action of it is not counted. */
  private readonly acting = new Map<string, number>();
  private readonly idlers = new Map<string, Set<() => void>>();
  /** How many turns have ended, by host. */
  private readonly ended = new Map<string, number>();
  /** For each running observation: VMs that were busy since it began, and their hosts. */
  private readonly watches = new Set<Map<string, string>>();

  /** Runs `work` when it is the VM's turn on its host. Throws CANCELLED if `signal` aborts while it waits. */
  turn<T>(hostId: string, vmId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.turns(hostId, [vmId], signal, work);
  }

  /**
   * Runs `work` when it is the VM's turn, for long work that is no action of a host (a copy of its disks): it does not count as one
   * of the host's actions.
   */
  alone<T>(hostId: string, vmId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.perVm.run(vmId, signal, () => this.during(hostId, [vmId], work));
  }

  /** One turn for many VMs of a host at once; it counts as one action of the host. */
  turns<T>(hostId: string, vmIds: readonly string[], signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    // A global order, so that two requests for the same VMs never deadlock.
    const ids = [...vmIds].sort();
    const hold = (at: number): Promise<T> => {
      const id = ids[at];
      if (id !== undefined) return this.perVm.run(id, signal, () => hold(at + 1));
      return this.perHost.run(hostId, signal, () => this.act(hostId, () => this.during(hostId, ids, work)));
    };
    return hold(0);
  }

  private async act<T>(hostId: string, work: () => Promise<T>): Promise<T> {
    this.acting.set(hostId, this.actingOn(hostId) + 1);
    try {
      return await work();
    } finally {
      this.acting.set(hostId, this.actingOn(hostId) - 1);
      if (this.actingOn(hostId) === 0) {
        for (const idle of this.idlers.get(hostId) ?? []) idle();
        this.idlers.delete(hostId);
      }
    }
  }

  /** How many actions on VMs of this host run now. */
  actingOn(hostId: string): number {
    return this.acting.get(hostId) ?? 0;
  }

  /** Calls back once no action runs on a host. Returns the function that cancels it. */
  whenIdle(hostId: string, idle: () => void): () => void {
    const idlers = this.idlers.get(hostId) ?? new Set();
    this.idlers.set(hostId, idlers.add(idle));
    return () => void idlers.delete(idle);
  }

  private async during<T>(hostId: string, vmIds: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const vmId of vmIds) {
      this.hostOf.set(vmId, hostId);
      for (const seen of this.watches) seen.set(vmId, hostId);
    }
    try {
      return await work();
    } finally {
      this.ended.set(hostId, this.endedOn(hostId) + 1);
      for (const vmId of vmIds) {
        this.hostOf.delete(vmId);
        this.reserved.delete(vmId);
      }
    }
  }

  /**
   * Announces a turn, so that the state in which a killed engine left the VM is not mistaken for an outside change. Ends with that
   * turn, or by `release`.
   */
  reserve(vmId: string): void {
    this.reserved.add(vmId);
  }

  release(vmId: string): void {
    this.reserved.delete(vmId);
  }

  /** Whether a VM of this host is being changed now. */
  anyOn(hostId: string): boolean {
    return [...this.hostOf.values()].includes(hostId);
  }

  /** How many turns have ended on a host: the host can differ from what was observed before. */
  endedOn(hostId: string): number {
    return this.ended.get(hostId) ?? 0;
  }

  has(vmId: string): boolean {
    return this.hostOf.has(vmId) || this.reserved.has(vmId);
  }

  /**
   * Starts a watch. An observation takes time: it reads links first and VMs later, so a VM that changes during it is observed half
   * old and half new, even if its turn is over when the observation is evaluated.
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
