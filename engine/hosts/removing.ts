import { leaveStretches } from '../networks/stretches';
import { z } from 'zod';
import { AppError, Id, type JobTitle, type LeftOnHost, say, type StepResult, run } from '../../contract';
import { Ids } from '../core/jobs/payload';
import type { Core } from '../context';
import { describeError, throwIfCancelled } from '../core/errors';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import { plan } from '../plan/plan';
import type { JobDraft } from '../core/scope';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { ChangeGroup } from '../ports/changes';
import type { HostDriver } from '../ports/host-driver';
import type { ObservedHost } from '../ports/observed';
import { planSetup } from '../plan/regular/plan-setup';
import { CONFIRM_SECONDS } from '../plan/regular/job-kind';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import { subjectsOf } from './adding';
import { assertHostStateAllows, ruleO3RemovedHostHoldsNoVms } from './rules';

export const RemoveHostPayload = z.strictObject({
  hostId: Id,
  vmIds: Ids,
  /** Forget the host even if it does not answer. */
  force: z.boolean(),
  /** The host itself (a lab) is removed with everything on it, so nothing is removed from it first. */
  whole: z.boolean(),
  /** Atoll's objects stay on the host, as requested. Absent in jobs from before this could be requested. */
  keep: z.boolean().optional(),
  /** The host is not touched, and the VMs named here are forgotten. Absent in jobs from before this could be requested. */
  forgetVms: z.boolean().optional(),
});
export type RemoveHostPayload = z.infer<typeof RemoveHostPayload>;

export interface Removal {
  readonly vms: readonly VmRow[];
  readonly force: boolean;
  readonly whole: boolean;
  readonly keep?: boolean;
  readonly forgetVms?: boolean;
}

const isLeftAlone = ({ keep, forgetVms }: Pick<RemoveHostPayload, 'keep' | 'forgetVms'>): boolean =>
  keep === true || forgetVms === true;

/** A job that removes our objects from a host and forgets it. */
export function removeJob(
  kind: string,
  title: JobTitle,
  host: HostRow,
  { vms, ...how }: Removal,
): JobDraft & { payload: RemoveHostPayload } {
  const payload: RemoveHostPayload = { hostId: host.id, vmIds: vms.map((vm) => vm.id), ...how };
  const first = say(isLeftAlone(how) ? 'step.host.keep' : 'step.host.clean', { host: host.name });
  const steps = [
    { title: first, hostId: host.id },
    { title: say('step.host.forget', { host: host.name }), hostId: host.id },
  ];
  return { kind, title, payload, subjects: subjectsOf(host), steps };
}

/** Runs such a job. The host's row is deleted last, so that after a failure it stays in maintenance, to be removed again. */
export async function runRemoveJob(
  core: Core,
  job: RunningJob,
  payload: RemoveHostPayload,
  firstStep: number,
): Promise<void> {
  const { hostId, vmIds } = payload;
  const host = core.store.hosts.get(hostId);
  if (!host) return job.skip(firstStep, say('result.host_removed', {}));
  assertRemovable(core.store, host, vmIds);
  await core.actors.release(hostId);
  const driver = core.actors.driver(host);
  let left: LeftOnHost | null = null;
  try {
    await job.step(firstStep, async (signal) => {
      const { cleaned, error, isLeft } = await cleanUpHost(core, driver, payload, signal);
      if (!isLeft) return cleaned;
      left = leftOn(core.store, host, driver);
      return say('result.forced', { error, left });
    });
    await job.step(firstStep + 1, async (signal) => {
      // The files of a lab or a simulated host are on this computer, and are removed in any state.
      if (left === null || host.kind === 'lab' || host.kind === 'simulated')
        await driver.destroy(signal).catch((error: unknown) => {
          // A permanently lost host can't be asked to release our objects.
          throwIfCancelled(signal);
          if (!payload.force) throw error;
        });
      forget(core, job, payload, left);
      await core.secrets.forget(hostId);
      return null;
    });
  } finally {
    await driver.close();
  }
}

/** The final check, for a retried job: bad is a host that is active again, or has VMs that the job does not name. */
function assertRemovable(db: Repositories, host: HostRow, vmIds: readonly string[]): void {
  assertHostStateAllows(host, 'remove');
  const known = new Set(vmIds);
  const others = db.vms.ofHost(host.id).filter((vm) => !known.has(vm.id));
  ruleO3RemovedHostHoldsNoVms(host, others);
}

interface CleanedUp {
  readonly cleaned: StepResult | null;
  /** Why the cleanup failed. */
  readonly error: string | null;
  /** Some of our objects are, or may be, left. */
  readonly isLeft: boolean;
}

