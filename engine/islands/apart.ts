import { type Apart, type EventMessage, type PlacedVm, type Written, apartOn, apartWords, say } from '../../contract';
import type { NetworkRow, Repositories, VmRow } from '../ports/store';

type Db = Pick<Repositories, 'vms' | 'vnics' | 'hosts' | 'networks'>;

/** How the VMs of an isolated network are spread over islands (rule S10), if they are. `moved`: as if one VM were on another host. */
export function apartOf(db: Db, network: NetworkRow, moved?: VmRow): Apart | null {
  if (!network.isIsolated) return null;
  const vms = new Map<string, PlacedVm>();
  const add = (vm: VmRow): void => void vms.set(vm.id, { ...vm, vnics: [{ networkId: network.id, plugged: true }] });
  for (const vnic of db.vnics.ofNetwork(network.id)) {
    const vm = vnic.plugged && vnic.vmId !== moved?.id ? db.vms.get(vnic.vmId) : undefined;
    if (vm) add(vm);
  }
  if (moved) add(moved);
  return apartOn(network, [...vms.values()], (id) => db.hosts.get(id)?.name ?? id);
}

/** The isolated networks on which a VM does not hear all others, as it is now. */
export function apartsOf(db: Db, vm: VmRow): Apart[] {
  const ids = new Set(db.vnics.ofVm(vm.id).flatMap((vnic) => (vnic.plugged ? (vnic.networkId ?? []) : [])));
  return [...ids].flatMap((id) => {
    const network = db.networks.get(id);
    const apart = network ? apartOf(db, network) : null;
    return apart?.islands.some(({ hostId }) => hostId === vm.hostId) ? [apart] : [];
  });
}

/** What is to be said of a VM on these networks, as it would stand there (its vNICs need not be written yet): one warning for each. */
export function apartWarnings(
  db: Db,
  vm: VmRow,
  networks: readonly NetworkRow[],
): Array<{ networkId: string; message: Written<EventMessage>; words: string }> {
  if (vm.hostId === null) return [];
  return networks.flatMap((network) => {
    const apart = apartOf(db, network, vm);
    const words = apartWords(apart, vm);
    if (apart === null || words === null) return [];
    const { host = '' } = apart.islands.find(({ hostId }) => hostId === vm.hostId) ?? {};
    const others = apart.islands
      .filter(({ hostId }) => hostId !== vm.hostId)
      .map((island) => ({ host: island.host, vms: island.vms.map(({ name }) => name) }));
    const message = say('network.apart', { vm: vm.name, host, network: apart.network, others });
    return [{ networkId: network.id, message, words }];
  });
}
