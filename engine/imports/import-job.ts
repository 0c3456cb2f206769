import { z } from 'zod';
import { AppError, Id, isRunning, note, say, type StepResult } from '../../contract';
import { Ids } from '../core/jobs/payload';
import type { Core } from '../context';
import { cancelled, describeError } from '../core/errors';
import { type Emit, emitter } from '../core/events';
import { instant } from '../core/ids';
import { runConvergeSteps } from '../reconcile/converge-job';
import type { JobDraft } from '../core/scope';
import type { RunningJob } from '../core/jobs/job-kinds';
import { removeRows } from '../networks/removing';
import type { HostRow, NetworkRow, Repositories, VmRow } from '../ports/store';
import { type VmTurn, inTurn } from '../vms/vm-turn';
import { releaseNics } from '../networks/release-nics';
import { endTakeOver, whyNotTakeOver } from './take-over-job';

export const IMPORT_JOB = 'hosts.import';
export const TAKE_OVER_JOB = 'hosts.takeOver';

const ImportedNetwork = z.strictObject({
  id: Id,
  /** Created by this import, so it is removed again if the import fails. */
  added: z.boolean(),
  /** VMs on its bridge; Atoll must manage all of them before it seals the bridge. */
  vmIds: Ids,
  /** Its bridge existed before Atoll, and stays when the network is removed. */
  kept: z.boolean().default(true),
});
type ImportedNetwork = z.infer<typeof ImportedNetwork>;

export const ImportPayload = z.strictObject({
  hostId: Id,
  vmIds: Ids,
  /** VMs that were imported earlier and have a NIC on a bridge that is imported now. */
  knownIds: Ids,
  networks: z.array(ImportedNetwork).readonly(),
  /** Hosts that get the networks; the first is the one that has them. */
  hostIds: Ids,
  /** The store whose marks are replaced; null: an import of unmarked VMs and bridges. */
  from: Id.nullable().default(null),
});
export type ImportPayload = z.infer<typeof ImportPayload>;

interface ImportRequest {
  readonly host: HostRow;
  readonly vms: readonly VmRow[];
  readonly known: readonly string[];
  readonly networks: ReadonlyArray<{
    readonly row: NetworkRow;
    readonly added: boolean;
    readonly vmIds: readonly string[];
    readonly kept?: boolean;
  }>;
  readonly hosts: readonly HostRow[];
  readonly from?: string;
}

export function importJob({ host, vms, known, networks, hosts, from }: ImportRequest): JobDraft {
  const unique = networks.length === 0 ? [] : [...new Map(hosts.map((each) => [each.id, each])).values()];
  const payload: ImportPayload = {
    hostId: host.id,
    vmIds: vms.map(({ id }) => id),
    knownIds: known,
    networks: networks.map(({ row, added, vmIds, kept = true }) => ({ id: row.id, added, vmIds, kept })),
    hostIds: unique.map(({ id }) => id),
    from: from ?? null,
  };
  const steps = [
    ...vms.map(({ name }) => ({ title: say('step.vm.mark', { vm: name, host: host.name }), hostId: host.id })),
    ...known.map(() => ({ title: say('step.host.note_nics', { host: host.name }), hostId: host.id })),
    ...unique.map(({ id, name }) => ({
      title:
        id === host.id
          ? say('step.host.take_over_bridges', { host: name, bridges: networks.map(({ row }) => row.bridge) })
          : say('step.host.set_up', { host: name }),
      hostId: id,
    })),
  ];
  const what = { vms: vms.map(({ name }) => name), bridges: networks.map(({ row }) => row.bridge) };
  if (from === undefined)
    return { kind: IMPORT_JOB, title: say('hosts.import', { host: host.name, ...what }), payload, steps };
  return {
    kind: TAKE_OVER_JOB,
    title: say('hosts.take_over', { host: host.name, ...what }),
    payload,
    steps: [
      { title: say('step.take_over.check_store', {}), hostId: host.id },
      ...steps,
      { title: say('step.take_over.remove_rest', { host: host.name }), hostId: host.id },
    ],
  };
}

/**
 * Runs an import. Rows come first, marks second, and bridges last:
 *
 *     rows (VMs locked, bridges wait) -> our mark on each VM -> the bridges no longer wait -> a converge adopts them
 *     a VM fails: its row is removed, and so are the networks of its bridges; the others continue
 *     engine killed: the next one repeats all steps, which is harmless
 *
 * With `from` it takes over what another store marked, in the same way, but first checks whether that store is in use, and finally
 * removes its data from the host. Each object has one mark or the other at any time, and a repeat completes the rest.
 */
