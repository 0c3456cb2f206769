import type { Change, ChangeOf, PromiseGroup } from '../../contract';

/** The inverse command, by ids. The first word is the area that runs it; `restore` writes a removed object again. */
export type Inverse =
  | { readonly do: 'vnics.plug' | 'vnics.unplug' | 'vnics.remove'; readonly vm: string; readonly vnic: string }
  | { readonly do: 'vnics.link'; readonly vm: string; readonly vnic: string; readonly up: boolean }
  | { readonly do: 'vnics.move'; readonly vm: string; readonly vnic: string; readonly network: string | null }
  | { readonly do: 'vnics.restore'; readonly removed: ChangeOf<'vnic.removed'> }
  | { readonly do: 'disks.remove'; readonly vm: string; readonly disk: string }
  | { readonly do: 'disks.restore'; readonly removed: ChangeOf<'disk.removed'> }
  | {
      readonly do: 'disks.move';
      readonly vm: string;
      readonly disk: string;
      readonly to: string;
      readonly name: string;
    }
  | { readonly do: 'vms.remove'; readonly vm: string }
  | { readonly do: 'vms.update'; readonly vm: string; readonly fields: ChangeOf<'vm.updated'>['was'] }
  | { readonly do: 'cdroms.restore'; readonly vm: string; readonly cdroms: ChangeOf<'vm.cdroms'>['was'] }
  | { readonly do: 'vms.move'; readonly vm: string; readonly host: string }
  | { readonly do: 'vms.restore'; readonly removed: ChangeOf<'vm.removed'> }
  | { readonly do: 'imports.giveBack'; readonly imported: ChangeOf<'imported'> }
  | { readonly do: 'networks.remove'; readonly network: string }
  | { readonly do: 'networks.update'; readonly network: string; readonly fields: ChangeOf<'network.updated'>['was'] }
  | { readonly do: 'networks.services'; readonly changed: ChangeOf<'network.services'> }
  | { readonly do: 'networks.stretch'; readonly changed: ChangeOf<'network.stretched'> }
  | { readonly do: 'networks.profiles'; readonly changed: ChangeOf<'network.profiles'> }
  | { readonly do: 'networks.restore'; readonly removed: ChangeOf<'network.removed'> }
  | { readonly do: 'networks.attach' | 'networks.detach'; readonly network: string; readonly cluster: string }
  | { readonly do: 'promises.remove'; readonly promise: string }
  | { readonly do: 'promises.update'; readonly promise: string; readonly fields: ChangeOf<'promise.updated'>['was'] }
  | { readonly do: 'promises.restore'; readonly removed: ChangeOf<'promise.removed'> }
  | { readonly do: 'promises.removeGroup'; readonly group: string }
  | { readonly do: 'promises.restoreGroup'; readonly group: PromiseGroup }
  | { readonly do: 'map.note'; readonly network: string; readonly host: string; readonly note: string };

/** The inverse command of a change. */
export function inverseOf(change: Change): Inverse {
  switch (change.kind) {
    case 'vnic.added':
      return { do: 'vnics.remove', vm: change.vmId, vnic: change.vnicId };
    case 'vnic.plugged':
      return { do: 'vnics.unplug', vm: change.vmId, vnic: change.vnicId };
    case 'vnic.unplugged':
      return { do: 'vnics.plug', vm: change.vmId, vnic: change.vnicId };
    case 'vnic.linked':
      return { do: 'vnics.link', vm: change.vmId, vnic: change.vnicId, up: !change.up };
    case 'vnic.moved':
      return { do: 'vnics.move', vm: change.vmId, vnic: change.vnicId, network: change.was };
    case 'vnic.removed':
      return { do: 'vnics.restore', removed: change };
    case 'disk.added':
      return { do: 'disks.remove', vm: change.vmId, disk: change.diskId };
    case 'disk.moved':
      return { do: 'disks.move', vm: change.now, disk: change.diskId, to: change.was, name: change.name };
    case 'disk.removed':
      return { do: 'disks.restore', removed: change };
    case 'vm.added':
      return { do: 'vms.remove', vm: change.vmId };
    case 'vm.updated':
      return { do: 'vms.update', vm: change.vmId, fields: change.was };
    case 'vm.cdroms':
      return { do: 'cdroms.restore', vm: change.vmId, cdroms: change.was };
    case 'vm.moved':
      return { do: 'vms.move', vm: change.vmId, host: change.was };
    case 'vm.removed':
      return { do: 'vms.restore', removed: change };
    case 'imported':
      return { do: 'imports.giveBack', imported: change };
    case 'network.added':
      return { do: 'networks.remove', network: change.networkId };
    case 'network.updated':
      return { do: 'networks.update', network: change.networkId, fields: change.was };
    case 'network.services':
      return { do: 'networks.services', changed: change };
    case 'network.stretched':
      return { do: 'networks.stretch', changed: change };
    case 'network.profiles':
      return { do: 'networks.profiles', changed: change };
    case 'network.removed':
      return { do: 'networks.restore', removed: change };
    case 'network.attached':
      return { do: 'networks.detach', network: change.networkId, cluster: change.clusterId };
    case 'network.detached':
      return { do: 'networks.attach', network: change.networkId, cluster: change.clusterId };
    case 'promise.added':
      return { do: 'promises.remove', promise: change.promiseId };
    case 'promise.updated':
      return { do: 'promises.update', promise: change.promiseId, fields: change.was };
    case 'promise.removed':
      return { do: 'promises.restore', removed: change };
    case 'promise.group_set':
      return change.was === null
        ? { do: 'promises.removeGroup', group: change.now.id }
        : { do: 'promises.restoreGroup', group: change.was };
    case 'promise.group_removed':
      return { do: 'promises.restoreGroup', group: change.group };
    case 'network.noted':
      return { do: 'map.note', network: change.networkId, host: change.hostId, note: change.was };
  }
}

/**
 * Whether undoing removes something that users may have come to use since. A vNIC that was added is no such thing: undoing the undo
 * restores it with its MAC address.
 */
export const removes = (change: Change): boolean =>
  change.kind === 'vm.added' ||
  change.kind === 'disk.added' ||
  change.kind === 'network.added' ||
  change.kind === 'imported';
