import { Id, AppError, isRunning, type JobTitle, type StepResult, say } from '../../contract';
import { z } from 'zod';
import { Ids } from '../core/jobs/payload';
import type { Core } from '../context';
import type { JobDraft, Outcome, Scope } from '../core/scope';
import { emitter, ENGINE } from '../core/events';
import { instant } from '../core/ids';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import { subjectsOf } from './adding';
import { assertHostStateAllows, ruleO1MaintenanceHasNoRunningVms, ruleO1NoJobIsAtItsVms } from './rules';

/** Writes that a host is in maintenance: nothing is done to it from now on, and its bridges stay in place. */
export function enterMaintenance(tx: Repositories, host: HostRow, emit: Scope['emit']): void {
  tx.hosts.update(host.id, { state: 'maintenance', reason: null });
  emit(
    'host.state',
    'normal',
    say('host.state', { host: host.name, state: 'maintenance', reason: null }),
    subjectsOf(host),
  );
}

/** VMs that run on a host, according to the database. */
export const runningOn = (tx: Repositories, hostId: string): VmRow[] =>
  tx.vms.ofHost(hostId).filter((vm) => isRunning(vm.state));

/** A job that puts a host into maintenance, with one step for each VM to stop. */
function maintenanceJob(kind: string, title: JobTitle, host: HostRow, toStop: readonly VmRow[]): JobDraft {
  const steps = [
    ...toStop.map((vm) => ({ title: say('step.vm.stop', { vm: vm.name }), hostId: host.id })),
    { title: say('step.host.release', { host: host.name }), hostId: host.id },
  ];
  return {
    kind,
    title,
    payload: { hostId: host.id, vmIds: toStop.map((vm) => vm.id) },
    subjects: subjectsOf(host),
    steps,
  };
}

/** Puts a host into maintenance: immediately if no VM runs on it, else, on request, after stopping its VMs (rule O1). */
export function beginMaintenance(scope: Scope, host: HostRow, stopVms: boolean, kind: string): Outcome<object> {
  const { tx, emit } = scope;
  assertHostStateAllows(host, 'maintenance');
  ruleO1NoJobIsAtItsVms(host, tx.vms.ofHost(host.id));
  const running = runningOn(tx, host.id);
  if (!stopVms) ruleO1MaintenanceHasNoRunningVms(host, running);
  if (running.length === 0) enterMaintenance(tx, host, emit);
  const job = maintenanceJob(kind, say('hosts.maintenance', { host: host.name }), host, running);
  const lines = [
    ...running.map((vm) => say('preview.vm.stop', { vm: vm.name })),
    say('preview.host.maintenance', { host: host.name }),
  ];
  return { output: {}, job, lines };
}

export const LeavePayload = z.strictObject({ hostId: Id, vmIds: Ids });
export type LeavePayload = z.infer<typeof LeavePayload>;

/** Stops the VMs of the job, then puts the host into maintenance and disconnects it. Returns the steps it used. */
export async function leaveHost(core: Core, job: RunningJob<LeavePayload>): Promise<number> {
  const { hostId, vmIds } = job.payload;
  await Promise.all(vmIds.map((vmId, i) => job.step(i + 1, (signal) => stopVm(core, hostId, vmId, signal))));
  const last = vmIds.length + 1;
  await job.step(last, async () => {
    // Without VMs to stop the command itself has put it there; if it was activated since, the newer desired state applies.
    if (vmIds.length > 0) putIntoMaintenance(core, hostId);
    await core.actors.left(hostId);
    return null;
  });
  return last;
}

async function stopVm(core: Core, hostId: string, vmId: string, signal: AbortSignal): Promise<StepResult | null> {
  const vm = core.store.vms.get(vmId);
  if (!vm || !isRunning(vm.state)) return say('result.not_running', {});
  const actor = core.actors.get(hostId);
  await core.busy.turn(hostId, vmId, signal, async () => {
    await actor.driver.vms.act(vmId, 'stop', signal);
    const now = instant(core.clock.now());
    core.store.transaction((tx) => {
      tx.vms.update(vmId, { state: 'down', reason: say('reason.vm.maintenance', {}), startedAt: null });
      const message = say('vm.stopped_for_maintenance', { vm: vm.name });
      emitter(tx, ENGINE, now)('vm.state', 'normal', message, { vmId, hostId });
    });
  });
  return null;
}

function putIntoMaintenance(core: Core, hostId: string): void {
  const now = instant(core.clock.now());
  core.store.transaction((tx) => {
    const host = tx.hosts.get(hostId);
    if (!host) throw new AppError('NOT_FOUND', 'The host was removed in the meantime');
    // One that was started while the others were being stopped.
    ruleO1MaintenanceHasNoRunningVms(host, tx.vms.ofHost(hostId));
    ruleO1NoJobIsAtItsVms(host, tx.vms.ofHost(hostId));
    if (host.state !== 'maintenance') enterMaintenance(tx, host, emitter(tx, ENGINE, now));
  });
}
