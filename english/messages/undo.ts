import type { UndoItem } from '../../contract/messages';
import { someNames } from '../../contract/state/apart';
import type { Texts } from './texts';

const on = (network: string | null): string => (network === null ? '' : ` on ${network}`);
const networkOr = (network: string | null): string => network ?? 'no network';

/** What was done and can be undone, in the form of a command that follows "Undo:". */
export const UNDO_ITEMS: Texts<Exclude<UndoItem['type'], 'text'>> = {
  'undo.vnic.added': ({ vnic, vm, network }) => `add ${vnic} to ${vm}${on(network)}`,
  'undo.vnic.removed': ({ vnic, vm, network }) => `remove ${vnic} from ${vm}${on(network)}`,
  'undo.vnic.plugged': ({ vnic, vm, network }) =>
    network === null ? `plug ${vnic} into ${vm}` : `plug ${vm} into ${network}`,
  'undo.vnic.unplugged': ({ vnic, vm, network }) =>
    network === null ? `unplug ${vnic} from ${vm}` : `unplug ${vm} from ${network}`,
  'undo.vnic.linked': ({ vnic, vm, network, up }) =>
    `set the link of ${vnic} of ${vm}${on(network)} ${up ? 'up' : 'down'}`,
  'undo.vnic.moved': ({ vm, from, to }) => `move ${vm} from ${networkOr(from)} to ${networkOr(to)}`,
  'undo.disk.added': ({ disk, vm }) => `add the disk ${disk} to ${vm}`,
  'undo.disk.restored': ({ disk, vm }) => `restore the disk ${disk} of ${vm}`,
  'undo.disk.moved': ({ disk, from, to }) => `move the disk ${disk} from ${from} to ${to}`,
  'undo.disk.removed': ({ disk, vm }) => `remove the disk ${disk} from ${vm}`,
  'undo.cdrom.added': ({ drive, vm }) => `add the CD drive ${drive} to ${vm}`,
  'undo.cdrom.changed': ({ drive, vm, from, to }) =>
    to === null ? `eject ${from ?? 'the CD'} from ${drive} of ${vm}` : `insert ${to} into ${drive} of ${vm}`,
  'undo.cdrom.removed': ({ drive, vm }) => `remove the CD drive ${drive} from ${vm}`,
  'undo.vm.added': ({ vm }) => `create the VM ${vm}`,
  'undo.vm.restored': ({ vm }) => `restore the VM ${vm}`,
  'undo.vm.updated': ({ vm }) => `change the VM ${vm}`,
  'undo.vm.renamed': ({ was, now }) => `rename the VM ${was} to ${now}`,
  'undo.vm.moved': ({ vm, from, to }) => `move the VM ${vm} from ${from} to ${to}`,
  'undo.vm.removed': ({ vm }) => `remove the VM ${vm}`,
  'undo.network.added': ({ network }) => `create the network ${network}`,
  'undo.network.restored': ({ network }) => `restore the network ${network}`,
  'undo.network.updated': ({ network }) => `change the network ${network}`,
  'undo.network.profiles': ({ network }) => `change the vNIC profiles of ${network}`,
  'undo.network.renamed': ({ was, now }) => `rename the network ${was} to ${now}`,
  'undo.network.services': ({ network, on, wasOn }) =>
    on === wasOn
      ? `change addresses and names of ${network}`
      : `switch addresses and names of ${network} ${on ? 'on' : 'off'}`,
  'undo.network.stretched': ({ network, hosts, was }) =>
    hosts.length >= was.length ? `stretch ${network} over more hosts` : `separate ${network} on hosts`,
  'undo.network.removed': ({ network }) => `remove the network ${network}`,
  'undo.network.attached': ({ network, cluster }) => `attach ${network} to ${cluster}`,
  'undo.network.detached': ({ network, cluster }) => `detach ${network} from ${cluster}`,
  'undo.note.written': ({ network, host }) => `write the note on ${network} on ${host}`,
  'undo.note.removed': ({ network, host }) => `remove the note on ${network} on ${host}`,
  'undo.promise.added': ({ promise }) => `add the promise "${promise}"`,
  'undo.promise.updated': ({ promise }) => `change the promise "${promise}"`,
  'undo.promise.removed': ({ promise }) => `remove the promise "${promise}"`,
  'undo.promise.group_set': ({ group }) => `change the group ${group}`,
  'undo.promise.group_removed': ({ group }) => `remove the group ${group}`,
  'undo.imported': ({ host, vms, networks }) =>
    `import ${someNames([...vms.map((vm) => `VM ${vm}`), ...networks.map((network) => `network ${network}`)])} from ${host}`,
};
