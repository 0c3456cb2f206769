import { FIRST_OUTSIDE_GUEST, isOutside } from '../plan/model/outside-network';
import type { Repositories, VmRow, VnicRow } from '../ports/store';
import { freeGuestAddress } from '../networks/guest-addresses';

/**
 * Assigns each plugged vNIC of a tiny VM an address of its network's subnet, keeps those that fit, and writes changes. Called when
 * it is started: a tiny guest only learns its addresses from the kernel's command line. A seed's address is on the first vNIC.
 * Other VMs get none from us.
 */
export function assignAddresses(tx: Repositories, vm: VmRow): VnicRow[] {
  for (const [i, vnic] of tx.vnics.ofVm(vm.id).entries()) {
    const assignedAddress = addressFor(tx, vm, vnic, i);
    if (assignedAddress !== vnic.assignedAddress) tx.vnics.update(vnic.id, { assignedAddress });
  }
  return tx.vnics.ofVm(vm.id);
}

function addressFor(tx: Repositories, vm: VmRow, vnic: VnicRow, index: number): string | null {
  switch (vm.boot.kind) {
    case 'tiny':
      return vnic.plugged ? tinyAddress(tx, vnic) : null;
    case 'image':
      return index === 0 ? (vm.boot.seed?.address ?? null) : null;
    case 'disk':
    case 'iso':
    case 'kernel':
    case 'imported':
      return null;
  }
}

function tinyAddress(tx: Repositories, vnic: VnicRow): string | null {
  const network = vnic.networkId === null ? undefined : tx.networks.get(vnic.networkId);
  const subnet = network?.guestSubnet ?? null;
  if (!network || vnic.networkId === null || subnet === null) return null;
  const others = tx.vnics.ofNetwork(vnic.networkId).filter((other) => other.id !== vnic.id);
  const used = new Set(others.map((other) => other.assignedAddress));
  const kept = vnic.assignedAddress;
  if (kept !== null && !used.has(kept) && kept.startsWith(subnet.replace(/0\/24$/, ''))) return kept;
  return freeGuestAddress(subnet, used, isOutside(network) ? FIRST_OUTSIDE_GUEST : undefined);
}
