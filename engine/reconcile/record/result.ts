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

/** The desired and the observed state of a host, without what is in flight. */
export interface SettledState {
  readonly wanted: WantedHost;
  readonly observed: ObservedHost;
  /** Something was left out for now: observe again after GRACE_MS. */
  readonly unsettled: boolean;
}

/** What one reconcile came to. */
export interface ReconcileResult {
  /** Desired and observed state at the end; what is recorded. */
  readonly last: SettledState;
  /** What differed at first, and what still does. */
  readonly first: Plan;
  readonly left: Plan;
  readonly failures: readonly Failure[];
  /** Ids of networks that came to differ too late in this reconcile to do anything about them. */
  readonly untried: ReadonlySet<string>;
  /** Groups that took effect, in order. */
  readonly applied: readonly ChangeGroup[];
}
