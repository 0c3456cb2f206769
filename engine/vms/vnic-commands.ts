import { type ChangeOf, type JobTitle, type Vnic, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import type { VmRow, VnicRow } from '../ports/store';
import { apartWarnings } from '../islands/apart';
import { presentVnic } from './present';
import { assertVmStateAllows, assertVnicPlugged } from './rules';
import { warnIfSplit } from './warn-if-split';
import { type VnicChange, applyChange, isLive, joined, vnicJob } from './vnic-jobs';
import { type VnicInput, addVnic, networkFor, profileOf, readdVnic } from './vnic-rows';
import { ofVnic, vnicUndo } from './vnic-words';

interface Ref {
  readonly vm: string;
  readonly vnic: string;
}

export const VERBS = ['add', 'plug', 'unplug', 'link', 'move', 'remove'] as const;

function editable({ tx, refs }: Scope, input: Ref): { vm: VmRow; vnic: VnicRow } {
  const found = refs.vm(input.vm);
  const vnic = refs.vnic(found.id, input.vnic);
  const vm = tx.vms.get(found.id) ?? found;
  assertVmStateAllows(vm, 'editVnics');
  return { vm, vnic };
}

/** A change as its job's title, and in words for a dry run. */
interface Told {
  readonly title: JobTitle;
  readonly words: string;
}

/** What a change of a vNIC comes to: on a running VM a job, on any other it is done at once. */
function change(
  scope: Scope,
  kind: string,
  vm: VmRow,
  vnic: VnicRow,
  what: VnicChange,
  { title, words }: Told,
): Omit<Outcome<object>, 'output'> {
  const hosts = vm.hostId === null ? {} : { hosts: [vm.hostId] };
  if (isLive(vm.state)) {
    const apart = apartWarnings(scope.tx, vm, joined(scope.tx, vnic, what)).map((each) => `warning: ${each.words}`);
    return { words: [words, ...apart], job: vnicJob(kind, vm, vnic, what, title), ...hosts };
  }
  const { type, message, undo } = applyChange(scope.tx, vm, vnic, what);
  scope.emit(type, 'normal', message, { vmId: vm.id, vnicId: vnic.id }, undo);
  return { words: [words, ...warnIfSplit(scope.tx, scope.emit, vm, joined(scope.tx, vnic, what))] };
}

/** The answer shows the vNIC as it will be when the job has done its work. */
function shown(
  vnic: VnicRow,
  patch: Partial<VnicRow>,
  outcome: Omit<Outcome<object>, 'output'>,
): Outcome<{ vnic: Vnic }> {
  return { output: { vnic: presentVnic({ ...vnic, ...patch }) }, ...outcome };
}

export function addHandler(scope: Scope, storeId: string, input: VnicInput & { vm: string }): Outcome<{ vnic: Vnic }> {
  const vm = scope.refs.vm(input.vm);
  assertVmStateAllows(vm, 'editVnics');
  const { vm: _ref, ...wish } = input;
  const live = isLive(vm.state);
  // A row that said "plugged" before the host had done it would look like a cable that was pulled out.
  const vnic = addVnic(scope, storeId, vm, live ? { ...wish, plugged: false } : wish);
  const network = vnic.networkId === null ? undefined : scope.tx.networks.get(vnic.networkId);
  const words = `add ${vnic.name} to "${vm.name}"${network ? ` on "${network.name}"` : ''}`;
  const title = say('vnics.add', { vnic: vnic.name, vm: vm.name, network: network?.name ?? null });
  return added(scope, vm, vnic, wish.plugged, { title, words });
}

/** Tells a vNIC whose row was written, and on a running VM plugs it in. */
function added(scope: Scope, vm: VmRow, vnic: VnicRow, plug: boolean, told: Told): Outcome<{ vnic: Vnic }> {
  const undo = vnicUndo(scope.tx, vm, vnic, { kind: 'vnic.added', ...ofVnic(vnic) });
  scope.emit(
    'vnic.added',
    'normal',
    say('vnic.added', { vnic: vnic.name, vm: vm.name }),
    { vmId: vm.id, vnicId: vnic.id },
    undo,
  );
  if (!isLive(vm.state) || !plug) {
    const apart = plug ? warnIfSplit(scope.tx, scope.emit, vm, joined(scope.tx, vnic, { kind: 'plug' })) : [];
    return { output: { vnic: presentVnic(vnic) }, words: [told.words, ...apart] };
  }
  return shown(vnic, { plugged: true }, change(scope, 'vnics.add', vm, vnic, { kind: 'plug' }, told));
}

/** Writes a removed vNIC again, with its id, name and MAC, and plugs it in if it was. */
export function restoreVnic(scope: Scope, { vnic: was, position }: ChangeOf<'vnic.removed'>): Outcome<{ vnic: Vnic }> {
  const vm = scope.refs.vm(was.vmId);
  assertVmStateAllows(vm, 'editVnics');
  const plugged = was.plugged && !isLive(vm.state);
  const vnic = readdVnic(scope, vm, { ...was, plugged }, position);
  const title = say('vnics.bring_back', { vnic: was.name, vm: vm.name });
  return added(scope, vm, vnic, was.plugged, { title, words: `bring ${was.name} of "${vm.name}" back` });
}

export function plugHandler(scope: Scope, input: Ref, plug: boolean): Outcome<{ vnic: Vnic }> {
  const { vm, vnic } = editable(scope, input);
  assertVnicPlugged(vnic, !plug);
  const kind = plug ? 'plug' : 'unplug';
  const title = say(`vnics.${kind}`, { vnic: vnic.name, vm: vm.name });
  const words = plug ? `plug ${vnic.name} into "${vm.name}"` : `unplug ${vnic.name} from "${vm.name}"`;
  return shown(vnic, { plugged: plug }, change(scope, `vnics.${kind}`, vm, vnic, { kind }, { title, words }));
}

export function moveHandler(scope: Scope, input: Ref & { network: string | null }): Outcome<{ vnic: Vnic }> {
  const { vm, vnic } = editable(scope, input);
  const network = input.network === null ? null : networkFor(scope, vm, input.network);
  const words = `move ${vnic.name} of "${vm.name}" to ${network ? `"${network.name}"` : 'no network'}`;
  const title = say('vnics.move', { vnic: vnic.name, vm: vm.name, network: network?.name ?? null });
  const networkId = network?.id ?? null;
  if (vnic.networkId === networkId)
    return { output: { vnic: presentVnic(vnic) }, words: [`${words} (it is there already)`] };
  const patch = { networkId, profileId: profileOf(scope.tx, networkId) };
  return shown(vnic, patch, change(scope, 'vnics.move', vm, vnic, { kind: 'move', networkId }, { title, words }));
}

export function linkHandler(scope: Scope, input: Ref & { up: boolean }): Outcome<{ vnic: Vnic }> {
  const { up } = input;
  const { vm, vnic } = editable(scope, input);
  const words = `set the link of ${vnic.name} of "${vm.name}" ${up ? 'up' : 'down'}`;
  const title = say('vnics.link', { vnic: vnic.name, vm: vm.name, up });
  if (vnic.linked === up) return { output: { vnic: presentVnic(vnic) }, words: [`${words} (it is already)`] };
  return shown(vnic, { linked: up }, change(scope, 'vnics.link', vm, vnic, { kind: 'link', up }, { title, words }));
}

export function removeVnicHandler(scope: Scope, input: Ref): Outcome<object> {
  const { vm, vnic } = editable(scope, input);
  const title = say('vnics.remove', { vnic: vnic.name, vm: vm.name });
  const words = `remove ${vnic.name} from "${vm.name}"`;
  return { output: {}, ...change(scope, 'vnics.remove', vm, vnic, { kind: 'remove' }, { title, words }) };
}