export async function runImport(core: Core, job: RunningJob<ImportPayload>): Promise<void> {
  const payload = job.payload;
  const { vmIds, knownIds, networks, hostIds, from } = payload;
  if (from === null) assertSomethingLeft(core.store, payload);
  const before = from === null ? 0 : 1;
  const all = [...vmIds, ...knownIds];
  const refusal = from === null ? null : await whyNotTakeOver(core, job, payload.hostId, from);
  const results = await Promise.allSettled(
    all.map(async (vmId, i) => {
      if (refusal === null) return markVm(core, job, vmId, before + i + 1);
      await rollBackVm(core, job, vmId, refusal);
      throw refusal;
    }),
  );
  if (job.stopping) throw cancelled();
  const failed = new Map(
    results.flatMap((result, i) =>
      result.status === 'rejected' ? [[all[i] ?? '', result.reason as unknown] as const] : [],
    ),
  );
  const isOff = job.signal.aborted || refusal !== null;
  const lost = isOff ? networks : networks.filter((each) => each.vmIds.some((id) => failed.has(id)));
  const kept = networks.filter((each) => !lost.includes(each));
  await job.written(() =>
    write(core, job, (tx, emit) => {
      if (isOff && from !== null) tx.takeOvers.remove(payload.hostId);
      for (const network of lost) rollBackNetwork(tx, emit, payload, network);
      for (const network of kept) stopWaiting(tx, payload.hostId, network);
    }),
  );
  // Other hosts of the cluster may have started on a network that is now removed.
  if (lost.length > 0) for (const id of hostIds) core.actors.find(id)?.nudge();
  let trouble: unknown = results.find((result) => result.status === 'rejected')?.reason;
  if (kept.length > 0) {
    const ids = kept.map(({ id }) => id);
    await runConvergeSteps(core, job, hostIds, ids, before + all.length + 1).catch(
      (error: unknown) => (trouble ??= error),
    );
    if (job.stopping) throw trouble;
  }
  const marked = vmIds.filter((id) => !failed.has(id));
  if (from === null) reportImported(core, job, payload, marked, kept);
  else if (failed.size === 0 && trouble === undefined && !job.signal.aborted)
    await endTakeOver(core, job, { ...payload, from }, before + all.length + hostIds.length + 1);
  if (job.signal.aborted) throw cancelled();
  if (refusal !== null) throw refusal;
  if (failed.size > 0) throw vmsFailed(failed, lost);
  if (trouble !== undefined) throw trouble;
}

/** Bad: retrying an import that was rolled back completely. */
function assertSomethingLeft(db: Repositories, { vmIds, networks }: ImportPayload): void {
  if (vmIds.some((id) => db.vms.get(id)) || networks.some(({ id }) => db.networks.get(id))) return;
  throw new AppError('STATE_ILLEGAL', 'This import was rolled back: there is nothing left to retry', {
    rule: 'IMPORT',
    remedy: note('Import it again.'),
  });
}

async function markVm(core: Core, job: RunningJob<ImportPayload>, vmId: string, step: number): Promise<void> {
  const { from } = job.payload;
  if (!core.store.vms.get(vmId)) return job.skip(step, say('result.import_undone', {}));
  try {
    await inTurn(core, job, vmId, (turn) => job.step(step, (signal) => markNow(core, turn, vmId, from, signal)));
  } catch (error) {
    if (!job.stopping) await rollBackVm(core, job, vmId, error);
    throw error;
  }
}

async function markNow(
  core: Core,
  turn: VmTurn,
  vmId: string,
  from: string | null,
  signal: AbortSignal,
): Promise<StepResult | null> {
  await turn.driver.adopt(
    vmId,
    core.store.vnics.ofVm(vmId).filter(({ plugged }) => plugged),
    signal,
    from ?? undefined,
  );
  if (turn.vm.state !== 'image_locked') return null;
  const actual = (await turn.actual()) ?? 'unknown';
  turn.write((tx, emit) => {
    tx.vms.update(vmId, { state: actual, reason: null, startedAt: isRunning(actual) ? turn.now() : null });
    emit('vm.imported', 'normal', say('vm.imported', { vm: turn.vm.name, state: actual }));
  });
  return say('result.in_state', { state: actual, already: false });
}

