import { apartWarnings } from '../islands/apart';
import type { Severity } from '../core/events';
import type { EventMessage, EventType, Subjects, Written } from '../../contract';
import type { NetworkRow, Repositories, VmRow } from '../ports/store';

type Emit = (type: EventType, severity: Severity, message: Written<EventMessage>, subjects?: Subjects) => void;

/**
 * Warns at once (rule S10) that a VM stands on another island than others of an isolated network: an event for each network, and
 * the words for the answer of a dry run. `networks`: those that it is on, or is being put on.
 */
export function warnIfSplit(tx: Repositories, emit: Emit, vm: VmRow, networks: readonly NetworkRow[]): string[] {
  return apartWarnings(tx, vm, networks).map(({ networkId, message, words }) => {
    const host = vm.hostId === null ? {} : { hostId: vm.hostId };
    emit('network.apart', 'warning', message, { networkId, vmId: vm.id, ...host });
    return `warning: ${words}`;
  });
}
