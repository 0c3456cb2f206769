import type { Remedy } from '../../../contract';
import type { WantedHost } from '../../plan/model/wanted';
import type { Plan } from '../../plan/plan';
import type { ChangeGroup } from '../../ports/changes';
import type { ObservedHost } from '../../ports/observed';

/** Why one network could not be brought to its desired state. */
export interface Failure {
  readonly networkId: string | null;
  readonly bridge: string;
  readonly message: string;
  readonly remedy: Remedy | null;
}

/** The desired and the observed state of a host, without in-flight changes. */
export interface SettledState {
  readonly wanted: WantedHost;
  readonly observed: ObservedHost;
  /** Something was ignored for now: observe again after GRACE_MS. */
  readonly unsettled: boolean;
}

/** The outcome of one reconcile. */
export interface ReconcileResult {
  /** Desired and observed state at the end; what is recorded. */
  readonly last: SettledState;
  /** The differences at first, and those at the end. */
  readonly first: Plan;
  readonly left: Plan;
  readonly failures: readonly Failure[];
  /** Ids of networks whose differences appeared too late in this reconcile to be handled. */
  readonly untried: ReadonlySet<string>;
  /** Groups that took effect, in order. */
  readonly applied: readonly ChangeGroup[];
}