/** A VM that could not be imported is as before: without our mark, and without a row. The job's signal may already be aborted. */
async function rollBackVm(core: Core, job: RunningJob<ImportPayload>, vmId: string, error: unknown): Promise<void> {
  const vm = core.store.vms.get(vmId);
  if (vm?.state !== 'image_locked' || vm.hostId === null) return;
  const { hostId } = vm;
  await core.actors
    .find(hostId)
    ?.driver.vms.release(vmId, AbortSignal.timeout(GIVE_UP_MS), job.payload.from ?? undefined)
    .catch((failure: unknown) => {
      core.log.warn({ vm: vmId, message: describeError(failure).message }, 'our mark could not be removed');
    });
  await job.written(() =>
    write(core, job, (tx, emit) => {
      tx.vms.remove(vmId);
      const message = say('vm.import_failed', { vm: vm.name, error: describeError(error).message });
      emit('vm.import_failed', 'error', message, { hostId, jobId: job.id });
    }),
  );
}

const GIVE_UP_MS = 10_000;

/** Releases a bridge that waited; imported VMs keep their NIC on it as an unmanaged one. */
function rollBackNetwork(
  tx: Repositories,
  emit: Emit,
  { hostId, from }: Pick<ImportPayload, 'hostId' | 'from'>,
  { id, added }: ImportedNetwork,
): void {
  const network = tx.networks.get(id);
  const key = { networkId: id, hostId };
  const attachment = tx.attachments.get(key);
  if (!network || !attachment) return;
  // One that another store created counts as ours from the start; once it was observed with our mark it stays.
  const waits = attachment.imported !== null || (from !== null && attachment.state === 'pending');
  if (!waits) return;
  releaseNics(tx, network);
  if (added) removeRows({ tx, emit }, network);
  else tx.attachments.update(key, { imported: null });
  emit('network.import_failed', 'error', say('bridge.import_failed', { bridge: network.bridge }), { hostId });
}

function stopWaiting(tx: Repositories, hostId: string, { id: networkId, kept }: ImportedNetwork): void {
  const key = { networkId, hostId };
  if (tx.attachments.get(key)?.imported === 'waits') tx.attachments.update(key, { imported: kept ? 'yes' : null });
}

/** One event for the whole import, which is undone as a whole. */
function reportImported(
  core: Core,
  job: RunningJob,
  { hostId }: ImportPayload,
  vmIds: readonly string[],
  networks: readonly ImportedNetwork[],
): void {
  write(core, job, (tx, emit) => {
    const host = tx.hosts.get(hostId);
    const vms = vmIds.flatMap((id) => tx.vms.get(id) ?? []);
    const rows = networks.flatMap(({ id }) => tx.networks.get(id) ?? []);
    if (!host || vms.length + rows.length === 0) return;
    const named = { host: host.name, vms: vms.map(({ name }) => name), networks: rows.map(({ name }) => name) };
    const added = networks.filter((each) => each.added).map(({ id }) => id);
    emit(
      'host.imported',
      'normal',
      say('host.imported', named),
      { hostId, jobId: job.id },
      {
        words: say('undo.imported', named),
        change: { kind: 'imported', hostId, vmIds: vms.map(({ id }) => id), networkIds: added },
      },
    );
  });
}

function vmsFailed(failed: ReadonlyMap<string, unknown>, lost: readonly ImportedNetwork[]): AppError {
  const { message, remedy } = describeError([...failed.values()][0]);
  const of = failed.size === 1 ? 'A VM' : `${failed.size} VMs`;
  const stays = lost.length === 1 ? 'a bridge stays unchanged' : `${lost.length} bridges stay unchanged`;
  return new AppError('JOB_FAILED', `${of} could not be imported: ${message}${lost.length === 0 ? '' : `; ${stays}`}`, {
    remedy: remedy ?? note('What was not imported is unchanged. Check it on the host, then import it again.'),
  });
}

/** For this import's job and its parts in take-over-job.ts. */
export function write(core: Core, job: RunningJob, fn: (tx: Repositories, emit: Emit) => void): void {
  const at = instant(core.clock.now());
  core.store.transaction((tx) => fn(tx, emitter(tx, job.actor, at)));
}
