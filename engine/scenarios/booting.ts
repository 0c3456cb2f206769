import { isRunning, say, type VmReason } from '../../contract';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import { instant } from '../core/ids';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { HostRow, VmRow } from '../ports/store';
import { assignAddresses } from '../vms/assign-addresses';
import { vmSpec } from '../vms/vm-spec';
import { scopeIn } from './in-chunks';

/**
 * Starts those of a simulated host's VMs that do not run, all at once: the same as one start, with two writes for all of them and
 * without a job and a converge for each. Returns how many it started. Their states are observed, as always.
 */
export async function bootOn(
  core: Core,
  job: RunningJob,
  host: HostRow,
  vms: readonly VmRow[],
  signal: AbortSignal,
): Promise<number> {
  const ids = vms.map((vm) => vm.id);
  const started = await core.busy.turns(host.id, ids, signal, async () => {
    const toStart = launch(core, job, ids);
    try {
      const { vms: driver } = core.actors.get(host.id).driver;
      const specs = toStart.map((vm) => vmSpec(core.store, core.images, vm, core.store.vnics.ofVm(vm.id)));
      await Promise.all(specs.map((spec) => driver.define(spec, signal)));
      await Promise.all(specs.map(({ id }) => driver.act(id, 'start', signal)));
    } catch (error) {
      land(core, toStart, 'down', startFailed(error));
      throw error;
    }
    land(core, toStart, 'powering_up', null);
    return toStart.length;
  });
  await core.actors.find(host.id)?.converge(signal);
  return started;
}

/** Records that the VMs which do not run are being started, with their addresses; returns them. */
function launch(core: Core, job: RunningJob, ids: readonly string[]): VmRow[] {
  return core.store.transaction((tx) => {
    const { emit } = scopeIn(core, job, tx);
    const down = ids.flatMap((id) => tx.vms.get(id) ?? []).filter((vm) => !isRunning(vm.state) || isHalfway(vm));
    for (const vm of down) {
      assignAddresses(tx, vm);
      tx.vms.update(vm.id, { state: 'wait_for_launch', reason: null });
    }
    const [first] = down;
    if (first) emit('vm.state', 'normal', say('vm.many_starting', { count: down.length }), { jobId: job.id });
    return down;
  });
}

/** Left so by a killed engine: nobody else is working on it, because we hold the turn. */
const isHalfway = (vm: VmRow): boolean => vm.state === 'wait_for_launch';

const startFailed = (error: unknown): VmReason => {
  const { message, remedy } = describeError(error);
  return say('reason.vm.start_failed', { error: message, remedy });
};

function land(core: Core, vms: readonly VmRow[], state: 'down' | 'powering_up', reason: VmReason | null): void {
  const now = instant(core.clock.now());
  core.store.transaction((tx) => {
    for (const { id } of vms) {
      if (tx.vms.get(id)) tx.vms.update(id, { state, reason, startedAt: state === 'down' ? null : now });
    }
  });
}
