import {
  type Cluster,
  DEFAULT_MTU,
  type NetworkDraft,
  type NetworkServices,
  type ServicesDraft,
  STRETCHED_MTU,
  isActive,
  say,
} from '../../contract';
import type { Scope } from '../core/scope';
import { newId } from '../core/ids';
import type { HostRow, NetworkRow } from '../ports/store';
import { guestSubnet } from './guest-addresses';
import { attachNewNetworks, writeAttachments } from './attaching';
import { servicesSettings } from '../plan/model/services-settings';
import { isEligible } from '../plan/eligible';
import { bridgeName } from './naming';
import {
  assertMtuServes,
  assertPoolFits,
  assertServesIsolated,
  ruleO3ManagementIsNotIsolated,
  ruleO5NetworkNameIsUnique,
  ruleS3IsolatedHasNoNic,
  ruleS3IsolatedHasNoVlan,
  ruleS3NicIsOfHosts,
  assertSameDataCenter,
} from './rules';

/** The counter from which each network's guest addresses come. */
const SUBNET_COUNTER = 'guest-subnet';

/** The names and clusters of a data center, read once. */
interface DataCenterIndex {
  readonly dataCenterId: string;
  readonly names: Map<string, NetworkRow>;
  readonly bridges: Set<string>;
}

interface KnownCluster {
  readonly cluster: Cluster;
  readonly hosts: readonly HostRow[];
}

/** Writes that a cluster has a new network, or keeps it to be written with others. */
type Attach = (row: NetworkRow, to: KnownCluster) => void;

export interface Added {
  readonly row: NetworkRow;
  /** The hosts to set up. */
  readonly hosts: readonly HostRow[];
}

/** An existing bridge; its import is undone as a whole. */
export interface ExistingBridge {
  readonly bridge: string;
  readonly host: string;
}

function servicesFor(network: NetworkRow, draft: ServicesDraft | null): NetworkServices | null {
  if (draft === null) return null;
  assertServesIsolated(network);
  const services = servicesSettings(network, draft);
  assertPoolFits(services);
  assertMtuServes({ ...network, services });
  return services;
}

/** Adds networks in one transaction. Reads data centers, clusters and hosts once: 1,000 networks are added in one go. */
export class NetworkAdder {
  private readonly dataCenters = new Map<string, DataCenterIndex>();
  private readonly clusters = new Map<string, KnownCluster>();

  constructor(private readonly scope: Scope) {}

  /** Checks the rules, writes the network, its profile and its clusters. */
  add(draft: NetworkDraft, existing?: ExistingBridge): Added {
    return this.addOne(draft, existing, (row, { cluster, hosts }) =>
      writeAttachments(this.scope.tx, row, cluster, hosts),
    );
  }

  /** The same for several. Where they are attached is written at the end, together: until then the store does not say it. */
  addAll(drafts: readonly NetworkDraft[]): Added[] {
    const { tx } = this.scope;
    const isolated = new Map<KnownCluster, NetworkRow[]>();
    const added = drafts.map((draft) =>
      this.addOne(draft, undefined, (row, to) => {
        const others = isolated.get(to);
        if (!row.isIsolated) writeAttachments(tx, row, to.cluster, to.hosts);
        else if (others) others.push(row);
        else isolated.set(to, [row]);
      }),
    );
    for (const [{ cluster, hosts }, rows] of isolated) attachNewNetworks(tx, rows, cluster, hosts);
    return added;
  }

  private addOne(draft: NetworkDraft, existing: ExistingBridge | undefined, attach: Attach): Added {
    const { scope } = this;
    const { name, comment, isIsolated, vlan, label, stretch = null } = draft;
    const mtu = draft.mtu ?? (stretch === null ? DEFAULT_MTU : STRETCHED_MTU);
    const { dataCenterId, names, bridges } = this.dataCenter(draft.dataCenter);
    ruleS3IsolatedHasNoVlan(draft);
    ruleS3IsolatedHasNoNic(draft);
    ruleS3NicIsOfHosts(draft);
    ruleO3ManagementIsNotIsolated(draft);
    const namesake = names.get(name);
    ruleO5NetworkNameIsUnique(name, namesake ? [namesake] : []);
    const id = newId();
    const bridge = existing?.bridge ?? bridgeName(name, id, (taken) => bridges.has(taken));
    const guests = isIsolated ? guestSubnet(scope.tx.counters.next(SUBNET_COUNTER)) : null;
    const shape = { id, dataCenterId, name, comment, isIsolated, vlan, mtu, bridge, label };
    const off: NetworkRow = { ...shape, guestSubnet: guests, services: null, stretch: null, createdAt: scope.now };
    const row: NetworkRow = { ...off, services: servicesFor(off, draft.services ?? null) };
    scope.tx.networks.insert(row);
    scope.tx.vnicProfiles.insert({ id: newId(), networkId: id, name });
    names.set(name, row);
    bridges.add(bridge);
    return { row, hosts: this.attach(row, draft.clusters, existing, attach) };
  }

  /** One event reports both the network and its clusters. */
  private attach(
    row: NetworkRow,
    refs: readonly string[],
    existing: ExistingBridge | undefined,
    attach: Attach,
  ): HostRow[] {
    const { emit } = this.scope;
    const clusters = new Map(
      refs.map((ref) => this.cluster(row.dataCenterId, ref)).map((each) => [each.cluster.id, each]),
    );
    for (const known of clusters.values()) {
      assertSameDataCenter(row, known.cluster);
      attach(row, known);
    }
    const names = [...clusters.values()].map(({ cluster }) => cluster.name);
    const { name: network, isIsolated } = row;
    const subjects = { networkId: row.id, dataCenterId: row.dataCenterId };
    const undo = {
      words: say('undo.network.added', { network }),
      change: { kind: 'network.added', networkId: row.id },
    } as const;
    if (existing)
      emit('network.added', 'normal', say('network.imported', { network, isIsolated, ...existing }), subjects);
    else
      emit('network.added', 'normal', say('network.added', { network, isIsolated, clusters: names }), subjects, undo);
    return [...clusters.values()].flatMap(({ hosts }) =>
      hosts.filter((host) => isActive(host.state) && isEligible(host, row)),
    );
  }

  private dataCenter(ref: string): DataCenterIndex {
    const known = this.dataCenters.get(ref);
    if (known) return known;
    const dataCenterId = this.scope.refs.dataCenter(ref).id;
    const same = [...this.dataCenters.values()].find((each) => each.dataCenterId === dataCenterId);
    const rows = same ? [] : this.scope.tx.networks.ofDataCenter(dataCenterId);
    const names = new Map(rows.map((row) => [row.name, row]));
    const index = same ?? { dataCenterId, names, bridges: new Set(rows.map((row) => row.bridge)) };
    this.dataCenters.set(ref, index);
    return index;
  }

  private cluster(dataCenterId: string, ref: string): KnownCluster {
    const key = `${dataCenterId}/${ref}`;
    const known = this.clusters.get(key);
    if (known) return known;
    const cluster = this.scope.refs.clusterIn(dataCenterId, ref, 'clusters');
    const found = { cluster, hosts: this.scope.tx.hosts.ofCluster(cluster.id) };
    this.clusters.set(key, found);
    return found;
  }
}
