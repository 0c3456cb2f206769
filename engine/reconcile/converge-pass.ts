import { type Plan, plan } from '../plan/plan';
import { inverseOf } from '../plan/inverse';
import { words } from '../plan/words';
import type { WantedHost } from '../plan/model/wanted';
import type { ChangeGroup, CommandFailure, GroupOutcome } from '../ports/changes';
import type { HostDriver } from '../ports/host-driver';
import type { Judged } from './strangers';

/** Three rounds are the most that a plan needs (names that wait for each other), and one for what changed meanwhile. */
const MAX_ROUNDS = 4;

/** Why one network could not be made as wanted. */
export interface Failure {
  readonly networkId: string | null;
  readonly bridge: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface PassResult {
  /** What was wanted and seen at last; the truth to be recorded. */
  readonly last: Judged;
  /** What differed at first, and what still does. */
  readonly first: Plan;
  readonly left: Plan;
  readonly failures: readonly Failure[];
  /** Ids of networks that came to differ (wishes came in, someone meddled) too late for this pass to do anything about them. */
  readonly untried: ReadonlySet<string>;
  /** Groups that took effect, in order. */
  readonly applied: readonly ChangeGroup[];
}

interface Pass {
  readonly driver: Pick<HostDriver, 'apply'>;
  readonly signal: AbortSignal;
  /** Wanted and observed, afresh. */
  look(): Promise<Judged>;
  /** Hears what differs before anything is changed. */
  onFound(first: Plan, wanted: WantedHost): void;
  /** What is to be done before the last look, once all groups have been tried. True: look again. */
  beforeLast?(): Promise<boolean>;
}

const keyOf = (group: { networkId: string | null; bridge: string }): string => group.networkId ?? group.bridge;

/**
 * The engine's one idea: observe, compare, change, and look again until nothing differs. One network is all or nothing: a
 * group that fails is undone, tried no more in this pass, and keeps no other from going on.
 */
export async function convergePass(pass: Pass): Promise<PassResult> {
  let seen = await pass.look();
  const first = plan(seen.wanted, seen.observed);
  if (first.findings.length > 0) pass.onFound(first, seen.wanted);
  const failures = new Map<string, Failure>();
  const applied: ChangeGroup[] = [];
  const tried = new Set<string>();
  let left = first;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const groups = left.groups.filter((group) => !failures.has(keyOf(group)));
    if (groups.length === 0) break;
    for (const group of groups) tried.add(keyOf(group));
    const outcomes = await pass.driver.apply(groups, pass.signal);
    groups.forEach((group, i) => {
      if (outcomes[i]?.ok) applied.push(group);
    });
    for (const failure of await undoFailed(pass, groups, outcomes)) failures.set(keyOf(failure), failure);
    seen = await pass.look();
    left = plan(seen.wanted, seen.observed);
  }
  if (await pass.beforeLast?.()) {
    seen = await pass.look();
    left = plan(seen.wanted, seen.observed);
  }
  for (const problem of left.problems) failures.set(problem.networkId, problem);
  // What was to be changed may have gone by itself meanwhile (a VM ended, and its tap with it): that is no failure.
  const differs = new Set([...left.groups, ...left.problems].map(keyOf));
  const standing = [...failures.values()].filter((failure) => differs.has(keyOf(failure)));
  const untried = left.groups.filter((group) => !tried.has(keyOf(group)) && !failures.has(keyOf(group)));
  return { last: seen, first, left, failures: standing, untried: new Set(untried.map(keyOf)), applied };
}

/** Undoes the groups that failed half-way, all in one batch, and says what each failed of. */
async function undoFailed(
  pass: Pass,
  groups: readonly ChangeGroup[],
  outcomes: readonly GroupOutcome[],
): Promise<Failure[]> {
  const failed = groups.flatMap((group, i) => {
    const outcome = outcomes[i];
    return outcome && !outcome.ok ? [{ group, failure: outcome.failure, undo: inverseOf(group, outcome.done) }] : [];
  });
  const toUndo = failed.filter(({ undo }) => undo.changes.length > 0);
  const undone =
    toUndo.length > 0
      ? await pass.driver.apply(
          toUndo.map(({ undo }) => undo),
          pass.signal,
        )
      : [];
  return failed.map((each) => {
    const outcome = undone[toUndo.indexOf(each)];
    return describe(each.group, each.failure, outcome && !outcome.ok ? { undo: each.undo, outcome } : null);
  });
}

type FailedUndo = { readonly undo: ChangeGroup; readonly outcome: Extract<GroupOutcome, { ok: false }> };

function describe(group: ChangeGroup, failure: CommandFailure, failedUndo: FailedUndo | null): Failure {
  const { networkId, bridge } = group;
  if (!failedUndo) return { networkId, bridge, message: failure.message, hint: failure.hint };
  const { undo, outcome } = failedUndo;
  const left = undo.changes.slice(outcome.done).map(words).join(', ');
  const message = `${failure.message}; undoing it failed too (${outcome.failure.message}), left to do: ${left}`;
  return { networkId, bridge, message, hint: failure.hint };
}