async function cleanUpHost(
  core: Core,
  driver: HostDriver,
  payload: RemoveHostPayload,
  signal: AbortSignal,
): Promise<CleanedUp> {
  if (payload.whole) {
    await driver.powerOff(signal);
    return { cleaned: null, error: null, isLeft: false };
  }
  if (isLeftAlone(payload)) return { cleaned: null, error: null, isLeft: true };
  try {
    return { cleaned: await clean(core, driver, payload, signal), error: null, isLeft: false };
  } catch (error) {
    throwIfCancelled(signal);
    if (payload.force) return { cleaned: null, error: describeError(error).message, isLeft: true };
    if (!(error instanceof AppError) || error.code !== 'HOST_UNREACHABLE') throw error;
    const host = core.store.hosts.get(payload.hostId)?.name;
    const remedy = run('hosts.remove', { host, force: true }, 'Bring the host back, or forget it as it is.');
    throw new AppError(error.code, error.message, { remedy, cause: error });
  }
}

/** The known leftovers on a host, and how to remove them there. */
export const leftOn = (db: Repositories, host: HostRow, { cleanUp }: Pick<HostDriver, 'cleanUp'>): LeftOnHost => ({
  bridges: db.attachments.ofHost(host.id).flatMap(({ networkId }) => db.networks.get(networkId)?.bridge ?? []),
  cleanUp,
});

/** Removes our VMs and bridges; nothing without this database's mark. */
async function clean(
  core: Core,
  driver: HostDriver,
  { hostId, vmIds }: RemoveHostPayload,
  signal: AbortSignal,
): Promise<StepResult> {
  await driver.connect(signal);
  for (const vmId of vmIds) {
    throwIfCancelled(signal);
    await driver.vms.remove(vmId, 'delete', signal);
  }
  const trashed = core.store.trash.ofHost(hostId).map(({ id }) => id);
  if (trashed.length > 0) await driver.vms.emptyTrash(trashed, signal);
  // First, so that a restart in between recreates nothing.
  await driver.keep({ bridges: [], setup: [] }, signal);
  let bridges = 0;
  let again = true;
  // Servers first, in a round of their own.
  for (let round = 0; again && round < 3; round += 1) {
    const planned = plan({ storeId: core.store.storeId, bridges: [], taps: [] }, await driver.observe(signal));
    await removeAll(driver, planned.groups, signal);
    bridges += planned.groups.filter(({ changes }) => changes[0]?.kind !== 'services.stop').length;
    again = planned.again;
  }
  await cleanSetup(core, driver, await driver.observe(signal), signal);
  return say('result.cleaned', { vms: vmIds.length, bridges });
}

async function removeAll(driver: HostDriver, groups: readonly ChangeGroup[], signal: AbortSignal): Promise<void> {
  const outcomes = await driver.apply(groups, signal);
  const failed = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.failure]));
  if (!failed[0]) return;
  throw new AppError(
    'HOST_COMMAND_FAILED',
    `${failed.length} of ${groups.length} could not be removed: ${failed[0].message}`,
  );
}

/** Regular networks are removed too; one that carries the connection returns its addresses to its NIC. */
async function cleanSetup(core: Core, driver: HostDriver, observed: ObservedHost, signal: AbortSignal): Promise<void> {
  const { steps, touchesConnection } = planSetup({ storeId: core.store.storeId, bridges: [], taps: [] }, observed);
  const order = { steps, confirmSeconds: touchesConnection ? CONFIRM_SECONDS : null };
  const outcome = await driver.setupNetworks(order, signal);
  if (!outcome.ok)
    throw new AppError('HOST_COMMAND_FAILED', `The regular networks could not be removed: ${outcome.failure.message}`);
}

function forget(core: Core, job: RunningJob, payload: RemoveHostPayload, left: LeftOnHost | null): void {
  const { hostId, vmIds } = payload;
  const now = instant(core.clock.now());
  core.store.transaction((tx) => {
    const host = tx.hosts.get(hostId);
    if (!host) return;
    const emit = emitter(tx, job.actor, now);
    for (const vmId of vmIds) {
      const vm = tx.vms.get(vmId);
      // One that was moved since the job was created is elsewhere, and stays.
      if (vm?.hostId !== hostId) continue;
      tx.vms.remove(vmId);
      const type = payload.forgetVms === true ? 'vm.forgotten_with_host' : 'vm.removed_with_host';
      emit('vm.removed', 'normal', say(type, { vm: vm.name }), { vmId, hostId });
    }
    for (const attachment of tx.attachments.ofHost(hostId)) tx.attachments.remove(attachment);
    leaveStretches(tx, [hostId]);
    tx.hosts.remove(hostId);
    const severity = left === null ? 'normal' : 'warning';
    emit('host.removed', severity, say('host.removed', { host: host.name, left }), subjectsOf(host));
  });
}
