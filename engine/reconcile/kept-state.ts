import type { Clock } from '../ports/clock';
import type { ObservedHost } from '../ports/observed';
import type { BusyVms } from './busy-vms';

/** The full observation every minute replaces what is kept. */
const LIFE_MS = 60_000;

/** One observation, and what was known when it began. */
interface Begun {
  readonly generation: number;
  readonly vmGeneration: number;
  readonly turns: number;
  readonly at: number;
}

/**
 * What the last reconcile of a host read back from it when all was as desired. It is current as long as nothing says otherwise since that
 * observation began: no notice of the host's watchers, no action on a VM, nothing else that was done to the host, no failed change,
 * no lost connection, and less than a minute. Then a change of the desired state can be planned without another
 * observation first; the change itself checks what it touches, and is always read back.
 *
 * Its networks are also current while nothing but VMs and their taps changes: no tap takes a bridge, its mark or its seal away. From them
 * a VM starts, and a vNIC is plugged in.
 */
export class KeptState {
  private kept: (Begun & { readonly observed: ObservedHost; readonly whole: boolean }) | null = null;
  private begun: Begun | null = null;
  /** Counts what makes earlier observations stale. */
  private generation = 0;
  /** Counts what only concerns the VMs in them. */
  private vmGeneration = 0;

  constructor(
    private readonly hostId: string,
    private readonly busy: BusyVms,
    private readonly clock: Clock,
  ) {}

  /** The host changed, or can have changed. */
  stale(): void {
    this.generation += 1;
    this.kept = null;
  }

  /** Only its VMs or their taps. */
  staleVms(): void {
    this.vmGeneration += 1;
  }

  /** An observation begins. */
  begin(): void {
    const { generation, vmGeneration } = this;
    this.begun = { generation, vmGeneration, turns: this.busy.endedOn(this.hostId), at: this.clock.now() };
  }

  /** Keeps the observation that began last, in which the networks were as desired. `whole`: and no VM was in motion. */
  keep(observed: ObservedHost, whole: boolean): void {
    this.kept = this.begun && { ...this.begun, observed, whole };
  }

  /** The host as last read back, if it is current; null: observe it. */
  get current(): ObservedHost | null {
    const { kept } = this;
    const isCurrent =
      kept?.whole === true && kept.vmGeneration === this.vmGeneration && kept.turns === this.busy.endedOn(this.hostId);
    return isCurrent ? this.networks : null;
  }

  /** The same for its networks: what it says of VMs and taps can be outdated. */
  get networks(): ObservedHost | null {
    const { kept } = this;
    if (kept?.generation !== this.generation) return null;
    // A clock that was set back proves nothing.
    const age = this.clock.now() - kept.at;
    return age >= 0 && age < LIFE_MS ? kept.observed : null;
  }
}
