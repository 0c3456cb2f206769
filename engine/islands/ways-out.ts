import type { NetworkRow, Repositories, VmRow, VnicRow } from '../ports/store';
import { hears } from './rows';

/** A VM by which a network could be left. */
export interface Uplink {
  readonly id: string;
  readonly name: string;
}

/**
 * The VMs through which those on a network could reach the outside (rule S12): they hear both it and a network with a NIC. One
 * is *the only way out*. It is possible, not promised: whether a VM forwards is its own affair. Of a network that has a NIC
 * itself nobody needs to be asked, so it has none.
 */
export function waysOut(db: Repositories, network: NetworkRow): Uplink[] {
  if (!network.isIsolated) return [];
  const ids = new Set(db.vnics.ofNetwork(network.id).map((vnic) => vnic.vmId));
  return [...ids].flatMap((id) => {
    const vm = db.vms.get(id);
    const heard = vm ? db.vnics.ofVm(id).filter((vnic) => hears(vm, vnic)) : [];
    const isOn = heard.some((vnic) => vnic.networkId === network.id);
    const mayLead = vm !== undefined && (hasOthers(vm) || heard.some((vnic) => leadsOut(db, vm, vnic)));
    return isOn && mayLead ? [{ id, name: vm.name }] : [];
  });
}

/** An imported VM may have NICs that Atoll does not manage; where they lead is not for us to say, so that they may. */
const hasOthers = ({ boot }: VmRow): boolean => boot.kind === 'imported' && boot.nics.length > 0;

/** Whether a vNIC stands on a network that has a NIC on the VM's host. */
function leadsOut(db: Repositories, { hostId }: VmRow, { networkId }: VnicRow): boolean {
  if (hostId === null || networkId === null) return false;
  return (db.attachments.get({ networkId, hostId })?.nic ?? null) !== null;
}
