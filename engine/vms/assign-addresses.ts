import { isIpv4, sameForm } from '../../contract';
import { FIRST_OUTSIDE_GUEST, isOutside } from '../plan/model/outside-network';
import type { NetworkRow, Repositories, VmRow, VnicRow } from '../ports/store';
import { missingReservations } from '../plan/model/services-reserve';
import { freeGuestAddress } from '../networks/guest-addresses';
import { seedAddresses } from '../plan/model/seed-addresses';
import { addressHolders } from './seed-rules';

/**
 * Assigns each plugged vNIC of a tiny VM, or of one with a seed, an address of its network's subnet, keeps those that fit, and
 * writes changes. Called when it is started: the guest learns its addresses from the kernel's command line, or from the seed.
 * Addresses that the seed names come first. Other VMs get none from us, except on a
 * network with addresses inside.
 */
export function assignAddresses(tx: Repositories, vm: VmRow): VnicRow[] {
  for (const vnic of tx.vnics.ofVm(vm.id)) {
    const network = vnic.networkId === null ? undefined : tx.networks.get(vnic.networkId);
    if (network && network.services !== null) {
      for (const { vnicId, address } of missingReservations(tx, network))
        tx.vnics.update(vnicId, { assignedAddress: address });
      continue;
    }
    const assignedAddress = addressFor(tx, vm, vnic);
    if (assignedAddress !== vnic.assignedAddress) tx.vnics.update(vnic.id, { assignedAddress });
  }
  return tx.vnics.ofVm(vm.id);
}

function addressFor(tx: Repositories, vm: VmRow, vnic: VnicRow): string | null {
  switch (vm.boot.kind) {
    case 'tiny':
      return vnic.plugged ? subnetAddress(tx, vnic) : null;
    case 'image': {
      const { seed } = vm.boot;
      if (!seed || seed.networkConfig !== null) return null;
      const named = seedAddresses(vm, vnic);
      return named.find(isIpv4) ?? named[0] ?? (vnic.plugged ? subnetAddress(tx, vnic) : null);
    }
    case 'disk':
    case 'devices':
    case 'kernel':
    case 'imported':
      return null;
  }
}

function subnetAddress(tx: Repositories, vnic: VnicRow): string | null {
  const network = vnic.networkId === null ? undefined : tx.networks.get(vnic.networkId);
  const subnet = network?.guestSubnet ?? null;
  if (!network || subnet === null) return null;
  const used = addressHolders(tx, network.id, vnic.id);
  const kept = vnic.assignedAddress;
  if (kept !== null && !used.has(sameForm(kept)) && isOf(subnet, kept)) return kept;
  return freeGuestAddress(subnet, used.keys(), firstOf(network));
}

const isOf = (subnet: string, address: string): boolean => address.startsWith(subnet.replace(/0\/24$/, ''));
const firstOf = (network: NetworkRow): number | undefined => (isOutside(network) ? FIRST_OUTSIDE_GUEST : undefined);
