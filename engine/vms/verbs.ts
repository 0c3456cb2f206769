import type { VmPayload } from '../core/jobs/payload';
import { AppError, say, type StepResult, type VmState, type VmVerb, run } from '../../contract';
import type { Core } from '../context';
import { cancelled } from '../core/errors';
import type { JobDraft } from '../core/scope';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { HostRow, VmRow } from '../ports/store';
import { assertVmStateAllows } from './rules';
import { type VmTurn, inTurn } from './vm-turn';

interface Verb {
  /** The VM's state while the host works, and once it has answered. Later states are observed. */
  readonly during: VmState | null;
  readonly after: VmState;
  /** Whether a VM in this state is where the action leads: a failed action may have been overtaken by events. */
  reached(state: VmState): boolean;
}

const VERBS: Record<VmVerb, Verb> = {
  shutdown: {
    during: 'powering_down',
    after: 'powering_down',
    reached: (state) => state === 'down',
  },
  stop: { during: 'powering_down', after: 'down', reached: (state) => state === 'down' },
  reboot: { during: 'reboot_in_progress', after: 'reboot_in_progress', reached: () => false },
  reset: { during: 'powering_up', after: 'powering_up', reached: () => false },
  suspend: { during: 'saving_state', after: 'suspended', reached: (state) => state === 'suspended' },
  resume: { during: null, after: 'up', reached: (state) => state === 'up' },
};

/** A guest that is still booting misses the power button, so it is pressed again: six times, ten seconds (ms) apart. */
const ASK_AGAIN_MS = 10_000;
const ASKS = 6;

/** The job of an action. */
export function verbJob(verb: VmVerb, vm: VmRow, host: HostRow | undefined): JobDraft {
  const hostId = host?.id ?? null;
  const step = { title: say('step.vm.act', { vm: vm.name, verb, host: host?.name ?? null }), hostId };
  return {
    kind: `vms.${verb}`,
    title: say('vms.act', { vm: vm.name, verb }),
    payload: { vmId: vm.id },
    subjects: { vmId: vm.id, ...(hostId === null ? {} : { hostId }) },
    steps: verb === 'shutdown' ? [step, { title: say('step.vm.wait_until_off', {}), hostId }] : [step],
  };
}

/** Runs an action in the VM's turn. A shutdown then waits for the guest, after the VM's turn is released. */
export async function runVerb(core: Core, job: RunningJob<VmPayload>, verb: VmVerb): Promise<void> {
  const { vmId } = job.payload;
  await inTurn(core, job, vmId, (turn) => job.step(1, (signal) => act(turn, verb, signal)));
  if (verb === 'shutdown') await job.step(2, (signal) => waitUntilOff(core, job, vmId, signal));
}

async function waitUntilOff(core: Core, job: RunningJob, vmId: string, signal: AbortSignal): Promise<null> {
  for (let asked = 1; asked <= ASKS && !signal.aborted; asked += 1) {
    if (await leaves(core, vmId, 'powering_down', signal)) return null;
    if (asked < ASKS && !signal.aborted)
      await inTurn(core, job, vmId, async (turn) => void (await act(turn, 'shutdown', signal)));
  }
  // The next engine continues to wait.
  if (job.stopping) throw cancelled();
  const reason = signal.aborted ? null : say('reason.vm.not_shut_down', {});
  await job.written(() =>
    core.store.transaction((tx) => {
      if (tx.vms.get(vmId)?.state === 'powering_down') tx.vms.update(vmId, { state: 'up', reason });
    }),
  );
  if (signal.aborted) throw cancelled();
  throw new AppError('JOB_FAILED', `The guest has not powered off within ${(ASKS * ASK_AGAIN_MS) / 1000} s`, {
    remedy: run('vms.stop', { vm: core.store.vms.get(vmId)?.name }, 'It may ignore the power button.'),
  });
}

/** Resolves with true when the VM's row leaves `state`; with false if it stays there too long or `signal` aborts. */
function leaves({ store, clock }: Core, vmId: string, state: VmState, signal: AbortSignal): Promise<boolean> {
  const left = (): boolean => store.vms.get(vmId)?.state !== state;
  return new Promise((resolve) => {
    const end = (): void => {
      unsubscribe();
      cancelTimer();
      signal.removeEventListener('abort', end);
      resolve(left());
    };
    const unsubscribe = store.onCommit((touched) => {
      if (touched.some(({ kind, id }) => kind === 'vm' && id === vmId) && left()) end();
    });
    const cancelTimer = clock.after(ASK_AGAIN_MS, end);
    signal.addEventListener('abort', end);
    if (left() || signal.aborted) end();
  });
}

/**
 * One action on a VM in its turn. Throws STATE_ILLEGAL if the VM's state no longer allows it. An action that fails although the VM
 * is where it leads (it was overtaken, or a killed engine had done it) has succeeded.
 */
export async function act(turn: VmTurn, verb: VmVerb, signal: AbortSignal): Promise<StepResult | null> {
  const { during, after, reached } = VERBS[verb];
  const before = turn.vm;
  if (reached(before.state)) return say('result.in_state', { state: before.state, already: true });
  if (before.state !== during) assertVmStateAllows(before, verb);
  if (during !== null) turn.become(during);
  try {
    await turn.driver.act(before.id, verb, signal);
  } catch (error) {
    const actual = await turn.actual();
    if (actual === null || !reached(actual)) {
      // The VMs of an unreachable host are unknown, and that is already reported.
      if (actual !== null || turn.vm.state !== 'unknown')
        turn.become(actual ?? before.state, { reason: before.reason });
      throw error;
    }
  }
  turn.become(after, after === 'down' ? { startedAt: null } : {});
  return null;
}
