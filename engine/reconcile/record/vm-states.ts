import {
  type Actor,
  type VmState,
  isRunning,
  type EventMessage,
  type Written,
  say,
  type Params,
  type VmReason,
} from '../../../contract';
import { type Emit, emitter, UNKNOWN } from '../../core/events';
import type { ObservedHost, ObservedVm } from '../../ports/observed';
import type { HostRow, Repositories, VmRow } from '../../ports/store';

/** The new state of a VM's row. */
interface Move {
  readonly state: VmState;
  readonly reason: VmReason | null;
  readonly event: { readonly type: 'vm.state' | 'vm.ended_from_outside'; readonly message: Written<EventMessage> };
}

type Why = Params<'vm.ended'>['why'];

/** libvirt's term for why a domain is off. */
function whyEnded(detail: string | null): Why {
  switch (detail) {
    case 'destroyed':
      return 'destroyed';
    case 'crashed':
    case 'failed':
      return 'crashed';
    case null:
      return 'unknown';
    default:
      return 'other';
  }
}

function ended(vm: VmRow, seen: ObservedVm | undefined, hostRestarted: boolean): Move {
  if (!hostRestarted && seen && (seen.why === 'shutdown' || vm.state === 'powering_down')) {
    return { state: 'down', reason: null, event: { type: 'vm.state', message: say('vm.shut_down', { vm: vm.name }) } };
  }
  const detail = seen?.why ?? null;
  const why = hostRestarted ? 'host_restarted' : seen ? whyEnded(detail) : 'undefined';
  const message = say('vm.ended', { vm: vm.name, why, detail });
  return {
    state: 'down',
    reason: say('reason.vm.ended', { why, detail }),
    event: { type: 'vm.ended_from_outside', message },
  };
}

/** Transitional states, which a VM only enters on request. */
const TRANSITIONAL: ReadonlySet<VmState> = new Set([
  'wait_for_launch',
  'powering_up',
  'restoring_state',
  'reboot_in_progress',
  'powering_down',
]);

/** The actor of a change: a VM that comes up after a start does so for whoever requested it. In all other cases it is unknown. */
function actorOf(tx: Repositories, vm: VmRow, move: Move): Actor {
  if (move.event.type !== 'vm.state' || !TRANSITIONAL.has(vm.state)) return UNKNOWN;
  return tx.events.recent({ vmId: vm.id, type: 'vm.state', limit: 1 })[0]?.by ?? UNKNOWN;
}

/** The change of a VM's row that matches its host's report; null: they already agree. */
export function moveOf(vm: VmRow, seen: ObservedVm | undefined, hostRestarted: boolean): Move | null {
  if (vm.state === 'image_locked') return null;
  const actual: VmState = seen?.state ?? (vm.state === 'suspended' ? 'suspended' : 'down');
  if (actual === vm.state) return null;
  // A guest needs time to power off, and until then libvirt calls it running.
  if (vm.state === 'powering_down' && isRunning(actual)) return null;
  if (!isRunning(actual) && actual !== 'suspended' && (isRunning(vm.state) || vm.state === 'unknown')) {
    return ended(vm, seen, hostRestarted);
  }
  return {
    state: actual,
    reason: null,
    event: { type: 'vm.state', message: say('vm.state', { vm: vm.name, state: actual }) },
  };
}

/**
 * Updates the rows of a host's VMs to match its report; writes only changes. VMs that we are changing are left to those changes.
 */
export function syncVmStates(
  tx: Repositories,
  host: HostRow,
  observed: ObservedHost,
  busy: (vmId: string) => boolean,
  hostRestarted: boolean,
  now: string,
): void {
  if (observed.vms === null) return;
  const seen = new Map(observed.vms.filter((vm) => vm.ours).map((vm) => [vm.id, vm]));
  for (const vm of tx.vms.ofHost(host.id)) {
    if (busy(vm.id)) continue;
    const move = moveOf(vm, seen.get(vm.id), hostRestarted);
    if (move) apply(tx, vm, move, emitter(tx, actorOf(tx, vm, move), now), now);
  }
}

function apply(tx: Repositories, vm: VmRow, move: Move, emit: Emit, now: string): void {
  const startedAt = isRunning(move.state) ? (vm.startedAt ?? now) : null;
  tx.vms.update(vm.id, { state: move.state, reason: move.reason, startedAt });
  const severity = move.event.type === 'vm.ended_from_outside' ? 'warning' : 'normal';
  emit(move.event.type, severity, move.event.message, { vmId: vm.id, ...(vm.hostId ? { hostId: vm.hostId } : {}) });
}

/** Sets VMs that ran on an unreachable host to unknown. */
export function vmsUnknown(tx: Repositories, host: HostRow, now: string): void {
  const emit = emitter(tx, UNKNOWN, now);
  for (const vm of tx.vms.ofHost(host.id).filter((row) => isRunning(row.state))) {
    const reason = say('reason.vm.host_silent', { host: host.name });
    tx.vms.update(vm.id, { state: 'unknown', reason });
    emit('vm.state', 'warning', say('vm.unknown', { vm: vm.name, host: host.name }), { vmId: vm.id, hostId: host.id });
  }
}
