import { apartWarnings } from '../islands/apart';
import type { Severity } from '../core/events';
import { type EventMessage, type EventType, type PreviewLine, type Subjects, type Written, say } from '../../contract';
import type { NetworkRow, Repositories, VmRow } from '../ports/store';

type Emit = (type: EventType, severity: Severity, message: Written<EventMessage>, subjects?: Subjects) => void;

/** For a dry run: the networks on which the VM would be on another island than others (rule S10). */
export const apartLines = (tx: Repositories, vm: VmRow, networks: readonly NetworkRow[]): PreviewLine[] =>
  apartWarnings(tx, vm, networks).map(({ apart }) => say('preview.apart', apart));

/**
 * Warns at once (rule S10) that a VM is on another island than others of an isolated network: an event for each network, and the
 * lines of a dry run. `networks`: those that it is on, or is being put on.
 */
export function warnIfSplit(tx: Repositories, emit: Emit, vm: VmRow, networks: readonly NetworkRow[]): PreviewLine[] {
  return apartWarnings(tx, vm, networks).map(({ networkId, apart }) => {
    const host = vm.hostId === null ? {} : { hostId: vm.hostId };
    emit('network.apart', 'warning', say('network.apart', apart), { networkId, vmId: vm.id, ...host });
    return say('preview.apart', apart);
  });
}
