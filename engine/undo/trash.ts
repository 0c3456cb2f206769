import { z } from 'zod';
import { Id, TRASH_DAYS, type TrashAges, type TrashedVm, isActive, say } from '../../contract';
import { Ids } from '../core/jobs/payload';
import { type JobDraft, type Outcome, type Scope } from '../core/scope';
import type { Core } from '../context';
import { ENGINE } from '../core/events';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import { insertJob } from '../core/jobs/job-rows';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Repositories, TrashRow } from '../ports/store';

const DAY_MS = 86_400_000;
/** How often to check for content that is old enough; first soon after the start. */
const CHECK_MS = 3_600_000;
const FIRST_CHECK_MS = 60_000;

export const EmptyTrashPayload = z.strictObject({
  hosts: z.array(z.strictObject({ hostId: Id, vmIds: Ids })).readonly(),
});
export type EmptyTrashPayload = z.infer<typeof EmptyTrashPayload>;

export const presentTrash = ({ id, hostId, name, removedAt, imageId }: TrashRow): TrashedVm => ({
  vmId: id,
  hostId,
  name,
  imageId,
  removedAt,
  goesAt: instant(Date.parse(removedAt) + TRASH_DAYS * DAY_MS),
});

/** `trash.empty` */
export function emptyTrash({ tx, now }: Scope, { days }: { readonly days: number }): Outcome<{ vms: string[] }> {
  const old = olderThan(tx, now, days);
  const names = old.map((row) => row.name);
  const lines = names.map((vm) => say('preview.trash.delete', { vm }));
  if (old.length === 0) return { output: { vms: [] }, lines: [say('preview.trash.nothing', {})] };
  return { output: { vms: names }, lines, job: emptyJob(tx, old) };
}

const olderThan = (tx: Repositories, now: string, days: number): TrashRow[] =>
  tx.trash.list().filter((row) => Date.parse(row.removedAt) <= Date.parse(now) - days * DAY_MS);

function emptyJob(tx: Repositories, rows: readonly TrashRow[]): JobDraft {
  const hosts = [...new Set(rows.map((row) => row.hostId))].map((hostId) => ({
    hostId,
    vmIds: rows.filter((row) => row.hostId === hostId).map((row) => row.id),
  }));
  const steps = hosts.map(({ hostId, vmIds }) => ({
    title: say('step.host.delete_trash', { host: tx.hosts.get(hostId)?.name ?? hostId, count: vmIds.length }),
    hostId,
  }));
  return { kind: 'trash.empty', title: say('trash.empty', {}), payload: { hosts } satisfies EmptyTrashPayload, steps };
}

/** Deletes host by host; what has been restored in the meantime is no longer in the trash and stays. */
export async function runEmptyTrash(core: Core, job: RunningJob<EmptyTrashPayload>): Promise<void> {
  const { hosts } = job.payload;
  for (const [i, { hostId, vmIds }] of hosts.entries()) {
    await job.step(i + 1, async (signal) => {
      const left = vmIds.filter((id) => core.store.trash.get(id) && !core.store.vms.get(id));
      if (left.length === 0) return say('result.trash_empty', {});
      await core.actors.get(hostId).driver.vms.emptyTrash(left, signal);
      core.store.transaction((tx) => left.forEach((id) => tx.trash.remove(id)));
      return null;
    });
  }
}

/** The maximum time that counts between two checks: a computer that was off and a clock change check the same. */
const MOST_MS = DAY_MS;

/** The ages at the next check. Time counts only while the engine runs, so that no clock change ages anything. */
export function ageOn(ages: TrashAges | null, ids: readonly string[], now: number): TrashAges {
  const passed = ages === null ? 0 : Math.min(MOST_MS, Math.max(0, now - ages.at));
  const ageOf = (id: string): number => {
    const was = ages?.ms[id];
    return was === undefined ? 0 : was + passed;
  };
  return { at: now, ms: Object.fromEntries(ids.map((id) => [id, ageOf(id)])) };
}

/** By its own age and by the clock; a removal in the future means that the clock was wrong. */
function hasLainEnough({ id, removedAt }: TrashRow, { ms }: TrashAges, now: number): boolean {
  const least = TRASH_DAYS * DAY_MS;
  const byClock = now - Date.parse(removedAt);
  return (ms[id] ?? 0) >= least && (byClock >= least || byClock < 0);
}

/**
 * Automatically deletes what has been in the trash for TRASH_DAYS, on active hosts; returns the function that stops it. Deletion is
 * final, so a clock that is temporarily far ahead or behind (an empty battery, a wrong date) must not cause it early.
 */
export function startTrashCleanup(core: Core): () => void {
  const check = (): void => {
    cancel = core.clock.after(CHECK_MS, check);
    let job: string | null = null;
    tryToWrite(core.log, 'the age of the trash', () => {
      job = core.store.transaction((tx) => checkTrash(tx, core.clock.now()), 'later');
    });
    if (job !== null) core.jobs.kick(job);
  };
  let cancel = core.clock.after(FIRST_CHECK_MS, check);
  return () => cancel();
}

/** Stores the current ages; returns the id of the job that deletes what is old enough. */
function checkTrash(tx: Repositories, now: number): string | null {
  const rows = tx.trash.list();
  const before = tx.settings.trashAges();
  if (rows.length === 0 && before === null) return null;
  const ages = ageOn(
    before,
    rows.map(({ id }) => id),
    now,
  );
  tx.settings.keepTrashAges(ages);
  if (tx.jobs.inState(['queued', 'running']).some(({ kind }) => kind === 'trash.empty')) return null;
  const old = rows.filter((row) => {
    const host = tx.hosts.get(row.hostId);
    return host !== undefined && isActive(host.state) && hasLainEnough(row, ages, now);
  });
  return old.length === 0 ? null : insertJob(tx, emptyJob(tx, old), ENGINE, instant(now));
}
