import type { BridgeChange, ChangeGroup, CommandFailure, GroupOutcome } from '../../engine/ports/changes';
import { throwIfCancelled } from '../cancelled';
import type { Shell } from '../shell';
import { deleteBridges } from './delete';
import type { Marked } from './batch';
import { checkedByBatch, guard } from './guard';
import { graceShell } from './grace-shell';
import { refusal, runRound, type Unit } from './rounds';
import { sealTable } from './seal';
import { lanesOf, stepsOf, type BatchedChange, type Steps } from './steps';

/** The number of groups per batch: about two tenths of a second, after which an aborted signal takes effect. */
const CHUNK = 500;

type Delete = Extract<BridgeChange, { kind: 'bridge.delete' }>;

/** The remaining changes of a group. */
interface Work {
  readonly group: ChangeGroup<BridgeChange>;
  readonly rest: Array<Delete | { readonly change: BatchedChange; readonly steps: Steps }>;
  done: number;
  failure: CommandFailure | null;
}

/**
 * Applies groups in batches across groups. Each group's changes keep their order; a group that fails stops there, the others
 * continue. `libvirtNetworks`: the folder of libvirt's networks there, whose bridges none of ours may be.
 * @throws AppError CANCELLED once the running batch has ended: observe the host again then
 */
export async function applyGroups(
  shell: Shell,
  storeId: string,
  groups: readonly ChangeGroup<BridgeChange>[],
  signal: AbortSignal,
  libvirtNetworks?: string,
): Promise<GroupOutcome[]> {
  throwIfCancelled(signal);
  const grace = graceShell(shell);
  const outcomes: GroupOutcome[] = [];
  for (let from = 0; from < groups.length; from += CHUNK) {
    const chunk = groups.slice(from, from + CHUNK);
    outcomes.push(...(await applyChunk(grace, { storeId, table: sealTable(storeId), libvirtNetworks }, chunk, signal)));
  }
  return outcomes;
}

/** The store whose bridges these are, and where its libvirt's networks are. */
interface Place {
  readonly storeId: string;
  readonly table: string;
  readonly libvirtNetworks: string | undefined;
}

async function applyChunk(
  shell: Shell,
  place: Place,
  groups: readonly ChangeGroup<BridgeChange>[],
  signal: AbortSignal,
): Promise<GroupOutcome[]> {
  const { storeId, table } = place;
  const begin = (): Work[] => groups.map((group) => workOf(group, table));
  let works = begin();
  if (!(await runFirst(shell, place, works, signal))) {
    works = begin();
    await guardAll(shell, storeId, works, signal);
  }
  for (;;) {
    const open = works.filter((work) => !work.failure && work.rest.length > 0);
    if (open.length === 0) break;
    await runDeletes(shell, storeId, table, open, signal);
    await runBatches(shell, place, open, signal);
  }
  return works.map(({ failure, done }) => (failure ? { ok: false, done, failure } : { ok: true }));
}

/** Runs the first batch, if it can check the marks itself. Returns false if nothing was run: `guardAll` finds out for each group. */
async function runFirst(shell: Shell, place: Place, works: readonly Work[], signal: AbortSignal): Promise<boolean> {
  const sound = works.filter((work) => !work.failure);
  const bridges = checkedByBatch(sound.map((work) => work.group));
  return bridges !== null && runBatches(shell, place, sound, signal, { storeId: place.storeId, bridges });
}

async function guardAll(shell: Shell, storeId: string, works: readonly Work[], signal: AbortSignal): Promise<void> {
  const sound = works.filter((work) => !work.failure);
  const groups = sound.map((work) => work.group);
  const foreign = await guard(shell, storeId, groups, signal);
  sound.forEach((work, at) => (work.failure = foreign[at] ?? null));
}

/** All steps are generated before anything runs: an invalid name refuses its group as a whole. */
function workOf(group: ChangeGroup<BridgeChange>, table: string): Work {
  try {
    const rest = group.changes.map((change) =>
      change.kind === 'bridge.delete' ? change : { change, steps: stepsOf(change, table) },
    );
    return { group, rest, done: 0, failure: null };
  } catch (error) {
    return { group, rest: [], done: 0, failure: refusal(error) };
  }
}

/** The link first, then its chains: in the other order it would be up and open for a moment. */
async function runDeletes(
  shell: Shell,
  storeId: string,
  table: string,
  open: readonly Work[],
  signal: AbortSignal,
): Promise<void> {
  const due = open.flatMap((work) => {
    const next = work.rest[0];
    return next && isDelete(next) ? [{ work, bridge: next.spec.bridge }] : [];
  });
  if (due.length === 0) return;
  const failures = await deleteBridges(
    shell,
    storeId,
    due.map(({ bridge }) => bridge),
    signal,
  );
  due.forEach(({ work }, at) => {
    work.failure = failures[at] ?? null;
  });
  const gone = due.filter(({ work }) => !work.failure);
  const units = gone.map(({ bridge }): Unit => ({
    name: bridge,
    steps: [stepsOf({ kind: 'seal.remove', bridge }, table)],
  }));
  const outcomes = await runRound(shell, table, units, signal);
  gone.forEach(({ work }, at) => {
    const outcome = outcomes?.[at];
    work.done += 1;
    work.rest.shift();
    if (outcome && !outcome.ok) work.failure = outcome.failure;
  });
}

/** Returns false if one of `marked` does not have its mark: nothing was run. */
async function runBatches(
  shell: Shell,
  { table, libvirtNetworks }: Place,
  open: readonly Work[],
  signal: AbortSignal,
  marked: Marked | null = null,
): Promise<boolean> {
  const due = open
    .filter((work) => !work.failure)
    .map((work) => ({ work, unit: { name: work.group.bridge, steps: takeUnit(work) } }))
    .filter(({ unit }) => unit.steps.length > 0);
  if (due.length === 0) return true;
  const units = due.map(({ unit }) => unit);
  const outcomes = await runRound(shell, table, units, signal, { marked, libvirtNetworks });
  if (outcomes === null) return false;
  due.forEach(({ work, unit }, at) => {
    const outcome = outcomes[at];
    if (outcome && !outcome.ok) work.failure = outcome.failure;
    work.done += outcome && !outcome.ok ? outcome.done : unit.steps.length;
  });
  return true;
}

/** Takes the next changes of a group that fit into one round: each starts in the batch in which its predecessor ends, or later. */
function takeUnit(work: Work): Steps[] {
  const steps: Steps[] = [];
  let lane = 0;
  for (let next = work.rest[0]; next && !isDelete(next); next = work.rest[0]) {
    const { first, last } = lanesOf(next.steps);
    if (first < lane) break;
    lane = last;
    steps.push(next.steps);
    work.rest.shift();
  }
  return steps;
}

function isDelete(item: Work['rest'][number]): item is Delete {
  return 'kind' in item;
}
