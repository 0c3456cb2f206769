import type { NetworkRow, Repositories } from '../ports/store';
import { hears } from './rows';

/** A VM by which a network could be left. */
export interface WayOut {
  readonly id: string;
  readonly name: string;
}

/**
 * The VMs through which those on a network could reach the outside (rule S12): they hear both it and a network with a NIC. One
 * is *the only way out*. It is possible, not promised: whether a VM forwards is its own affair. Of a network that has a NIC
 * itself nobody needs to be asked, so it has none.
 */
export function waysOut(db: Repositories, network: NetworkRow): WayOut[] {
  if (!network.isIsolated) return [];
  const outer = new Set(
    db.attachments
      .list()
      .filter((row) => row.nic !== null)
      .map((row) => `${row.networkId}/${row.hostId}`),
  );
  if (outer.size === 0) return [];
  const ids = new Set(db.vnics.ofNetwork(network.id).map((vnic) => vnic.vmId));
  return [...ids].flatMap((id) => {
    const vm = db.vms.get(id);
    if (!vm) return [];
    const heard = db.vnics.ofVm(id).filter((vnic) => hears(vm, vnic));
    const leads = heard.some((vnic) => outer.has(`${vnic.networkId ?? ''}/${vm.hostId ?? ''}`));
    return leads && heard.some((vnic) => vnic.networkId === network.id) ? [{ id, name: vm.name }] : [];
  });
}
