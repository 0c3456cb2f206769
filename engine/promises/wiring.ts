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

/** What the key of an island on several hosts ends with: of a regular network, and of a stretched one. */
const REGULAR = '/*';
const STRETCHED = '/~';
const spansHosts = ({ key }: WiredIsland): boolean => key.endsWith(REGULAR) || key.endsWith(STRETCHED);

const placeOf = (vm: WorldVm, hostId: string | null): Place => ({ key: `${vm.id}@${hostId ?? ''}`, vm, hostId });

/**
 * Who may reach whom, for promises that forbid it: it counts each vNIC that is plugged in, on each host that its VM may get, whether or
 * not the VM runs. A regular network with a NIC is one island on all its hosts, and so is a stretched one on the hosts that it is stretched
 * over, whether or not its tunnels are up. A bridge that is not isolated leads to its host, and so to all others there that are not.
 */
export class Wiring {
  /** The members of islands, by network and by the island's key: searches ask for the same again and again. */
  private readonly members = new Map<string, Map<string, readonly Place[]>>();

  constructor(private readonly world: World) {}

  /** The islands of these networks may have other members. */
  forget(networkIds: Iterable<string>): void {
    for (const id of networkIds) this.members.delete(id);
  }

  clear(): void {
    this.members.clear();
  }

  islandOf(networkId: string, hostId: string | null): WiredIsland {
    const network = this.world.networks.get(networkId);
    const joined = network !== undefined && !network.isIsolated && !network.perHost && this.hasNic(networkId, hostId);
    const stretched = hostId !== null && network?.stretchedOver.includes(hostId) === true;
    const key = joined
      ? `${networkId}${REGULAR}`
      : stretched
        ? `${networkId}${STRETCHED}`
        : islandId(networkId, hostId);
    return { key, networkId, hostId };
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
  membersOf(island: WiredIsland): readonly Place[] {
    const { networkId, key } = island;
    let known = this.members.get(networkId);
    if (!known) this.members.set(networkId, (known = new Map<string, readonly Place[]>()));
    const found = known.get(key) ?? this.readMembers(island);
    known.set(key, found);
    return found;
  }

  private readMembers(island: WiredIsland): Place[] {
    const { networkId, hostId } = island;
    const found: Place[] = [];
    const joined = spansHosts(island);
    for (const id of this.world.vmsOn(networkId)) {
      const vm = this.world.vms.get(id);
      if (!vm?.vnics.some((vnic) => vnic.networkId === networkId && vnic.plugged)) continue;
      if (joined)
        found.push(...this.placesOf(vm).filter((place) => this.islandOf(networkId, place.hostId).key === island.key));
      else if (vm.hostId === hostId) found.push(placeOf(vm, hostId));
      else if (vm.hostId === null && this.mayBeAt(vm, hostId)) found.push(placeOf(vm, hostId));
    }
    for (const at of this.hostsOf(island))
      for (const vm of this.world.intruders(networkId, at)) found.push(placeOf(vm, at));
    return found;
  }

  /** The NIC through which an island leads outside; null: none. */
  nicOf(island: WiredIsland): { readonly nic: string; readonly hostId: string | null } | null {
    const { networkId, hostId } = island;
    if (spansHosts(island) || hostId === null) {
      const row = this.world.attachmentsOf(networkId).find(({ nic }) => nic !== null);
      return row?.nic == null ? null : { nic: row.nic, hostId: row.hostId };
    }
    const nic = this.world.attachments.get(islandId(networkId, hostId))?.nic ?? null;
    return nic === null ? null : { nic, hostId };
  }

  /** Whether a bridge of an island is open to its host. */
  leaks(island: WiredIsland): boolean {
    return this.leakOf(island) !== null;
  }

  /** The host that the island is open to; null: none. */
  leakOf(island: WiredIsland): string | null {
    return this.hostsOf(island).find((hostId) => this.leaksAt(island.networkId, hostId)) ?? null;
  }

  /** The other islands that are open to the same host. */
  leakMates(island: WiredIsland): WiredIsland[] {
    const hosts = this.hostsOf(island).filter((hostId) => this.leaksAt(island.networkId, hostId));
    return [...this.world.attachments.values()].flatMap((row) => {
      if (!hosts.includes(row.hostId) || row.networkId === island.networkId) return [];
      const other = this.islandOf(row.networkId, row.hostId);
      return this.leaksAt(row.networkId, row.hostId) ? [other] : [];
    });
  }

  /** The hosts whose bridges are in an island. */
  hostsOf({ networkId, hostId, key }: WiredIsland): readonly string[] {
    if (key.endsWith(STRETCHED)) return this.world.networks.get(networkId)?.stretchedOver ?? [];
    return hostId === null ? [] : [hostId];
  }

  private leaksAt(networkId: string, hostId: string): boolean {
    if (this.world.networks.get(networkId)?.isIsolated !== true) return false;
    const id = islandId(networkId, hostId);
    return this.world.attachments.get(id)?.verdict === 'not_isolated' || this.world.intrusions.get(id)?.open === true;
  }

  private mayBeAt(vm: WorldVm, hostId: string | null): boolean {
    return hostId === null || this.world.hosts.get(hostId)?.clusterId === vm.clusterId;
  }

  private hasNic(networkId: string, hostId: string | null): boolean {
    if (hostId === null) return this.world.attachmentsOf(networkId).some(({ nic }) => nic !== null);
    return (this.world.attachments.get(islandId(networkId, hostId))?.nic ?? null) !== null;
  }
}
