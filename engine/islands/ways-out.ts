import type { NetworkRow, Repositories, VmRow, VnicRow } from '../ports/store';
import { isActive } from './rows';

/** A VM that can be a network's gateway. */
export interface Uplink {
  readonly id: string;
  readonly name: string;
}

/**
 * The VMs through which those on a network could reach the outside (rule S12): they are active both on it and on a network with a
 * NIC. A single one is *the only gateway*. It is possible, not certain: whether a VM forwards is unknown. A network with a NIC
 * needs no gateway, so it has none.
 */
export function waysOut(db: Repositories, network: NetworkRow): Uplink[] {
  if (!network.isIsolated) return [];
  const ids = new Set(db.vnics.ofNetwork(network.id).map((vnic) => vnic.vmId));
  return [...ids].flatMap((id) => {
    const vm = db.vms.get(id);
    const active = vm ? db.vnics.ofVm(id).filter((vnic) => isActive(vm, vnic)) : [];
    const isOn = active.some((vnic) => vnic.networkId === network.id);
    const mayLead = vm !== undefined && (hasOthers(vm) || active.some((vnic) => leadsOut(db, vm, vnic)));
    return isOn && mayLead ? [{ id, name: vm.name }] : [];
  });
}

/** An imported VM can have NICs that Atoll does not manage; their target is unknown, so they may lead outside. */
const hasOthers = ({ boot }: VmRow): boolean => boot.kind === 'imported' && boot.nics.length > 0;

/** Whether a vNIC is on a network that has a NIC on the VM's host. */
function leadsOut(db: Repositories, { hostId }: VmRow, { networkId }: VnicRow): boolean {
  if (hostId === null || networkId === null) return false;
  return (db.attachments.get({ networkId, hostId })?.nic ?? null) !== null;
}
