import { z } from 'zod';
import { Id, Instant } from './common';
import { EventMessage, JobTitle, StepResult, StepTitle } from '../messages';
import { FINAL_TYPES } from './final-changes';
import { JobState, StepState } from './job-state';
import { readRemedy, Remedy } from './remedy';
import { Undoable, UndoOffer } from './undo';

export { JobState, StepState };

/**
 * Who did something: the OS user (of the oVirt API: its own) and the door. The engine itself is door `engine`; `unknown` is a change
 * made outside Atoll.
 */
export const Actor = z.object({
  user: z.string(),
  door: z.enum(['cli', 'browser', 'desktop', 'ovirt', 'engine', 'unknown']),
  /** By which a client of the oVirt API finds the jobs and events of its request. */
  correlation: z.string().optional(),
});
export type Actor = z.infer<typeof Actor>;

export const JobStep = z.object({
  /** Position in the job, from 1. */
  index: z.int(),
  title: StepTitle,
  hostId: Id.nullable(),
  state: StepState,
  /** Its result, or its progress. */
  message: StepResult.nullable(),
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});
export type JobStep = z.infer<typeof JobStep>;

export const Subjects = z.object({
  dataCenterId: Id.optional(),
  clusterId: Id.optional(),
  hostId: Id.optional(),
  networkId: Id.optional(),
  vmId: Id.optional(),
  vnicId: Id.optional(),
  imageId: Id.optional(),
  snapshotId: Id.optional(),
  promiseId: Id.optional(),
  jobId: Id.optional(),
  /** The number of the event that this undoes. */
  undoes: z.int().optional(),
});
export type Subjects = z.infer<typeof Subjects>;

/** Why a job failed or was cancelled. */
export const JobError = z.object({ code: z.string(), message: z.string(), remedy: Remedy.nullable() });
export type JobError = z.infer<typeof JobError>;

/** An error as stored. Versions before remedies were data stored a `hint`, a text: it is the note. */
export function readJobError(value: unknown): JobError {
  const of = (key: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  const [code, message, hint] = [of('code'), of('message'), of('hint')];
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    message: typeof message === 'string' ? message : '',
    remedy: readRemedy(of('remedy') ?? { note: hint }),
  };
}

export const Job = z.object({
  id: Id,
  /** The procedure that requested it, for example `networks.attach`. */
  kind: z.string(),
  title: JobTitle,
  state: JobState,
  error: JobError.nullable(),
  by: Actor,
  subjects: Subjects,
  steps: z.array(JobStep),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});
export type Job = z.infer<typeof Job>;

/** Jobs that remove all they had made when they fail: whoever wants it requests it again. */
export const ROLLED_BACK: ReadonlySet<string> = new Set(['vms.clone', 'vms.import', 'snapshots.add']);

/** Whether nothing is left of an import: it was cancelled, or none of its VMs could be marked. */
function isImportUndone({ kind, state, steps }: Pick<Job, 'kind' | 'state' | 'steps'>): boolean {
  if (kind !== 'hosts.import') return false;
  const marks = steps.filter(({ title }) => title.type === 'step.vm.mark');
  return state === 'cancelled' || (marks.length > 0 && marks.every((step) => step.state === 'failed'));
}

/** Whether a job that ended can be retried. One that failed by what it was given, such as a wrong checksum, would fail again. */
export const canRetry = ({ kind, state, error, steps }: Pick<Job, 'kind' | 'state' | 'error' | 'steps'>): boolean =>
  !ROLLED_BACK.has(kind) &&
  !isImportUndone({ kind, state, steps }) &&
  ((state === 'failed' && error?.code !== 'BAD_INPUT') || state === 'cancelled' || state === 'interrupted');

export const EVENT_TYPES = [
  'data_center.added',
  'data_center.updated',
  'data_center.removed',
  'cluster.added',
  'cluster.updated',
  'cluster.removed',
  'host.added',
  'host.state',
  'host.not_kept',
  'host.removed',
  'host.updated',
  'host.networks_set_up',
  'host.imported',
  'host.taken_over',
  'network.added',
  'network.updated',
  'network.rogue',
  'network.range_full',
  'tunnel.state',
  'tunnel.key',
  'network.removed',
  'network.attached',
  'network.detached',
  'network.deployed',
  'network.deploy_failed',
  'network.removed_from_host',
  'network.out_of_sync',
  'network.checked',
  'name.alike',
  'network.noted',
  'network.import_failed',
  'drift.detected',
  'drift.repaired',
  'drift.repair_failed',
  'vm.added',
  'vm.updated',
  'vm.removed',
  'vm.state',
  'vm.ended_from_outside',
  'vm.start_failed',
  'vm.moved',
  'vm.move_failed',
  'vm.imported',
  'vm.import_failed',
  'vm.forgotten',
  'network.apart',
  'promise.added',
  'promise.updated',
  'promise.removed',
  'promise.broken',
  'promise.kept',
  'promise.overridden',
  'outside.enabled',
  'outside.disabled',
  'forward.added',
  'forward.removed',
  'forward.opened',
  'forward.failed',
  'cdrom.added',
  'cdrom.changed',
  'cdrom.removed',
  'vnic.added',
  'vnic.removed',
  'vnic.plugged',
  'vnic.unplugged',
  'vnic.linked',
  'vnic.unlinked',
  'vnic.moved',
  'disk.added',
  'disk.resized',
  'disk.removed',
  'disk.moved',
  'disk.exported',
  'vm.exported',
  'image.added',
  'image.renamed',
  'image.removed',
  'snapshot.added',
  'snapshot.reverted',
  'snapshot.removed',
  'snapshot.failed',
  'lab.reset',
  'job.queued',
  'job.started',
  'job.step',
  'job.finished',
  'engine.started',
  'engine.stopped',
  'session.opened',
  'session.ended',
  'session.link_reused',
  'store.backed_up',
  'store.backup_failed',
  'store.backups_pruned',
  'store.backup_rule',
  'store.restored',
  'folder.allowed',
  'folder.removed',
  'api.enabled',
  'api.disabled',
  'api.password',
] as const;
export const EventType = z.enum(EVENT_TYPES);
export type EventType = z.infer<typeof EventType>;

export const Event = z.object({
  /** An increasing number; a disconnected client requests everything after the last one it saw. */
  seq: z.int(),
  at: Instant,
  type: EventType,
  severity: z.enum(['normal', 'warning', 'error']),
  message: EventMessage,
  by: Actor,
  subjects: Subjects,
  /** What it changed, if that can be undone. */
  undo: Undoable.nullable(),
});
export type Event = z.infer<typeof Event>;

/** Changes that have no job, and that nothing undoes. */
export const FINAL_CHANGES: ReadonlySet<EventType> = new Set<EventType>(FINAL_TYPES);

/**
 * The last thing that somebody did and did not undo: a change that can be undone, or a job or a change (its event) that can't. All null:
 * nothing yet.
 */
export const LastAction = z.object({
  offer: UndoOffer.nullable(),
  job: Job.nullable(),
  event: Event.nullable(),
});
export type LastAction = z.infer<typeof LastAction>;
