import type { HostRow, NetworkRow, Repositories } from '../ports/store';
import { pendingAttachment } from './attaching';
import { leaveStretches } from './stretches';
import { isEligible } from '../plan/eligible';
import { ruleS9LeftHostIsUnused, ruleS9SetUpWhereLabelled } from './rules';

/**
 * Writes on which of these hosts of its clusters a network is desired, by the current labels. An isolated one is added to hosts and
 * removed from them; a regular one is set up by a user, so it must not be on excluded hosts. Returns the hosts that change.
 */
export function placeByLabel(tx: Repositories, network: NetworkRow, hosts: readonly HostRow[]): HostRow[] {
  return hosts.filter((host) => {
    const key = { networkId: network.id, hostId: host.id };
    const isAttached = tx.attachments.get(key) !== undefined;
    const belongs = isEligible(host, network);
    if (!belongs) ruleS9LeftHostIsUnused(network, host, usersOn(tx, network, host));
    if (!network.isIsolated) {
      ruleS9SetUpWhereLabelled(network, host, !isAttached || belongs);
      return false;
    }
    if (isAttached === belongs) return false;
    if (belongs) tx.attachments.upsert(pendingAttachment(network.id, host.id));
    else {
      tx.attachments.remove(key);
      leaveStretches(tx, [host.id], network.id);
    }
    return true;
  });
}

/** VMs that live on a host, running or not, and have a vNIC on a network. */
function usersOn(tx: Repositories, network: NetworkRow, host: HostRow): Array<{ id: string; name: string }> {
  const ids = new Set(tx.vnics.ofNetwork(network.id).map(({ vmId }) => vmId));
  return tx.vms.ofHost(host.id).filter(({ id }) => ids.has(id));
}

/** All hosts of the clusters that a network is attached to. */
export const hostsOfClusters = (tx: Repositories, networkId: string): HostRow[] =>
  tx.networkClusters.ofNetwork(networkId).flatMap(({ clusterId }) => tx.hosts.ofCluster(clusterId));
