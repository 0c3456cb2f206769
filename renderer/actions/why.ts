import {
  hostAllows,
  hostStatesFor,
  vmAllows,
  vmStatesFor,
  type HostAction,
  type HostState,
  type Vm,
  type VmAction,
  whyNotOfBoot,
} from '../../contract';
import { HOST_FEEL, VM_FEEL } from '../ui/tone';

/** Why `action` is not possible for a VM, from the tables that the engine refuses by; null when it is. */
export function whyNotVm(vm: Pick<Vm, 'state'> & Partial<Pick<Vm, 'boot'>>, action: VmAction): string | null {
  const { state, boot } = vm;
  const never = boot === undefined ? null : whyNotOfBoot(boot, action);
  if (never !== null) return never;
  if (vmAllows(state, action)) return null;
  return `The VM is ${VM_FEEL[state].words.toLowerCase()}. Possible when it is ${either(vmStatesFor(action).map((s) => VM_FEEL[s].words))}.`;
}

/** Why `action` is not possible for a host in `state`; null when it is. */
export function whyNotHost(state: HostState, action: HostAction): string | null {
  if (hostAllows(state, action)) return null;
  return `The host is ${HOST_FEEL[state].words.toLowerCase()}. Possible when it is ${either(hostStatesFor(action).map((s) => HOST_FEEL[s].words))}.`;
}

function either(words: readonly string[]): string {
  const lower = words.map((word) => word.toLowerCase());
  return lower.length < 2 ? lower.join('') : `${lower.slice(0, -1).join(', ')} or ${lower.at(-1)}`;
}
