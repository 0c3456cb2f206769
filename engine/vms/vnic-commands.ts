import { type ChangeOf, type JobTitle, type Vnic, say, type PreviewLine } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import type { Repositories, VmRow, VnicRow } from '../ports/store';
import { presentVnic } from './present';
import { assertTakesNicOver, assertVmStateAllows, assertVnicPlugged } from './rules';
import { assertAddressesFree } from './seed-rules';
import { apartLines, warnIfSplit } from './warn-if-split';
import { type VnicChange, applyChange, isLive, joined, vnicJob } from './vnic-jobs';
import { cutLines } from './cut-lines';
import { type VnicInput, addVnic, networkFor, profileOf, readdVnic, wantedProfile } from './vnic-rows';
import { ofVnic, vnicUndo } from './vnic-undo';

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

/** A change as its job's title, and as a line of a dry run. */
interface Described {
  readonly title: JobTitle;
  readonly line: PreviewLine;
}

/** Changes a vNIC: by a job on a running VM, at once on any other. */
function change(
  scope: Scope,
  kind: string,
  vm: VmRow,
  vnic: VnicRow,
  what: VnicChange,
  { title, line }: Described,
): Omit<Outcome<object>, 'output'> {
  const hosts = vm.hostId === null ? {} : { hosts: [vm.hostId] };
  if (isLive(vm.state)) {
    const apart = apartLines(scope.tx, vm, joined(scope.tx, vnic, what));
    const cut = cutLines(scope.tx, vm, vnic, what);
    const foresees = (tx: Repositories): void => void applyChange(tx, vm, vnic, what);
    return { lines: [line, ...cut, ...apart], job: vnicJob(kind, vm, vnic, what, title), foresees, ...hosts };
  }
  const { type, message, undo } = applyChange(scope.tx, vm, vnic, what);
  scope.emit(type, 'normal', message, { vmId: vm.id, vnicId: vnic.id }, undo);
  return { lines: [line, ...warnIfSplit(scope.tx, scope.emit, vm, joined(scope.tx, vnic, what))] };
}

/** The answer shows the vNIC as it will be after the job. */
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
  const { vm: _ref, ...draft } = input;
  const live = isLive(vm.state);
  const other = vm.boot.kind === 'imported' ? vm.boot.nics.find(({ mac }) => mac === draft.mac) : undefined;
  if (other) assertTakesNicOver(vm, other);
  // A row that says "plugged" before the host has done it would look like an unplugged vNIC.
  const vnic = addVnic(scope, storeId, vm, live ? { ...draft, plugged: false } : draft);
  const network = vnic.networkId === null ? undefined : scope.tx.networks.get(vnic.networkId);
  const named = { vnic: vnic.name, vm: vm.name, network: network?.name ?? null };
  const described = { title: say('vnics.add', named), line: say('preview.vnic.add', named) };
  const outcome = added(scope, vm, vnic, draft.plugged, described);
  if (!other) return outcome;
  return { ...outcome, lines: [...outcome.lines, say('preview.vnic.takes_over', { vm: vm.name, ...other })] };
}

/** Emits that a vNIC's row was written, and on a running VM plugs it in. */
function added(scope: Scope, vm: VmRow, vnic: VnicRow, plug: boolean, described: Described): Outcome<{ vnic: Vnic }> {
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
    return { output: { vnic: presentVnic(vnic) }, lines: [described.line, ...apart] };
  }
  return shown(vnic, { plugged: true }, change(scope, 'vnics.add', vm, vnic, { kind: 'plug' }, described));
}

/** Writes a removed vNIC again, with its id, name and MAC address, and plugs it in if it was. */
export function restoreVnic(scope: Scope, { vnic: was, position }: ChangeOf<'vnic.removed'>): Outcome<{ vnic: Vnic }> {
  const vm = scope.refs.vm(was.vmId);
  assertVmStateAllows(vm, 'editVnics');
  const plugged = was.plugged && !isLive(vm.state);
  const vnic = readdVnic(scope, vm, { ...was, plugged }, position);
  const named = { vnic: was.name, vm: vm.name };
  const described = { title: say('vnics.bring_back', named), line: say('preview.vnic.restore', named) };
  return added(scope, vm, vnic, was.plugged, described);
}

export function plugHandler(scope: Scope, input: Ref, plug: boolean): Outcome<{ vnic: Vnic }> {
  const { vm, vnic } = editable(scope, input);
  assertVnicPlugged(vnic, !plug);
  const kind = plug ? 'plug' : 'unplug';
  const named = { vnic: vnic.name, vm: vm.name };
  const described = { title: say(`vnics.${kind}`, named), line: say(`preview.vnic.${kind}`, named) };
  return shown(vnic, { plugged: plug }, change(scope, `vnics.${kind}`, vm, vnic, { kind }, described));
}

export function moveHandler(
  scope: Scope,
  input: Ref & { network: string | null; profile?: string | undefined },
): Outcome<{ vnic: Vnic }> {
  const { vm, vnic } = editable(scope, input);
  const network = input.network === null ? null : networkFor(scope, vm, input.network);
  const named = { vnic: vnic.name, vm: vm.name, network: network?.name ?? null };
  const networkId = network?.id ?? null;
  const already = vnic.networkId === networkId;
  const described = { title: say('vnics.move', named), line: say('preview.vnic.move', { ...named, already }) };
  const wanted = wantedProfile(scope.tx, network, input.profile);
  if (already) return withProfile(scope, vnic, wanted, described.line);
  if (network) assertAddressesFree(scope.tx, vm, vnic, network);
  const profileId = profileOf(scope.tx, networkId, wanted);
  const what = { kind: 'move', networkId, profileId } as const;
  return shown(vnic, { networkId, profileId }, change(scope, 'vnics.move', vm, vnic, what, described));
}

/** Another profile of the same network: the guest sees no difference, so no host and no job is concerned. */
function withProfile(
  scope: Scope,
  vnic: VnicRow,
  profileId: string | null,
  line: PreviewLine,
): Outcome<{ vnic: Vnic }> {
  if (profileId !== null && profileId !== vnic.profileId) scope.tx.vnics.update(vnic.id, { profileId });
  return { output: { vnic: presentVnic({ ...vnic, profileId: profileId ?? vnic.profileId }) }, lines: [line] };
}

export function linkHandler(scope: Scope, input: Ref & { up: boolean }): Outcome<{ vnic: Vnic }> {
  const { up } = input;
  const { vm, vnic } = editable(scope, input);
  const [named, already] = [{ vnic: vnic.name, vm: vm.name, up }, vnic.linked === up];
  const described = { title: say('vnics.link', named), line: say('preview.vnic.link', { ...named, already }) };
  if (already) return { output: { vnic: presentVnic(vnic) }, lines: [described.line] };
  return shown(vnic, { linked: up }, change(scope, 'vnics.link', vm, vnic, { kind: 'link', up }, described));
}

export function removeVnicHandler(scope: Scope, input: Ref): Outcome<object> {
  const { vm, vnic } = editable(scope, input);
  const named = { vnic: vnic.name, vm: vm.name };
  const described = { title: say('vnics.remove', named), line: say('preview.vnic.remove', named) };
  return { output: {}, ...change(scope, 'vnics.remove', vm, vnic, { kind: 'remove' }, described) };
}
