import type { HostPayload } from '../core/jobs/payload';
import {
  AppError,
  HOST_TEXTS,
  type HostTexts,
  type JobTitle,
  note,
  say,
  type StepResult,
  type Subjects,
  someNames,
} from '../../contract';
import type { Core } from '../context';
import type { JobDraft, Scope } from '../core/scope';
import { newId } from '../core/ids';
import type { RunningJob } from '../core/jobs/job-kinds';
import { attachNewHost } from '../networks/attaching';
import type { HostHow } from '../ports/hosts';
import type { HostRow, JobRow, Repositories } from '../ports/store';
import type { Connected, HostActor } from '../reconcile/host-actor';
import { reconciled } from '../reconcile/converge-job';
import { sortedLabels } from './labels';
import { assertHostStateAllows, ruleO5HostNameIsUnique, assertOneLocalHost } from './rules';

interface Draft extends Partial<HostTexts> {
  readonly name: string;
  readonly cluster: string;
  readonly labels?: readonly string[] | undefined;
  readonly how: HostHow;
}

/**
 * Writes a new host that is to be connected, and the desired state that it has its cluster's isolated networks (S7: nothing is
 * asked).
 */
export function addHost(scope: Scope, draft: Draft): HostRow {
  const { tx } = scope;
  const { name, cluster, labels = [], how } = draft;
  ruleO5HostNameIsUnique(name, tx.hosts.list());
  assertOneLocalHost(how.kind, tx.hosts.list());
  const row: HostRow = {
    id: newId(),
    clusterId: scope.refs.cluster(cluster).id,
    name,
    kind: how.kind,
    how,
    ...HOST_TEXTS.empty,
    ...HOST_TEXTS.given(draft),
    labels: sortedLabels(labels),
    state: 'installing',
    reason: null,
    lastSeenAt: null,
    bootId: null,
    capabilities: null,
    memoryFreeMiB: null,
    createdAt: scope.now,
  };
  tx.hosts.insert(row);
  attachNewHost(tx, row);
  scope.emit('host.added', 'normal', say('host.added', { host: name, kind: how.kind }), subjectsOf(row));
  return row;
}

export const subjectsOf = (host: HostRow): Subjects => ({ hostId: host.id, clusterId: host.clusterId });

/** Kinds of job that remove their host. */
const REMOVING: ReadonlySet<string> = new Set(['hosts.remove', 'labs.remove', 'demo.remove']);
/** Kinds of job that remove all hosts of their data center. */
const CLEARING: ReadonlySet<string> = new Set(['scenario.remove', 'scenario.reset']);

/** Bad: activating a host that is being removed, or removing it twice. */
export function assertNotBeingRemoved(tx: Repositories, host: HostRow): void {
  const place = tx.clusters.get(host.clusterId)?.dataCenterId;
  const takes = ({ kind, subjects }: JobRow): boolean =>
    (REMOVING.has(kind) && subjects.hostId === host.id) || (CLEARING.has(kind) && subjects.dataCenterId === place);
  if (!tx.jobs.inState(['queued', 'running']).some(takes)) return;
  throw new AppError('STATE_ILLEGAL', `The host "${host.name}" is being removed`, { field: 'host' });
}

/** Writes that a host is active again. Its state is unknown until it is observed, so nothing on it counts as drift. */
export function beginActivation({ tx, emit }: Scope, host: HostRow): void {
  assertHostStateAllows(host, 'activate');
  assertNotBeingRemoved(tx, host);
  tx.hosts.update(host.id, { state: 'connecting', reason: null });
  emit(
    'host.state',
    'normal',
    say('host.state', { host: host.name, state: 'connecting', reason: null }),
    subjectsOf(host),
  );
  for (const row of tx.attachments.ofHost(host.id)) tx.attachments.update(row, { state: 'pending', message: null });
}

/** A job that brings a host up: connect, then validate and create its networks. */
export function activateJob(kind: string, title: JobTitle, host: HostRow): JobDraft {
  const steps = [
    { title: say('step.host.connect', { host: host.name }), hostId: host.id },
    { title: say('step.host.validate', { host: host.name }), hostId: host.id },
  ];
  return { kind, title, payload: { hostId: host.id }, subjects: subjectsOf(host), steps };
}

/** Runs such a job. It fails if the host is not up at its end; the host's actor continues to retry. */
export async function runActivateJob(core: Core, job: RunningJob<HostPayload>): Promise<void> {
  const { hostId } = job.payload;
  await activate(core, job, hostId, 1);
}

/** Steps `first` (connect) and the one after it (validate) of a job. */
export async function activate(core: Core, job: RunningJob, hostId: string, first: number): Promise<void> {
  const { host, actor } = await actorToActivate(core, hostId);
  let connected: Connected = { first: null };
  await job.step(first, async (signal) => {
    connected = await waitFor(actor.connect(), signal);
    return null;
  });
  await job.step(first + 1, async (signal) => validate(host, actor, connected, signal));
}

/** Both in one: connects a host and creates its networks. Returns the report; throws if the host lacks any. */
export async function bringUp(core: Core, hostId: string, signal: AbortSignal): Promise<StepResult> {
  const { host, actor } = await actorToActivate(core, hostId);
  return validate(host, actor, await waitFor(actor.connect(), signal), signal);
}

async function actorToActivate(core: Core, hostId: string): Promise<{ host: HostRow; actor: HostActor }> {
  const host = core.store.hosts.get(hostId);
  if (!host) throw new AppError('NOT_FOUND', 'The host was removed in the meantime');
  // A host that is put into maintenance while it is being added or activated stays there.
  if (host.state === 'maintenance') throw new AppError('STATE_ILLEGAL', `The host "${host.name}" is in maintenance`);
  await core.actors.left(hostId);
  return { host, actor: core.actors.ensure(host) };
}

/** The reconcile that follows the connection validates the host: it began after the activation. Only if that found a fault is there another. */
async function validate(
  host: HostRow,
  actor: HostActor,
  { first }: Connected,
  signal: AbortSignal,
): Promise<StepResult> {
  const validated = first && (await waitFor(first, signal).catch(() => null));
  const report = validated?.lacking.length === 0 ? validated : await actor.converge(signal);
  if (report.lacking.length === 0) return reconciled(report);
  const hint = report.failures[0]?.message;
  const lacking = someNames(report.lacking.map((name) => `"${name}"`));
  const message = `${host.name} is non-operational: it does not have the required ${report.lacking.length === 1 ? 'network' : 'networks'} ${lacking}`;
  throw new AppError('JOB_FAILED', message, hint === undefined ? {} : { remedy: note(hint) });
}

/** Waits for shared work: an abort ends the waiting, not the work. */
function waitFor<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new AppError('CANCELLED', 'It was cancelled'));
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
