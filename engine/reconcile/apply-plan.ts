import { type Plan, plan } from '../plan/plan';
import { inverseOf } from '../plan/inverse';
import type { ChangeGroup, CommandFailure, GroupOutcome } from '../ports/changes';
import type { HostDriver } from '../ports/host-driver';
import type { Failure, ReconcileResult, SettledState } from './record/result';

/** So many rounds a plan needs at most: names that wait for each other, or a tunnel that starts before its ends. */
const PLAN_ROUNDS = 3;
/** And one for changes in the meantime. */
const MAX_ROUNDS = PLAN_ROUNDS + 1;

interface Applying {
  readonly driver: Pick<HostDriver, 'apply'>;
  readonly signal: AbortSignal;
  /** The first observation, and its plan. */
  readonly found: SettledState;
  readonly first: Plan;
  /** Set if the first observation is an earlier one, which can have been outdated: called with the differences that the next one finds. */
  readonly afterKept?: ((left: Plan) => void) | undefined;
  /** Reads desired and observed state again. */
  observe(): Promise<SettledState>;
  /** Called once all groups have been tried. True: the host may have changed, observe again. */
  beforeLast?(): Promise<boolean>;
}

const keyOf = (group: { networkId: string | null; bridge: string }): string => group.networkId ?? group.bridge;

const tunnelOf = ({ wanted: { tunnel } }: SettledState): string => JSON.stringify(tunnel?.spec ?? null);

/**
 * Applies a plan, and observes and plans again until nothing differs. One network is all or nothing: a group that fails is undone,
 * not retried in this reconcile, and does not block the others.
 */
export async function applyPlan(applying: Applying): Promise<ReconcileResult> {
  const { driver, signal, first, afterKept } = applying;
  const failures = new Map<string, Failure>();
  const applied: ChangeGroup[] = [];
  const tried = new Set<string>();
  let last = applying.found;
  let left = first;
  let roundsSinceMove = Infinity;
  const observe = async (): Promise<void> => {
    const before = tunnelOf(last);
    last = await applying.observe();
    roundsSinceMove = tunnelOf(last) === before ? roundsSinceMove + 1 : 0;
    left = plan(last.wanted, last.observed);
  };
  for (let round = afterKept ? -1 : 0; round < MAX_ROUNDS; round += 1) {
    const groups = left.groups.filter((group) => !failures.has(keyOf(group)));
    if (groups.length === 0) break;
    for (const group of groups) tried.add(keyOf(group));
    const outcomes = await driver.apply(groups, signal);
    applied.push(...groups.filter((_, i) => outcomes[i]?.ok));
    for (const failure of await undoFailed(applying, groups, outcomes)) failures.set(keyOf(failure), failure);
    await observe();
    if (round >= 0) continue;
    for (const key of mistaken(groups, outcomes, left)) failures.delete(key);
    afterKept?.(left);
  }
  if (await applying.beforeLast?.()) await observe();
  for (const problem of left.problems) failures.set(problem.networkId, problem);
  // The subject of a change may have disappeared (a VM ended, and its tap with it): that is no failure.
  const differs = new Set([...left.groups, ...left.problems].map(keyOf));
  const remaining = [...failures.values()].filter((failure) => differs.has(keyOf(failure)));
  const drifted = new Set(left.findings.flatMap((finding) => (finding.expected ? [] : [keyOf(finding)])));
  // Other hosts' keys become known while this one is reconciled: what came too late for all its rounds is for the next reconcile.
  const isTooLate = (group: ChangeGroup): boolean =>
    !tried.has(keyOf(group)) || (roundsSinceMove < PLAN_ROUNDS && !drifted.has(keyOf(group)));
  const tooLate = left.groups.filter((group) => isTooLate(group) && !failures.has(keyOf(group)));
  const waiting = waitingFor(tooLate, left).filter((key) => !failures.has(key) && !drifted.has(key));
  const untried = new Set([...tooLate.map(keyOf), ...waiting]);
  return { last, first, left, failures: remaining, untried, applied };
}

/** Networks with nothing to change before the host's tunnel is as it should be: their tunnel ends come a round later. */
function waitingFor(groups: readonly ChangeGroup[], { groups: all, findings }: Plan): string[] {
  if (!groups.some(({ networkId }) => networkId === null)) return [];
  const grouped = new Set(all.map(keyOf));
  return findings.flatMap(({ networkId }) => (networkId === null || grouped.has(networkId) ? [] : [networkId]));
}

/**
 * Groups that failed at once and that nobody would try now: the host was not as the plan took it to be. They are planned again. One that is
 * planned as before has failed.
 */
function mistaken(groups: readonly ChangeGroup[], outcomes: readonly GroupOutcome[], left: Plan): string[] {
  const now = new Map(left.groups.map((group) => [keyOf(group), JSON.stringify(group)]));
  return groups.flatMap((group, i) => {
    const outcome = outcomes[i];
    const isFailed = outcome !== undefined && !outcome.ok && outcome.done === 0;
    return isFailed && now.get(keyOf(group)) !== JSON.stringify(group) ? [keyOf(group)] : [];
  });
}

/** Undoes the groups that failed half-way, all in one batch, and returns why each failed. */
async function undoFailed(
  { driver, signal }: Applying,
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
      ? await driver.apply(
          toUndo.map(({ undo }) => undo),
          signal,
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
  if (!failedUndo) return { networkId, bridge, message: failure.message, remedy: failure.remedy };
  const { undo, outcome } = failedUndo;
  const left = undo.changes
    .slice(outcome.done)
    .map(({ kind }) => kind)
    .join(', ');
  const message = `${failure.message}; undoing it failed too (${outcome.failure.message}), these undo steps are left: ${left}`;
  return { networkId, bridge, message, remedy: failure.remedy };
}
