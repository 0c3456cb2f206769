import type { VmDefinition } from '../../contract';
import type { Core } from '../context';

/** `vms.definition`: asked of the VM's host now. */
export async function definitionOf(core: Core, ref: string, signal: AbortSignal): Promise<VmDefinition | null> {
  const vm = core.refs.vm(ref);
  if (vm.hostId === null) return null;
  const actor = core.actors.get(vm.hostId);
  await actor.connect();
  return actor.driver.vms.definition(vm.id, signal);
}
