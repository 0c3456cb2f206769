import type { ZodType } from 'zod';
import { say } from '../../../contract';
import { emitter } from '../events';
import type { JobRow, Repositories, VmRow } from '../../ports/store';

/** A payload has few keys, and each removal costs another validation. */
const MOST_REMOVALS = 20;

/**
 * The rest of a payload without the keys that its schema does not know, at any depth; `undefined` if that is no payload of its kind
 * either. Never used to do the job's work, which another version meant differently.
 */
export function knownPart<P>(schema: ZodType<P>, payload: unknown): P | undefined {
  const left = structuredClone(payload);
  for (let n = 0; n < MOST_REMOVALS; n += 1) {
    const { success, data, error } = schema.safeParse(left);
    if (success) return data;
    const unknown = error.issues.filter((issue) => issue.code === 'unrecognized_keys');
    if (unknown.length < error.issues.length) return undefined;
    for (const { path, keys } of unknown) for (const key of keys) remove(left, path, key);
  }
  return undefined;
}

function remove(from: unknown, path: readonly PropertyKey[], key: string): void {
  let at = from;
  for (const step of path) at = isObject(at) ? at[step] : undefined;
  if (isObject(at)) delete at[key];
}

const isObject = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null;

/** Every text in a payload, whatever shape another version gave it. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (isObject(value)) for (const inner of Object.values(value)) yield* textsIn(inner);
}

/** The VMs and snapshots that a job names. */
function namedBy(tx: Repositories, { payload, subjects }: JobRow): { vms: Set<string>; snapshots: Set<string> } {
  const ids = [...textsIn(payload), ...textsIn(subjects)];
  const snapshots = ids.filter((id) => tx.snapshots.get(id));
  const ofSnapshots = snapshots.flatMap((id) => tx.snapshotVms.ofSnapshot(id).map(({ vmId }) => vmId));
  return { vms: new Set([...ids, ...ofSnapshots]), snapshots: new Set(snapshots) };
}

const WHY = 'it was locked by a job of another version of Atoll, which could not be completed';

/**
 * Releases the locks of a job whose work this engine can't do: its kind or its payload is of another version. Locks of other open
 * jobs stay. The host's next report sets the state of a VM; one whose disks are in the trash is removed again, like one whose disks
 * can't be restored.
 */
export function releaseLocks(tx: Repositories, job: JobRow, at: string): void {
  const own = namedBy(tx, job);
  const others = tx.jobs.inState(['queued', 'running', 'interrupted']).filter(({ id }) => id !== job.id);
  for (const other of others) {
    const { vms, snapshots } = namedBy(tx, other);
    for (const id of vms) own.vms.delete(id);
    for (const id of snapshots) own.snapshots.delete(id);
  }
  for (const id of own.snapshots)
    if (tx.snapshots.get(id)?.state === 'locked') tx.snapshots.update(id, { state: 'ok' });
  for (const id of own.vms) {
    const vm = tx.vms.get(id);
    if (vm?.state === 'image_locked') release(tx, job, vm, at);
  }
}

function release(tx: Repositories, job: JobRow, vm: VmRow, at: string): void {
  const emit = emitter(tx, job.by, at);
  const subjects = { vmId: vm.id, jobId: job.id };
  if (tx.trash.get(vm.id)) {
    tx.vms.remove(vm.id);
    emit('vm.removed', 'error', say('vm.bring_back_failed', { vm: vm.name, error: WHY }), subjects);
    return;
  }
  const state = vm.hostId === null ? 'down' : 'unknown';
  tx.vms.update(vm.id, { state, reason: say('reason.vm.job_unreadable', {}), startedAt: null });
  emit('vm.state', 'warning', say('vm.state', { vm: vm.name, state }), subjects);
}
