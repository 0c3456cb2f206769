import { isDeepStrictEqual } from 'node:util';
import { AppError, type Change, type ChangeOf, type PromiseGroup, type VnicProfile, note } from '../../contract';
import { noteOf } from '../map/note';
import type { PromiseGroupRow, Repositories } from '../ports/store';

function movedOn(message: string, hint = 'Change it by hand.'): AppError {
  return new AppError('CONFLICT', `It can't be undone: ${message}`, {
    rule: 'UNDO',
    field: 'event',
    remedy: note(hint),
  });
}

/**
 * Bad: undoing "unplug" of a vNIC that has since been plugged in again or removed; a rename after another rename; a removal whose
 * id exists again. What the inverse command checks itself (names, users, states) is not repeated here.
 */
export function assertUndoStillFits(tx: Repositories, change: Change): void {
  switch (change.kind) {
    case 'vnic.added':
    case 'vnic.plugged':
    case 'vnic.unplugged':
    case 'vnic.linked':
    case 'vnic.moved':
      return vnicIsAsLeft(tx, change);
    case 'disk.added':
      if (!tx.disks.get(change.diskId)) throw movedOn('the disk is gone', 'There is nothing left to do.');
      return;
    case 'disk.moved':
      if (tx.disks.get(change.diskId)?.vmId !== change.now) throw movedOn('the disk is no longer on that VM');
      if (!tx.vms.get(change.was)) throw movedOn('its former VM is gone');
      return;
    case 'disk.removed':
      return removedDiskCanReturn(tx, change);
    case 'vm.added':
      if (!tx.vms.get(change.vmId)) throw movedOn('the VM is gone', 'There is nothing left to do.');
      return;
    case 'vm.updated':
      return fieldsAreAsLeft('VM', tx.vms.get(change.vmId), change.now);
    case 'vm.cdroms':
      return fieldsAreAsLeft('VM', tx.vms.get(change.vmId), { cdroms: change.now });
    case 'vm.moved': {
      const vm = tx.vms.get(change.vmId);
      if (!vm) throw movedOn('the VM is gone', 'There is nothing left to do.');
      if (vm.hostId !== change.now) throw movedOn('it was moved again since');
      if (!tx.hosts.get(change.was)) throw movedOn('its former host was removed');
      return;
    }
    case 'vm.removed':
      return removedVmCanReturn(tx, change);
    case 'network.added':
    case 'network.attached':
    case 'network.detached':
      if (!tx.networks.get(change.networkId)) throw movedOn('the network is gone', 'There is nothing left to do.');
      return;
    case 'imported':
      if (
        ![...change.vmIds.map((id) => tx.vms.get(id)), ...change.networkIds.map((id) => tx.networks.get(id))].some(
          Boolean,
        )
      )
        throw movedOn('Atoll no longer manages any of it', 'There is nothing left to do.');
      return;
    case 'network.updated':
      return fieldsAreAsLeft('network', tx.networks.get(change.networkId), change.now);
    case 'network.services':
      return fieldsAreAsLeft('network', tx.networks.get(change.networkId), { services: change.now });
    case 'network.stretched':
      return fieldsAreAsLeft('network', tx.networks.get(change.networkId), {
        stretch: change.now,
        mtu: change.mtu.now,
      });
    case 'network.profiles':
      return profilesAreAsLeft(tx, change);
    case 'network.removed':
      return removedNetworkCanReturn(tx, change);
    case 'promise.added':
      if (!tx.promises.get(change.promiseId)) throw movedOn('the promise is gone', 'There is nothing left to do.');
      return;
    case 'promise.updated':
      return fieldsAreAsLeft('promise', tx.promises.get(change.promiseId), change.now);
    case 'promise.removed':
      if (tx.promises.get(change.promise.id)) throw movedOn('the promise exists again', 'There is nothing left to do.');
      if (!tx.dataCenters.get(change.promise.dataCenterId)) throw movedOn('its data center is gone');
      return;
    case 'promise.group_set':
      return groupIsAsLeft(tx, change.now);
    case 'promise.group_removed':
      if (tx.promiseGroups.ofDataCenter(change.group.dataCenterId).some(({ name }) => name === change.group.name))
        throw movedOn('a group of that name exists again', 'There is nothing left to do.');
      if (!tx.dataCenters.get(change.group.dataCenterId)) throw movedOn('its data center is gone');
      return;
    case 'network.noted':
      if (noteOf(tx, change) !== change.now) throw movedOn('the note was changed again since');
      return;
    case 'vnic.removed':
      if (!tx.vms.get(change.vnic.vmId)) throw movedOn('the VM is gone');
      if (tx.vnics.get(change.vnic.id)) throw movedOn('the vNIC exists again', 'There is nothing left to do.');
      return assertNetworksExist(tx, [change.vnic.networkId]);
  }
}

