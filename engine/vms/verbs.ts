import { z } from 'zod';
import { VmPayload } from '../core/jobs/payload';
import { AppError, SHUTDOWN_S, say, type StepResult, type VmState, type VmVerb, run } from '../../contract';
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

/** A guest that is still booting misses the power button, so it is pressed again; milliseconds. */
const ASK_AGAIN_MS = 10_000;

/** How long a guest may take to power off, and whether it is stopped then. */
export const ShutdownPayload = VmPayload.extend({
  timeoutS: z.int().default(SHUTDOWN_S),
  thenStop: z.boolean().default(false),
});
export type ShutdownPayload = z.infer<typeof ShutdownPayload>;

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

/** The job of a shutdown that takes as long as a person allows. */
export function shutdownJob(
  vm: VmRow,
  host: HostRow | undefined,
  how: Pick<ShutdownPayload, 'timeoutS' | 'thenStop'>,
): JobDraft {
  return { ...verbJob('shutdown', vm, host), payload: { vmId: vm.id, ...how } };
}

/** Runs an action in the VM's turn. */
export async function runVerb(core: Core, job: RunningJob<VmPayload>, verb: VmVerb): Promise<void> {
  await inTurn(core, job, job.payload.vmId, (turn) => job.step(1, (signal) => act(turn, verb, signal)));
}

/** Runs a shutdown, which then waits for the guest, after the VM's turn is released. */
export async function runShutdown(core: Core, job: RunningJob<ShutdownPayload>): Promise<void> {
  await runVerb(core, job, 'shutdown');
  // Cancelled between the steps: the second does not begin, and nothing else takes the VM out of its state while its guest runs.
  if (job.signal.aborted && !job.stopping) await stayUp(core, job, null);
  await job.step(2, (signal) => waitUntilOff(core, job, signal));
}

async function waitUntilOff(
  core: Core,
  job: RunningJob<ShutdownPayload>,
  signal: AbortSignal,
): Promise<StepResult | null> {
  const { vmId, timeoutS, thenStop } = job.payload;
  for (let leftMs = timeoutS * 1000; leftMs > 0 && !signal.aborted; leftMs -= ASK_AGAIN_MS) {
    if (await leaves(core, vmId, 'powering_down', Math.min(leftMs, ASK_AGAIN_MS), signal)) return null;
    if (leftMs > ASK_AGAIN_MS && !signal.aborted)
      await inTurn(core, job, vmId, async (turn) => void (await act(turn, 'shutdown', signal)));
  }
  // The next engine continues to wait.
  if (job.stopping) throw cancelled();
  if (thenStop && !signal.aborted) {
    await inTurn(core, job, vmId, async (turn) => void (await act(turn, 'stop', signal)));
    return say('result.stopped_after', { seconds: timeoutS });
  }
  await stayUp(core, job, signal.aborted ? null : say('reason.vm.not_shut_down', {}));
  if (signal.aborted) throw cancelled();
  throw new AppError('JOB_FAILED', `The guest has not powered off within ${timeoutS} s`, {
    remedy: run('vms.stop', { vm: core.store.vms.get(vmId)?.name }, 'It may ignore the power button.'),
  });
}

/** Nothing waits for the guest any longer: the VM is up, unless it has powered off. */
async function stayUp(core: Core, job: RunningJob<ShutdownPayload>, reason: VmRow['reason']): Promise<void> {
  const { vmId } = job.payload;
  await job.written(() =>
    core.store.transaction((tx) => {
      if (tx.vms.get(vmId)?.state === 'powering_down') tx.vms.update(vmId, { state: 'up', reason });
    }),
  );
}

/** Resolves with true when the VM's row leaves `state`; with false if it stays there too long or `signal` aborts. */
function leaves(
  { store, clock }: Core,
  vmId: string,
  state: VmState,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
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
    const cancelTimer = clock.after(ms, end);
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
