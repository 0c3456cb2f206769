import { type Apart, type Params, type PlacedVm, apartFrom, apartOn } from '../../contract';
import { jointsOf } from './joints';
import type { NetworkRow, Repositories, VmRow } from '../ports/store';

type Db = Pick<Repositories, 'vms' | 'vnics' | 'hosts' | 'networks' | 'tunnelPairs'>;

/** How the VMs of an isolated network are split over islands (rule S10), if they are. `moved`: as if one VM were on another host. */
export function apartOf(db: Db, network: NetworkRow, moved?: VmRow): Apart | null {
  if (!network.isIsolated) return null;
  const vms = new Map<string, PlacedVm>();
  const add = (vm: VmRow): void => void vms.set(vm.id, { ...vm, vnics: [{ networkId: network.id, plugged: true }] });
  for (const vnic of db.vnics.ofNetwork(network.id)) {
    const vm = vnic.plugged && vnic.vmId !== moved?.id ? db.vms.get(vnic.vmId) : undefined;
    if (vm) add(vm);
  }
  if (moved) add(moved);
  const joints = jointsOf((id) => {
    const [lowId = '', highId = ''] = id.split('/');
    return db.tunnelPairs.get({ lowId, highId });
  });
  const joins = (one: string, other: string): boolean => joints.joins(network.stretch ?? undefined, one, other);
  return apartOn(network, [...vms.values()], (id) => db.hosts.get(id)?.name ?? id, joins);
}

/** The isolated networks on which a VM cannot currently reach all others. */
export function apartOfVm(db: Db, vm: VmRow): Apart[] {
  const ids = new Set(db.vnics.ofVm(vm.id).flatMap((vnic) => (vnic.plugged ? (vnic.networkId ?? []) : [])));
  return [...ids].flatMap((id) => {
    const network = db.networks.get(id);
    const apart = network ? apartOf(db, network) : null;
    return apart?.islands.some(({ vms }) => vms.some(({ id }) => id === vm.id)) ? [apart] : [];
  });
}

/** Whom a VM would not reach on these networks (its vNICs need not be written yet): one entry for each network it is split on. */
export function apartWarnings(
  db: Db,
  vm: VmRow,
  networks: readonly NetworkRow[],
): Array<{ readonly networkId: string; readonly apart: Params<'network.apart'> }> {
  if (vm.hostId === null) return [];
  return networks.flatMap((network) => {
    const apart = apartFrom(apartOf(db, network, vm), vm);
    return apart === null ? [] : [{ networkId: network.id, apart }];
  });
}
