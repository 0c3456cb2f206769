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
import { locale } from '../ui/language';
import { type Feel, HOST_FEEL, VM_FEEL } from '../ui/tone';
import { text } from './text';

/** Why `action` is not possible for a VM, from the same tables that the engine uses; null: it is possible. */
export function whyNotVm(vm: Pick<Vm, 'state'> & Partial<Pick<Vm, 'boot'>>, action: VmAction): string | null {
  const { state, boot } = vm;
  const never = boot === undefined ? null : whyNotOfBoot(boot, action);
  if (never !== null) return never;
  if (vmAllows(state, action)) return null;
  return text.whyNotVm(
    lower(VM_FEEL[state]),
    vmStatesFor(action).map((one) => lower(VM_FEEL[one])),
  );
}

/** Why `action` is not possible for a host in `state`; null: it is possible. */
export function whyNotHost(state: HostState, action: HostAction): string | null {
  if (hostAllows(state, action)) return null;
  return text.whyNotHost(
    lower(HOST_FEEL[state]),
    hostStatesFor(action).map((one) => lower(HOST_FEEL[one])),
  );
}

/** Whether a host is unresponsive or permanently inaccessible: then it can be forgotten. */
export const isForgettable = (state: HostState): boolean => state === 'non_responsive' || state === 'error';

/** Why a host in `state` can't be removed; null: it can. */
export const whyNotRemoveHost = (state: HostState): string | null =>
  isForgettable(state) ? null : whyNotHost(state, 'remove');

/** A state's label in lower case, for use inside a sentence. */
const lower = ({ words }: Feel): string => words.toLocaleLowerCase(locale);
