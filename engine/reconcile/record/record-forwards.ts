import { isRunning, say } from '../../../contract';
import { forwardName, sameForward } from '../../plan/plan-outside';
import type { Emit } from '../../core/events';
import type { ReconcileResult } from './result';
import type { ForwardRow, HostRow, Repositories, VmRow } from '../../ports/store';
import { forwardEnds } from '../../plan/forwards';

type ForwardStatus = Pick<ForwardRow, 'state' | 'message'>;

/** Writes the states of the forwards to a host's VMs, if they changed. */
export function recordForwards(tx: Repositories, host: HostRow, result: ReconcileResult, emit: Emit): void {
  for (const row of tx.forwards.ofHost(host.id)) {
    const vm = tx.vms.get(row.vmId);
    if (!vm) continue;
    const now = statusOf(vm, row, result);
    if (now.state === row.state && now.message === row.message) continue;
    tx.forwards.update(row.id, now);
    if (now.state === row.state || now.state === 'pending') continue;
    const ends = forwardEnds(vm, row);
    const subjects = { vmId: vm.id, hostId: host.id };
    if (now.state === 'open') emit('forward.opened', 'normal', say('forward.opened', ends), subjects);
    else emit('forward.failed', 'error', say('forward.failed', { ...ends, error: now.message ?? '' }), subjects);
  }
}

function statusOf(vm: VmRow, row: ForwardRow, { last, failures }: ReconcileResult): ForwardStatus {
  const wanted = last.wanted.outside?.forwards.find((spec) => forwardName(spec) === forwardName(row));
  if (!wanted && !isRunning(vm.state)) return { state: 'pending', message: 'opens when the VM runs' };
  if (!wanted) return { state: 'pending', message: 'the VM has no address on the network outside yet' };
  if (last.observed.outside?.forwards.some((spec) => sameForward(spec, wanted)))
    return { state: 'open', message: null };
  const failure = failures.find(({ bridge }) => bridge === forwardName(row));
  if (failure) return { state: 'failed', message: failure.message };
  return { state: 'pending', message: 'the uplink of its host is not running yet' };
}
