import { type NetworkServices, isIpv4, sameForm, servesIpv4, subnet4, whyNotReservable } from '../../../contract';
import type { NetworkRow, Repositories, VmRow, VnicRow } from '../../ports/store';
import { seedAddresses } from './seed-addresses';
import { freeAddress } from './services-ranges';

/** What reservations follow from. */
type Rows = Pick<Repositories, 'vnics' | 'vms'>;

export interface Reservation {
  readonly vnicId: string;
  /** With prefix length. */
  readonly address: string;
}

/** Whether guests of a network get their addresses by DHCP. */
export const hasDhcp = (network: Pick<NetworkRow, 'services'> | null): boolean =>
  network !== null && network.services !== null && network.services.mode !== 'dns';

/**
 * The reservations of a network's vNICs that are not written yet. Addresses that a seed gives to a VM, and those that fit, are kept;
 * every other vNIC gets a free one. Without DHCP the guest of a foreign image has whatever it chooses, so nothing is reserved.
 */
export function missingReservations(db: Rows, network: NetworkRow): Reservation[] {
  const { services } = network;
  if (services === null) return [];
  const vnics = db.vnics.ofNetwork(network.id);
  const vms = new Map<string, VmRow | undefined>();
  for (const { vmId } of vnics) if (!vms.has(vmId)) vms.set(vmId, db.vms.get(vmId));
  const used = new Set<string>();
  const without: VnicRow[] = [];
  const wanted: Reservation[] = [];
  for (const vnic of vnics) {
    const vm = vms.get(vnic.vmId);
    const named = vm ? seedAddresses(vm, vnic) : [];
    for (const address of named) used.add(sameForm(address));
    if (named.length > 0) {
      const address = named.find(isIpv4) ?? named[0] ?? '';
      if (address !== vnic.assignedAddress) wanted.push({ vnicId: vnic.id, address });
    } else without.push(vnic);
  }
  // The addresses of IPv6 follow from MAC addresses.
  if (!servesIpv4(services)) return wanted;
  const { prefix } = subnet4(services.subnet);
  const open = without.filter((vnic) => !keeps(services, prefix, vnic, used));
  for (const vnic of gatewayFirst(services, open)) {
    if (!hasDhcp(network) && vms.get(vnic.vmId)?.boot.kind !== 'tiny') continue;
    const address = freeAddress(services, used, vnic.vmId === services.gatewayVmId);
    if (address === null) continue;
    used.add(address);
    wanted.push({ vnicId: vnic.id, address: `${address}/${prefix}` });
  }
  return wanted;
}

/** Whether a vNIC keeps its address; it is then used. */
function keeps(services: NetworkServices, prefix: number, { assignedAddress }: VnicRow, used: Set<string>): boolean {
  if (assignedAddress === null || !assignedAddress.endsWith(`/${prefix}`)) return false;
  const address = sameForm(assignedAddress);
  if (used.has(address) || whyNotReservable(services, address) !== null) return false;
  used.add(address);
  return true;
}

const gatewayFirst = ({ gatewayVmId }: NetworkServices, vnics: readonly VnicRow[]): VnicRow[] => [
  ...vnics.filter(({ vmId }) => vmId === gatewayVmId),
  ...vnics.filter(({ vmId }) => vmId !== gatewayVmId),
];
