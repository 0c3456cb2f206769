import { AppError, isRunning, type LabFileVm, say, run, type PreviewLine } from '../../contract';
import { OUTSIDE_NAME, outsideNetwork } from '../plan/model/outside-network';
import type { VmRow, VnicRow } from '../ports/store';
import { type VnicChange, applyChange } from '../vms/vnic-jobs';
import { addVnic, networkFor } from '../vms/vnic-rows';
import { type Applying, isAnother } from './applying';

type VnicInput = NonNullable<LabFileVm['vnics']>[number];

/** A vNIC in the form of the commands. The network to the outside is recognized by its kind, because it may have been renamed. */
export function draftOf(applying: Applying, { name, network = null, mac, plugged = true, linked = true }: VnicInput) {
  const out = network === OUTSIDE_NAME ? outsideNetwork(applying.scope.tx, applying.dataCenterId) : undefined;
  return { name, network: out?.id ?? network, mac, plugged, linked };
}

/** The vNICs of an existing VM; those that the file does not name stay. */
export function applyVnics(applying: Applying, vm: VmRow, entries: readonly VnicInput[]): void {
  const there = new Map(applying.scope.tx.vnics.ofVm(vm.id).map((vnic) => [vnic.name, vnic]));
  for (const entry of entries) {
    const found = there.get(entry.name);
    const changes = found ? changesOf(applying, vm, found, entry) : null;
    if (changes?.length === 0) continue;
    assertVmDown(vm, entry);
    if (found && changes) change(applying, vm, found, changes);
    else add(applying, vm, entry);
  }
}

/** Bad: another network for a vNIC of a running VM: separate commands plug and unplug its devices. */
function assertVmDown(vm: VmRow, entry: VnicInput): void {
  if (!isRunning(vm.state)) return;
  throw new AppError('STATE_ILLEGAL', `The VM "${vm.name}" runs, and its vNIC "${entry.name}" differs from the file`, {
    remedy: run('vms.shutdown', { vm: vm.name }, 'Shut it down first, or change the vNIC with its own command.'),
  });
}

function changesOf(applying: Applying, vm: VmRow, found: VnicRow, entry: VnicInput): VnicChange[] {
  if (entry.mac !== undefined && entry.mac !== found.mac) {
    const hint = 'Leave the address out of the file, or remove that vNIC.';
    throw isAnother(`The vNIC "${entry.name}" of "${vm.name}" has the MAC address ${found.mac}`, hint);
  }
  const changes: VnicChange[] = [];
  if (entry.network !== undefined) {
    const { network } = draftOf(applying, entry);
    const networkId = network === null ? null : networkFor(applying.scope, vm, network).id;
    if (networkId !== found.networkId) changes.push({ kind: 'move', networkId });
  }
  if (entry.linked !== undefined && entry.linked !== found.linked) changes.push({ kind: 'link', up: entry.linked });
  if (entry.plugged !== undefined && entry.plugged !== found.plugged)
    changes.push({ kind: entry.plugged ? 'plug' : 'unplug' });
  return changes;
}

function add(applying: Applying, vm: VmRow, entry: VnicInput): void {
  const { core, scope } = applying;
  const vnic = addVnic(scope, core.store.storeId, vm, draftOf(applying, entry));
  scope.emit('vnic.added', 'normal', say('vnic.added', { vnic: vnic.name, vm: vm.name }), {
    vmId: vm.id,
    vnicId: vnic.id,
  });
  applying.add(say('preview.vnic.add', { vnic: vnic.name, vm: vm.name, network: networkName(scope, vnic.networkId) }));
}

function change({ scope, add: plan }: Applying, vm: VmRow, vnic: VnicRow, changes: readonly VnicChange[]): void {
  for (const each of changes) {
    const { type, message } = applyChange(scope.tx, vm, vnic, each);
    scope.emit(type, 'normal', message, { vmId: vm.id, vnicId: vnic.id });
    plan(changeLine(scope, vm, vnic, each));
  }
}

const networkName = ({ tx }: Applying['scope'], id: string | null): string | null =>
  id === null ? null : (tx.networks.get(id)?.name ?? id);

function changeLine(scope: Applying['scope'], vm: VmRow, vnic: VnicRow, change: VnicChange): PreviewLine {
  const of = { vnic: vnic.name, vm: vm.name };
  switch (change.kind) {
    case 'plug':
      return say('preview.vnic.plug', of);
    case 'unplug':
      return say('preview.vnic.unplug', of);
    case 'link':
      return say('preview.vnic.link', { ...of, up: change.up, already: false });
    case 'move':
      return say('preview.vnic.move', { ...of, network: networkName(scope, change.networkId), already: false });
    case 'remove':
      return say('preview.vnic.remove', of);
  }
}
