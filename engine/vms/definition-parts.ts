import type { Core } from '../context';
import type { MoveChoice, VmPart } from '../ports/host-driver';
import type { Repositories, VmRow } from '../ports/store';
import { vmSpec } from './vm-spec';

/** The parts of a VM's definition, as its host has it now, that a move asks about. */
export async function inspectParts({ store, images, actors }: Core, vm: VmRow, signal: AbortSignal): Promise<VmPart[]> {
  if (vm.hostId === null) return [];
  const actor = actors.get(vm.hostId);
  await actor.connect();
  return actor.driver.vms.mover.inspect(vmSpec(store, images, vm, store.vnics.ofVm(vm.id)), signal);
}

/** A part that was accepted in an earlier move is accepted in later ones, as long as it is unchanged. */
export function choiceOf(
  store: Pick<Repositories, 'acceptedParts'>,
  vmId: string,
  parts: readonly VmPart[],
  { carry = [], leave = [] }: Partial<MoveChoice> = {},
): MoveChoice {
  const known = new Set([...store.acceptedParts.ofVm(vmId), ...carry]);
  const carried = parts.filter(({ id, canCarry }) => canCarry && known.has(id) && !leave.includes(id));
  return { carry: carried.map(({ id }) => id), leave };
}
