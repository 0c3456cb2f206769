import { type Network, type NetworkAttachment, type NetworkCluster, isActive } from '../../contract';
import type { HostActors } from '../reconcile/host-actors';
import { instant } from '../core/ids';
import { isEligible } from '../plan/eligible';
import type { HostRow, NetworkAttachmentRow, NetworkClusterRow, NetworkRow, Repositories } from '../ports/store';

/**
 * The states of networks in their clusters. A network is operational in a cluster if some active host has it and no active host (of
 * those that its label allows, rule S9) lacks it. That depends on attachments only, never on NICs (rule O6). Built once for many
 * networks.
 */
class ClusterStates {
  private readonly active = new Map<string, HostRow[]>();
  private readonly inSync: Set<string>;
  private readonly attached: Set<string>;

  constructor(
    db: Repositories,
    attachments: ReadonlyArray<Pick<NetworkAttachmentRow, 'networkId' | 'hostId' | 'state'>>,
  ) {
    for (const host of db.hosts.list().filter((row) => isActive(row.state))) {
      const hosts = this.active.get(host.clusterId);
      if (hosts) hosts.push(host);
      else this.active.set(host.clusterId, [host]);
    }
    this.attached = new Set(attachments.map((row) => `${row.networkId}/${row.hostId}`));
    const steady = attachments.filter((row) => row.state === 'in_sync');
    this.inSync = new Set(steady.map((row) => `${row.networkId}/${row.hostId}`));
  }

  of({ networkId, clusterId, required }: NetworkClusterRow, network: Pick<NetworkRow, 'label'>): NetworkCluster {
    const active = (this.active.get(clusterId) ?? []).filter((host) => isEligible(host, network)).map(({ id }) => id);
    // A network that is not required is only where it was set up.
    const hosts = required ? active : active.filter((hostId) => this.attached.has(`${networkId}/${hostId}`));
    const isOperational = hosts.length > 0 && hosts.every((hostId) => this.inSync.has(`${networkId}/${hostId}`));
    return { clusterId, required, status: isOperational ? 'operational' : 'non_operational' };
  }
}

/** Many networks in the contract's form. */
export function presentNetworks(db: Repositories, rows: readonly NetworkRow[]): Network[] {
  const states = new ClusterStates(db, db.attachments.columns(['networkId', 'hostId', 'state']));
  const clusters = new Map<string, NetworkCluster[]>();
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const membership of db.networkClusters.list()) {
    const network = byId.get(membership.networkId);
    if (!network) continue;
    const list = clusters.get(membership.networkId);
    if (list) list.push(states.of(membership, network));
    else clusters.set(membership.networkId, [states.of(membership, network)]);
  }
  return rows.map((row) => ({ ...row, clusters: clusters.get(row.id) ?? [] }));
}

/** One network in the contract's form. */
export function presentNetwork(db: Repositories, row: NetworkRow): Network {
  const states = new ClusterStates(db, db.attachments.ofNetwork(row.id));
  return { ...row, clusters: db.networkClusters.ofNetwork(row.id).map((each) => states.of(each, row)) };
}

/**
 * An attachment in the contract's form. While it is in sync each observation confirms it, so its time is that of the host's last
 * observation; writing 1,000 rows a minute for that would be wasteful.
 */
export function presentAttachment(row: NetworkAttachmentRow, actors: HostActors): NetworkAttachment {
  const seen = actors.find(row.hostId)?.lastSeen ?? null;
  const confirmed = row.state === 'in_sync' && seen !== null ? instant(seen) : null;
  const observedAt = confirmed !== null && confirmed > (row.observedAt ?? '') ? confirmed : row.observedAt;
  return { ...row, imported: row.imported !== null, observedAt };
}
