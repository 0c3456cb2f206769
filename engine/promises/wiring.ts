import { islandId } from '../islands/islands';
import type { World, WorldVm } from './world';

/** A set of vNICs that can reach each other at layer 2. `hostId` null: VMs that have no host yet, as if they were placed together. */
export interface WiredIsland {
  readonly key: string;
  readonly networkId: string;
  readonly hostId: string | null;
}

/** A VM on the host that it has, or that it may get. */
export interface Place {
  readonly key: string;
  readonly vm: WorldVm;
  readonly hostId: string | null;
}

const placeOf = (vm: WorldVm, hostId: string | null): Place => ({ key: `${vm.id}@${hostId ?? ''}`, vm, hostId });

/**
 * Who may reach whom, for promises that forbid it: it counts each vNIC that is plugged in, on each host that its VM may get, whether or
 * not the VM runs. A regular network with a NIC is one island on all its hosts. A bridge that is not isolated leads to its host, and so
 * to all others there that are not.
 */
export class Wiring {
  constructor(private readonly world: World) {}

  islandOf(networkId: string, hostId: string | null): WiredIsland {
    const network = this.world.networks.get(networkId);
    const joined = network !== undefined && !network.isIsolated && !network.perHost && this.hasNic(networkId, hostId);
    return { key: joined ? `${networkId}/*` : islandId(networkId, hostId), networkId, hostId };
  }

  /** The places that a VM has, or may get: on any host of its cluster. */
  placesOf(vm: WorldVm): Place[] {
    if (vm.hostId !== null) return [placeOf(vm, vm.hostId)];
    // A host without VMs is like the one that all get together.
    const hosts = [...this.world.hosts.values()].filter(
      ({ id, clusterId }) => clusterId === vm.clusterId && this.world.vmsAt(id).size > 0,
    );
    return [placeOf(vm, null), ...hosts.map(({ id }) => placeOf(vm, id))];
  }

  /** The islands that a VM is on at a place: those of its plugged vNICs, and those that it was plugged into from outside. */
  islandsAt({ vm, hostId }: Place): WiredIsland[] {
    const found = vm.vnics.flatMap(({ networkId, plugged }) => (plugged ? [this.islandOf(networkId, hostId)] : []));
    if (this.world.intrusions.size === 0 || hostId === null) return found;
    for (const [key, { plugged }] of this.world.intrusions) {
      if (this.world.attachments.get(key)?.hostId !== hostId) continue;
      for (const each of plugged) if (each.vm === vm.name) found.push(this.islandOf(each.networkId, hostId));
    }
    return found;
  }

  /** The VMs on an island. */
  membersOf(island: WiredIsland): Place[] {
    const { networkId, hostId } = island;
    const found: Place[] = [];
    const joined = island.key.endsWith('/*');
    for (const id of this.world.vmsOn(networkId)) {
      const vm = this.world.vms.get(id);
      if (!vm?.vnics.some((vnic) => vnic.networkId === networkId && vnic.plugged)) continue;
      if (joined)
        found.push(...this.placesOf(vm).filter((place) => this.islandOf(networkId, place.hostId).key === island.key));
      else if (vm.hostId === hostId) found.push(placeOf(vm, hostId));
      else if (vm.hostId === null && this.mayBeAt(vm, hostId)) found.push(placeOf(vm, hostId));
    }
    for (const vm of hostId === null ? [] : this.world.intruders(networkId, hostId)) found.push(placeOf(vm, hostId));
    return found;
  }

  /** The NIC through which an island leads outside; null: none. */
  nicOf({ networkId, hostId, key }: WiredIsland): { readonly nic: string; readonly hostId: string | null } | null {
    if (key.endsWith('/*') || hostId === null) {
      const row = this.world.attachmentsOf(networkId).find(({ nic }) => nic !== null);
      return row?.nic == null ? null : { nic: row.nic, hostId: row.hostId };
    }
    const nic = this.world.attachments.get(islandId(networkId, hostId))?.nic ?? null;
    return nic === null ? null : { nic, hostId };
  }

  /** Whether the bridge of an island is open to its host. */
  leaks({ networkId, hostId }: WiredIsland): boolean {
    if (hostId === null || this.world.networks.get(networkId)?.isIsolated !== true) return false;
    const id = islandId(networkId, hostId);
    return this.world.attachments.get(id)?.verdict === 'not_isolated' || this.world.intrusions.get(id)?.open === true;
  }

  /** The other islands of its host that are open to it as well. */
  leakMates(island: WiredIsland): WiredIsland[] {
    return [...this.world.attachments.values()].flatMap((row) => {
      if (row.hostId !== island.hostId || row.networkId === island.networkId) return [];
      const other = this.islandOf(row.networkId, row.hostId);
      return this.leaks(other) ? [other] : [];
    });
  }

  private mayBeAt(vm: WorldVm, hostId: string | null): boolean {
    return hostId === null || this.world.hosts.get(hostId)?.clusterId === vm.clusterId;
  }

  private hasNic(networkId: string, hostId: string | null): boolean {
    if (hostId === null) return this.world.attachmentsOf(networkId).some(({ nic }) => nic !== null);
    return (this.world.attachments.get(islandId(networkId, hostId))?.nic ?? null) !== null;
  }
}
