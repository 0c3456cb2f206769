import {
  hostAllows,
  hostStatesFor,
  vmAllows,
  vmStatesFor,
  type HostAction,
  type HostState,
  type Vm,
  type VmAction,
  type VmState,
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
  return vmAllows(state, action) ? null : notInState(state, action);
}

/** Why `action` is not possible for a host in `state`; null: it is possible. */
export function whyNotHost(state: HostState, action: HostAction): string | null {
  return hostAllows(state, action) ? null : hostNotInState(state, action);
}

/** Sentences by state and action, each made once: a table asks for them for every selected row, of which there can be 10,000. */
function perState<S, A>(make: (state: S, action: A) => string): (state: S, action: A) => string {
  const made = new Map<S, Map<A, string>>();
  return (state, action) => {
    const known = made.get(state)?.get(action);
    if (known !== undefined) return known;
    const words = make(state, action);
    made.set(state, (made.get(state) ?? new Map<A, string>()).set(action, words));
    return words;
  };
}

const notInState = perState((state: VmState, action: VmAction) =>
  text.whyNotVm(
    lower(VM_FEEL[state]),
    vmStatesFor(action).map((one) => lower(VM_FEEL[one])),
  ),
);

const hostNotInState = perState((state: HostState, action: HostAction) =>
  text.whyNotHost(hostIs(state), hostStatesFor(action).map(hostIs)),
);

/** A host's state behind "is": in maintenance. */
function hostIs(state: HostState): string {
  const { hostIs: words }: { hostIs: Partial<Record<HostState, string>> } = text;
  return words[state] ?? lower(HOST_FEEL[state]);
}

/** Whether a host is unresponsive or permanently inaccessible: then it can be forgotten. */
export const isForgettable = (state: HostState): boolean => state === 'non_responsive' || state === 'error';

/** Why a host in `state` can't be removed; null: it can. */
export const whyNotRemoveHost = (state: HostState): string | null =>
  isForgettable(state) ? null : whyNotHost(state, 'remove');

/** A state's label in lower case, for use inside a sentence. */
const lower = ({ words }: Feel): string => words.toLocaleLowerCase(locale);
