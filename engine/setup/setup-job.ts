import { z } from 'zod';
import { HostBond, Id, NetworkAttachment, isActive, type JobTitle, type StepResult, say } from '../../contract';
import { Ids } from '../core/jobs/payload';
import type { Core } from '../context';
import type { JobDraft } from '../core/scope';
import type { RunningJob } from '../core/jobs/job-kinds';
import { failOnFailures, reconciled } from '../reconcile/converge-job';
import { subjectsOf } from '../hosts/adding';
import type { HostRow, NetworkAttachmentRow, Repositories } from '../ports/store';
import { CONFIRM_SECONDS, SETUP_JOB } from '../plan/regular/job-kind';
import { setUpHost } from '../reconcile/set-up-host';

/** The setup of a host, as rows. */
const AttachmentRow = z.strictObject({
  ...NetworkAttachment.shape,
  imported: z.enum(['waits', 'yes']).nullable(),
}) satisfies z.ZodType<NetworkAttachmentRow>;
const SetupRows = z.strictObject({
  attachments: z.array(AttachmentRow).readonly(),
  bonds: z.array(HostBond).readonly(),
});
export type SetupRows = z.infer<typeof SetupRows>;

export const SetupPayload = z.strictObject({
  hostId: Id,
  /** The requested desired state, and the previous one, which is restored when the host rolls back. */
  after: SetupRows,
  before: SetupRows,
  seconds: z.number(),
});
export type SetupPayload = z.infer<typeof SetupPayload>;

export function setupJob(host: HostRow, payload: Omit<SetupPayload, 'hostId'>): JobDraft {
  return {
    kind: SETUP_JOB,
    title: say('hosts.set_up_networks', { host: host.name }),
    payload: { hostId: host.id, ...payload } satisfies SetupPayload,
    subjects: subjectsOf(host),
    steps: [
      { title: say('step.host.change_networks', { host: host.name }), hostId: host.id },
      { title: say('step.host.validate_networks', { host: host.name }), hostId: host.id },
    ],
  };
}

/** The attachments and bonds that *Setup networks* controls: all but isolated ones, which the cluster controls. */
export function setupRows(tx: Repositories, hostId: string): SetupRows {
  const attachments = tx.attachments.ofHost(hostId).filter(({ networkId }) => !tx.networks.get(networkId)?.isIsolated);
  return { attachments, bonds: tx.hostBonds.ofHost(hostId) };
}

/** Writes them; networks and hosts that have been removed in the meantime stay removed. */
export function writeSetup(tx: Repositories, hostId: string, { attachments, bonds }: SetupRows): void {
  if (!tx.hosts.get(hostId)) return;
  const kept = new Set(attachments.map(({ networkId }) => networkId));
  for (const row of setupRows(tx, hostId).attachments) if (!kept.has(row.networkId)) tx.attachments.remove(row);
  for (const row of attachments) if (tx.networks.get(row.networkId)) tx.attachments.upsert(row);
  tx.hostBonds.replace(hostId, bonds);
}

/** The requested part of the rows, without what was observed. */
export const requestKey = ({ attachments, bonds }: SetupRows): string =>
  JSON.stringify([
    attachments.map(({ networkId, nic, ipv4, ipv6 }) => JSON.stringify([networkId, nic, ipv4, ipv6])).sort(),
    bonds.map((bond) => JSON.stringify(bond)).sort(),
  ]);

/**
 * Runs *Setup networks*: all of it, or the database returns to the previous state, like the host. A run after a crash starts again
 * with the desired state, so it has one of these two results too.
 */
export async function runSetupJob(core: Core, job: RunningJob<SetupPayload>): Promise<void> {
  const { hostId, after, before, seconds } = job.payload;
  const { store } = core;
  try {
    await job.step(1, async (signal) => {
      store.transaction((tx) => writeSetup(tx, hostId, after));
      return setupResult(await setUp(core, hostId, undefined, seconds, signal));
    });
  } catch (error) {
    if (!job.stopping) await job.written(() => store.transaction((tx) => writeSetup(tx, hostId, before)));
    throw error;
  }
  await job.step(2, async (signal) => {
    const report = await core.actors.get(hostId).converge(signal);
    failOnFailures(report, new Set(after.attachments.map(({ networkId }) => networkId)));
    return reconciled(report);
  });
}

const setupResult = (changes: number): StepResult =>
  changes === 0
    ? say('result.reconciled', { deployed: 0, removed: 0 })
    : say('result.setup_changed', { count: changes });

/** In the host's turn, without a concurrent converge. Once started it runs to its end, because the host does so too. */
export function setUp(
  core: Core,
  hostId: string,
  only: ReadonlySet<string> | undefined,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  const actor = core.actors.get(hostId);
  const { store } = core;
  return actor.exclusive(signal, () => setUpHost({ store, driver: actor.driver, hostId, only, seconds }, signal));
}

export const SyncPayload = z.strictObject({ hostIds: Ids, networkIds: Ids.nullable() });
export type SyncPayload = z.infer<typeof SyncPayload>;

/**
 * A job that brings hosts to their desired state, regular networks too, because it was requested; null networks: all of each
 * host's.
 */
export function syncJob(
  kind: string,
  title: JobTitle,
  hosts: readonly HostRow[],
  networkIds: readonly string[] | null,
  subjects: JobDraft['subjects'] = {},
): JobDraft | undefined {
  if (hosts.length === 0) return undefined;
  const payload: SyncPayload = { hostIds: hosts.map(({ id }) => id), networkIds };
  const steps = hosts.map(({ id, name }) => ({ title: say('step.host.sync', { host: name }), hostId: id }));
  return { kind, title, payload, subjects, steps };
}

/** All hosts in parallel; one host's failure does not block the others (rule S5). */
export async function runSyncJob(core: Core, job: RunningJob<SyncPayload>): Promise<void> {
  const { hostIds, networkIds } = job.payload;
  const only = networkIds === null ? undefined : new Set(networkIds);
  const results = await Promise.allSettled(hostIds.map((hostId, at) => syncStep(core, job, at + 1, hostId, only)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function syncStep(
  core: Core,
  job: RunningJob,
  index: number,
  hostId: string,
  only: ReadonlySet<string> | undefined,
): Promise<void> {
  const host = core.store.hosts.get(hostId);
  if (!host) return job.skip(index, say('result.host_removed', {}));
  if (!isActive(host.state)) return job.skip(index, say('result.host_in_maintenance', {}));
  await job.step(index, async (signal) => {
    const first = await core.actors.get(hostId).converge(signal);
    // One observation shows both; most hosts have no regular network, or are in sync with their setup.
    const changed = first.setupIsDue ? await setUp(core, hostId, only, CONFIRM_SECONDS, signal) : 0;
    const report = changed === 0 ? first : await core.actors.get(hostId).converge(signal);
    failOnFailures(report, only ?? null);
    return changed === 0 ? reconciled(report) : setupResult(changed);
  });
}
