import type { NetworkDraft } from '../../contract';
import type { Scope } from '../core/command';
import { newId } from '../core/ids';
import type { HostRow, NetworkRow } from '../ports/store';
import { guestSubnet } from '../vms/guest-addresses';
import { attachToCluster } from './attaching';
import { bridgeName } from './naming';
import {
  ruleO3ManagementIsNotIsolated,
  ruleO5NetworkNameIsUnique,
  ruleS3IsolatedHasNoNic,
  ruleS3IsolatedHasNoVlan,
  ruleS3NicWantsSetupNetworks,
  ruleS3RegularNeedsNic,
  ruleSameDataCenter,
} from './rules';

/** The counter from which each network's guest addresses come. */
const SUBNET_COUNTER = 'guest-subnet';

/** Adds networks in one transaction, knowing the data centers' names and bridges after one look at each. */
export class NetworkAdder {
  private readonly known = new Map<string, { names: Map<string, NetworkRow>; bridges: Set<string> }>();

  constructor(private readonly scope: Scope) {}

  /** Checks the rules, writes the network, its profile and its clusters; returns the row and the hosts to set up. */
  add(draft: NetworkDraft): { row: NetworkRow; hosts: HostRow[] } {
    const { scope } = this;
    const { name, comment, isIsolated, vlan, mtu } = draft;
    const dataCenterId = scope.refs.dataCenter(draft.dataCenter).id;
    const place = this.place(dataCenterId);
    ruleS3IsolatedHasNoVlan(draft);
    ruleS3IsolatedHasNoNic(draft);
    ruleS3NicWantsSetupNetworks(draft);
    ruleO3ManagementIsNotIsolated(draft);
    const namesake = place.names.get(name);
    ruleO5NetworkNameIsUnique(name, namesake ? [namesake] : []);
    const id = newId();
    const bridge = bridgeName(name, id, (taken) => place.bridges.has(taken));
    const subnet = isIsolated ? guestSubnet(scope.tx.counters.next(SUBNET_COUNTER)) : null;
    const createdAt = scope.now;
    const row: NetworkRow = {
      id,
      dataCenterId,
      name,
      comment,
      isIsolated,
      vlan,
      mtu,
      bridge,
      guestSubnet: subnet,
      createdAt,
    };
    scope.tx.networks.insert(row);
    scope.tx.vnicProfiles.insert({ id: newId(), networkId: id, name });
    place.names.set(name, row);
    place.bridges.add(bridge);
    const kind = isIsolated ? 'isolated network' : 'network';
    scope.emit('network.added', 'normal', `${kind} ${name} added`, { networkId: id, dataCenterId });
    return { row, hosts: this.attach(row, draft.clusters) };
  }

  private attach(row: NetworkRow, clusters: readonly string[]): HostRow[] {
    const { scope } = this;
    const unique = new Map(
      clusters.map((ref) => scope.refs.clusterIn(row.dataCenterId, ref, 'clusters')).map((c) => [c.id, c]),
    );
    return [...unique.values()].flatMap((cluster) => {
      ruleSameDataCenter(row, cluster);
      ruleS3RegularNeedsNic(row);
      const hosts = attachToCluster(scope.tx, row, cluster);
      const subjects = { networkId: row.id, clusterId: cluster.id };
      scope.emit('network.attached', 'normal', `${row.name} attached to the cluster ${cluster.name}`, subjects);
      return hosts;
    });
  }

  private place(dataCenterId: string): { names: Map<string, NetworkRow>; bridges: Set<string> } {
    const known = this.known.get(dataCenterId);
    if (known) return known;
    const rows = this.scope.tx.networks.ofDataCenter(dataCenterId);
    const place = {
      names: new Map(rows.map((row) => [row.name, row])),
      bridges: new Set(rows.map((row) => row.bridge)),
    };
    this.known.set(dataCenterId, place);
    return place;
  }
}
