import type { Finding } from '../plan/model/finding';
import type { Clock } from '../ports/clock';
import type { HostDriver } from '../ports/host-driver';
import type { Log } from '../ports/log';
import type { ObservedHost } from '../ports/observed';
import type { Store } from '../ports/store';
import type { ObservedTunnel } from '../ports/stretch';
import type { BusyVms } from './busy-vms';
import type { DesiredHost } from './desired-host';
import type { InFlightFilter } from './in-flight-filter';
import type { Recorded } from './record/record-observed';

/** The context of one reconcile of a host. */
export interface Reconciling {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly busy: BusyVms;
  readonly hostId: string;
  readonly driver: HostDriver;
  readonly desired: DesiredHost;
  readonly recorded: Recorded;
  readonly inFlight: InFlightFilter;
  /** Networks whose DHCP and DNS server ran when the host was last observed. */
  readonly knownServices: ReadonlySet<string>;
  /** What was last observed of the host's tunnel; null: none. */
  readonly knownTunnel: ObservedTunnel | null;
  readonly signal: AbortSignal;
  /** VMs are read again in the first observation, even if the host has cached them. */
  readonly whole: boolean;
  /** The host as it was last read back, if nothing says that it has changed since; null: it is observed first. */
  readonly kept: ObservedHost | null;
  /**
   * The same for its networks, whatever has become of its VMs, if those are all that matters: where they are in order, and nothing has to
   * change, no observation is needed. Null: it matters.
   */
  readonly assured: ObservedHost | null;
  /** Drift that was repaired while the database could not record it; the next reconcile that can reports it. */
  readonly unreported: Map<string, readonly Finding[]>;
  /** Called just before each observation. */
  onObserve(): void;
  onObserved(observed: ObservedHost): void;
  /** Called when a restart of the host was recorded. */
  onRestarted(): void;
}
