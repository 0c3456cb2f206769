import { say, type PreviewLine } from '../../contract';
import type { Repositories, VmRow, VnicRow } from '../ports/store';
import { type VnicChange, isLive } from './vnic-jobs';

/** Whether the change takes the vNIC off its network. */
function disconnects(change: VnicChange): boolean {
  switch (change.kind) {
    case 'unplug':
    case 'remove':
    case 'move':
      return true;
    case 'link':
      return !change.up;
    case 'plug':
      return false;
  }
}

/** For a dry run on a running VM: which running VMs it would no longer reach by this vNIC. */
export function cutLines(tx: Repositories, vm: VmRow, vnic: VnicRow, change: VnicChange): PreviewLine[] {
  const network = vnic.networkId === null ? undefined : tx.networks.get(vnic.networkId);
  if (!network || !vnic.plugged || !vnic.linked || !disconnects(change)) return [];
  const own = tx.vnics.ofVm(vm.id).filter((one) => one.id !== vnic.id && one.networkId === network.id);
  if (own.some((one) => one.plugged && one.linked)) return [];
  const others = tx.vnics
    .ofNetwork(network.id)
    .filter((one) => one.vmId !== vm.id && one.plugged && one.linked)
    .flatMap((one) => tx.vms.get(one.vmId) ?? [])
    .filter((one) => isLive(one.state) && (one.hostId === vm.hostId || !network.isIsolated))
    .map(({ name }) => name);
  if (others.length === 0) return [];
  return [say('preview.vnic.cut', { vm: vm.name, network: network.name, others: [...new Set(others)] })];
}