function groupIsAsLeft(tx: Repositories, now: PromiseGroup): void {
  const row = tx.promiseGroups.get(now.id);
  if (!row) throw movedOn('the group is gone', 'There is nothing left to do.');
  const ids = (members: PromiseGroupRow['members']): string[] => members.map(({ kind, id }) => `${kind}:${id}`);
  if (!isDeepStrictEqual(ids(row.members), ids(now.members))) throw movedOn('the group was changed again since');
}

function profilesAreAsLeft(tx: Repositories, { networkId, now }: ChangeOf<'network.profiles'>): void {
  if (!tx.networks.get(networkId)) throw movedOn('the network is gone', 'There is nothing left to do.');
  const named = (all: readonly VnicProfile[]): string[] => all.map(({ id, name }) => `${id} ${name}`).sort();
  if (!isDeepStrictEqual(named(tx.vnicProfiles.ofNetwork(networkId)), named(now)))
    throw movedOn('its vNIC profiles changed again since');
}

function vnicIsAsLeft(
  tx: Repositories,
  change: ChangeOf<'vnic.added' | 'vnic.plugged' | 'vnic.unplugged' | 'vnic.linked' | 'vnic.moved'>,
): void {
  const vnic = tx.vnics.get(change.vnicId);
  if (!vnic) throw movedOn('the vNIC is gone');
  const asLeft = {
    'vnic.added': true,
    'vnic.plugged': vnic.plugged,
    'vnic.unplugged': !vnic.plugged,
    'vnic.linked': change.kind === 'vnic.linked' && vnic.linked === change.up,
    'vnic.moved': change.kind === 'vnic.moved' && vnic.networkId === change.now,
  }[change.kind];
  if (!asLeft) throw movedOn(`${vnic.name} has been changed since`);
  if (change.kind === 'vnic.moved') assertNetworksExist(tx, [change.was]);
}

function fieldsAreAsLeft<F extends object>(what: string, row: F | undefined, now: Partial<F>): void {
  if (!row) throw movedOn(`the ${what} is gone`);
  const changed = (Object.keys(now) as Array<keyof F & string>).filter(
    (field) => !isDeepStrictEqual(row[field], now[field]),
  );
  if (changed.length > 0) throw movedOn(`its ${changed.join(' and ')} changed again since`);
}

function assertNetworksExist(tx: Repositories, ids: ReadonlyArray<string | null>): void {
  if (ids.some((id) => id !== null && !tx.networks.get(id))) throw movedOn('its network is gone');
}

function removedDiskCanReturn(tx: Repositories, { disk, trashed }: ChangeOf<'disk.removed'>): void {
  const vm = disk.vmId === null ? undefined : tx.vms.get(disk.vmId);
  if (!vm) throw movedOn('the VM is gone');
  if (tx.disks.get(disk.id)) throw movedOn('the disk exists again', 'There is nothing left to do.');
  if (!trashed) return;
  if (!tx.trash.get(disk.id)) throw movedOn('its file is no longer in the trash', 'Add a new disk.');
  if (vm.hostId !== disk.hostId) throw movedOn('the VM was moved to another host since', 'Move it back first.');
}

function removedVmCanReturn(tx: Repositories, { vm, forwards, trashed }: ChangeOf<'vm.removed'>): void {
  if (tx.vms.get(vm.id)) throw movedOn('the VM exists again', 'There is nothing left to do.');
  if (!tx.clusters.get(vm.clusterId)) throw movedOn('its cluster is gone');
  if (vm.hostId !== null && !tx.hosts.get(vm.hostId)) throw movedOn('its host is gone');
  if (trashed && !tx.trash.get(vm.id)) throw movedOn('its disks are no longer in the trash', 'Create it again.');
  const imageId = vm.boot.kind === 'image' ? vm.boot.imageId : null;
  if (imageId !== null && !tx.images.get(imageId)) throw movedOn('its base image is gone');
  assertNetworksExist(
    tx,
    vm.vnics.map((vnic) => vnic.networkId),
  );
  const taken = vm.vnics.find((vnic) => tx.vnics.byMac(vnic.mac));
  if (taken) throw movedOn(`another vNIC has its MAC address ${taken.mac}`);
  const port = forwards.find(({ protocol, hostPort }) => tx.forwards.byHostPort(protocol, hostPort));
  if (port) throw movedOn(`another forward has its port ${port.hostPort}`);
}

function removedNetworkCanReturn(tx: Repositories, { network }: ChangeOf<'network.removed'>): void {
  if (tx.networks.get(network.id)) throw movedOn('the network exists again', 'There is nothing left to do.');
  if (!tx.dataCenters.get(network.dataCenterId)) throw movedOn('its data center is gone');
  const others = tx.networks.ofDataCenter(network.dataCenterId);
  if (others.some((other) => other.bridge === network.bridge))
    throw movedOn(`another network has its bridge's name ${network.bridge}`);
  if (network.clusters.some(({ clusterId }) => !tx.clusters.get(clusterId))) throw movedOn('its cluster is gone');
}
