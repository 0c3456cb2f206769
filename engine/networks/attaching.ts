import { type Cluster, isActive } from '../../contract';
import type { Scope } from '../core/scope';
import { isEligible } from '../plan/eligible';
import { isOutside } from '../plan/model/outside-network';
import { leaveStretches } from './stretches';
import type { HostRow, NetworkAttachmentRow, NetworkRow, Repositories } from '../ports/store';

/** A desired attachment that has not been observed yet. */
export const pendingAttachment = (networkId: string, hostId: string): NetworkAttachmentRow => ({
  networkId,
  ...pendingOn(hostId),
});

function pendingOn(hostId: string): Omit<NetworkAttachmentRow, 'networkId'> {
  return {
    hostId,
    nic: null,
    ipv4: { kind: 'none' },
    ipv6: { kind: 'none' },
    imported: null,
    state: 'pending',
    message: null,
    differences: [],
    observedAt: null,
    verdict: 'unknown',
    verdictAt: null,
    points: 0,
    unchecked: 0,
    failed: 0,
  };
}

/**
 * Writes the desired state that a cluster has a network. An isolated one is required (S4) and on all its hosts (S7); a regular one
 * is set up host by host, because its NIC is. Returns the active hosts.
 */
export function attachToCluster(tx: Repositories, network: NetworkRow, cluster: Cluster, required = false): HostRow[] {
  const hosts = tx.hosts.ofCluster(cluster.id);
  writeAttachments(tx, network, cluster, hosts, required);
  return hosts.filter((host) => isActive(host.state) && isEligible(host, network));
}

/** The same for known hosts: all of the cluster's. */
export function writeAttachments(
  tx: Repositories,
  network: NetworkRow,
  cluster: Cluster,
  hosts: readonly HostRow[],
  required = false,
): void {
  const { isIsolated } = network;
  tx.networkClusters.insert({ networkId: network.id, clusterId: cluster.id, required: isIsolated || required });
  if (!isIsolated) return;
  for (const host of hosts)
    if (isEligible(host, network)) tx.attachments.upsert(pendingAttachment(network.id, host.id));
}

/** The same for new isolated networks: one statement for the cluster, and one for each host. */
export function attachNewNetworks(
  tx: Repositories,
  networks: readonly NetworkRow[],
  cluster: Cluster,
  hosts: readonly HostRow[],
): void {
  const ids = networks.map(({ id }) => id);
  tx.networkClusters.insertEach(ids, { clusterId: cluster.id, required: true });
  for (const host of hosts) {
    const eligible = networks.filter((network) => isEligible(host, network)).map(({ id }) => id);
    tx.attachments.insertEach(eligible, pendingOn(host.id));
  }
}

/** Removes the desired state, on the hosts of this cluster only (rule O6). Returns its active hosts. */
export function detachFromCluster(tx: Repositories, network: NetworkRow, cluster: Cluster): HostRow[] {
  const hosts = tx.hosts.ofCluster(cluster.id);
  for (const host of hosts) tx.attachments.remove({ networkId: network.id, hostId: host.id });
  tx.networkClusters.remove(network.id, cluster.id);
  leaveStretches(
    tx,
    hosts.map(({ id }) => id),
    network.id,
  );
  return hosts.filter((host) => isActive(host.state));
}

/** Writes the desired state that a new host of a cluster has all of the cluster's isolated networks (S5, S6). */
export function attachNewHost(tx: Repositories, host: HostRow): number {
  const memberships = tx.networkClusters.ofCluster(host.clusterId);
  const isolated = memberships.flatMap(({ networkId }) => {
    const network = tx.networks.get(networkId);
    return network?.isIsolated && isEligible(host, network) ? [network] : [];
  });
  for (const { id } of isolated) tx.attachments.upsert(pendingAttachment(id, host.id));
  return isolated.length;
}

/** Hosts (of one cluster) on which a regular network was set up by a user, without uplinks of labs and imported bridges. */
export function setUpOn(tx: Repositories, network: NetworkRow, clusterId?: string): HostRow[] {
  if (network.isIsolated || isOutside(network)) return [];
  const made = tx.attachments.ofNetwork(network.id).filter(({ imported }) => imported === null);
  const hosts = made.flatMap(({ hostId }) => tx.hosts.get(hostId) ?? []);
  return hosts.filter((host) => clusterId === undefined || host.clusterId === clusterId);
}

/** Active hosts that have a network, which its changes concern. */
export function activeHostsOf(tx: Repositories, networkId: string): HostRow[] {
  return tx.attachments.ofNetwork(networkId).flatMap(({ hostId }) => {
    const host = tx.hosts.get(hostId);
    return host && isActive(host.state) ? [host] : [];
  });
}

/** VMs, running or not, that have a vNIC on a network. */
export function usersOf(
  scope: Pick<Scope, 'tx'>,
  networkId: string,
): Array<{ id: string; name: string; clusterId: string }> {
  const ids = new Set(scope.tx.vnics.ofNetwork(networkId).map((vnic) => vnic.vmId));
  return [...ids].flatMap((id) => scope.tx.vms.get(id) ?? []);
}
