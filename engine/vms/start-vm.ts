import type { VmPayload } from '../core/jobs/payload';
import { AppError, isRunning, vmAllows, type StepResult, say } from '../../contract';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import { failOnFailures, reconciled } from '../reconcile/converge-job';
import type { JobDraft } from '../core/scope';
import { copyReporter } from '../core/jobs/copying';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import { assignAddresses } from './assign-addresses';
import { chooseHost, networksOf } from './choose-host';
import { createDisks } from './disk-files';
import { resolveDiskFormat } from './disk-formats';
import { noteFullCopy } from './full-copy';
import { assertVmStateAllows } from './rules';
import { vmSpec } from './vm-spec';
import { type VmTurn, inTurn } from './vm-turn';

/** Chooses the VM's host and stores the choice; returns the job that starts it there. For use in the command's transaction. */
export function startJob(tx: Repositories, kind: string, vm: VmRow, asked?: HostRow): { job: JobDraft; host: HostRow } {
  const host = chooseHost(tx, vm, asked);
  if (vm.hostId === null) tx.vms.update(vm.id, { hostId: host.id });
  return { job: startDraft(kind, vm, host), host };
}

/** The job that starts a VM on the host that has it. */
export function startDraft(kind: string, vm: Pick<VmRow, 'id' | 'name'>, host: Pick<HostRow, 'id' | 'name'>): JobDraft {
  const payload: VmPayload = { vmId: vm.id };
  const steps = (['step.vm.set_up_networks', 'step.vm.define', 'step.vm.start_defined'] as const).map((type) => ({
    title: say(type, { host: host.name }),
    hostId: host.id,
  }));
  const subjects = { vmId: vm.id, hostId: host.id };
  return { kind, title: say('vms.start', { vm: vm.name }), payload, subjects, steps };
}

/** Runs a start: networks (rule S8), admission, define, start. Run again after a crash it continues from what it finds. */
export async function runStart(core: Core, job: RunningJob<VmPayload>): Promise<void> {
  const { vmId } = job.payload;
  await inTurn(core, job, vmId, async (turn) => {
    const before = turn.vm;
    if (before.state === 'paused') return job.step(3, (signal) => resumePaused(turn, signal));
    if (isRunning(before.state) && (await alreadyRuns(turn, before))) return;
    try {
      await job.step(1, (signal) => setUpNetworks(core, turn, signal));
      admit(turn);
      await job.step(2, (signal) => define(core, turn, signal));
      await job.step(3, (signal) => start(turn, signal));
    } catch (error) {
      await reportFailure(turn, error);
      throw error;
    }
  });
}

/** The row says that it runs: another job has started it, or a killed engine had got that far. The host knows. */
async function alreadyRuns(turn: VmTurn, vm: VmRow): Promise<boolean> {
  const actual = await turn.actual();
  if (actual === null || !isRunning(actual)) return false;
  for (const index of [1, 2, 3]) turn.job.skip(index, say('result.already_running', {}));
  turn.become(actual, { startedAt: vm.startedAt ?? turn.now() });
  return true;
}

/** The final check of state and memory: other VMs may have been started since the command was accepted. */
function admit(turn: VmTurn): void {
  turn.write((tx, emit) => {
    const { vm } = turn;
    // Left by a killed engine in the middle of a start; the host has just reported that it does not run.
    if (!isHalfway(vm) && !vmAllows(vm.state, 'start')) assertVmStateAllows(vm, 'start');
    const saved = vm.state === 'suspended' || vm.state === 'restoring_state';
    chooseHost(tx, vm, tx.hosts.get(turn.hostId));
    if (!saved) assignAddresses(tx, vm);
    tx.vms.update(vm.id, { state: saved ? 'restoring_state' : 'wait_for_launch', reason: null });
    emit('vm.state', 'normal', say(saved ? 'vm.restoring' : 'vm.starting', { vm: vm.name }));
  });
}

const isHalfway = ({ state }: VmRow): boolean =>
  state === 'wait_for_launch' || state === 'restoring_state' || state === 'powering_up';

async function setUpNetworks(core: Core, turn: VmTurn, signal: AbortSignal): Promise<StepResult> {
  const networks = networksOf(core.store, turn.vm);
  // A start that a killed engine left half-way: what its VM is now has to be read.
  const report = await turn.actor.converge(signal, isHalfway(turn.vm) ? 'whole' : 'assured');
  failOnFailures(report, new Set(networks.map((network) => network.id)));
  return networks.length === 0 ? say('result.no_networks', {}) : reconciled(report);
}

async function define(core: Core, turn: VmTurn, signal: AbortSignal): Promise<StepResult> {
  const vm = await resolveDiskFormat(core, turn.driver, turn.vm, signal);
  // A saved VM resumes unchanged; defining it again could make its memory and its devices differ.
  if (vm.state === 'restoring_state') {
    if (vm.boot.kind === 'disk') await turn.driver.diskFormat(vm.id, vm.boot.path, signal);
    return say('result.saved_state', {});
  }
  await createDisks(core, turn, signal);
  const spec = vmSpec(core.store, core.images, vm, core.store.vnics.ofVm(vm.id));
  const report = copyReporter(core.clock, turn.job, 2);
  await turn.driver.define(spec, signal, (file, done, known) => report(done, known, file));
  noteFullCopy(turn);
  return say('result.defined', { memoryMiB: spec.memoryMiB, vnics: spec.vnics.length });
}

async function start(turn: VmTurn, signal: AbortSignal): Promise<null> {
  const { vm } = turn;
  await turn.driver.act(vm.id, 'start', signal);
  turn.become('powering_up', { startedAt: turn.now() });
  return null;
}

async function resumePaused(turn: VmTurn, signal: AbortSignal): Promise<StepResult> {
  await turn.driver.act(turn.vm.id, 'resume', signal);
  turn.become('up');
  return say('result.resumed', {});
}

/**
 * The VM gets the state that the host reports, and both job and VM record why it did not start. A cancelled start is no failure.
 */
async function reportFailure(turn: VmTurn, error: unknown): Promise<void> {
  const actual = await turn.actual();
  const { message, remedy } = describeError(error);
  await turn.job.written(() =>
    turn.write((tx, emit) => {
      const { vm } = turn;
      // Locked by a job that has its turn after this one.
      if (vm.state === 'image_locked') return;
      const lost = vm.state === 'unknown' ? 'unknown' : vm.state === 'restoring_state' ? 'suspended' : 'down';
      const state = actual ?? lost;
      const cancelled = error instanceof AppError && error.code === 'CANCELLED';
      tx.vms.update(vm.id, {
        state,
        reason: cancelled ? null : say('reason.vm.start_failed', { error: message, remedy }),
      });
      if (!cancelled) emit('vm.start_failed', 'error', say('vm.start_failed', { vm: vm.name, error: message }));
    }),
  );
}
