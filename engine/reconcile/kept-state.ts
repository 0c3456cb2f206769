import type { Clock } from '../ports/clock';
import type { ObservedHost } from '../ports/observed';
import type { BusyVms } from './busy-vms';

/** The full observation every minute replaces what is kept. */
const LIFE_MS = 60_000;

/** One observation, and what was known when it began. */
interface Begun {
  readonly generation: number;
  readonly turns: number;
  readonly at: number;
}

/**
 * What the last reconcile of a host read back from it when all was as desired. It is current as long as nothing says otherwise since that
 * observation began: no notice of the host's watchers, no action on a VM, nothing else that was done to the host, no failed change,
 * no lost connection, and less than a minute. Then a VM can start, and a change of the desired state can be planned, without another
 * observation first; the change itself checks what it touches, and is always read back.
 */
export class KeptState {
  private kept: (Begun & { readonly observed: ObservedHost }) | null = null;
  private begun: Begun | null = null;
  /** Counts what makes earlier observations stale. */
  private generation = 0;

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

  /** An observation begins. */
  begin(): void {
    this.begun = { generation: this.generation, turns: this.busy.endedOn(this.hostId), at: this.clock.now() };
  }

  /** Keeps the observation that began last; only one in which the host was as desired. */
  keep(observed: ObservedHost): void {
    this.kept = this.begun && { ...this.begun, observed };
  }

  /** The host as last read back, if it is current; null: observe it. */
  get current(): ObservedHost | null {
    const { kept } = this;
    if (!kept || kept.generation !== this.generation || kept.turns !== this.busy.endedOn(this.hostId)) return null;
    // A clock that was set back proves nothing.
    const age = this.clock.now() - kept.at;
    return age >= 0 && age < LIFE_MS ? kept.observed : null;
  }
}
