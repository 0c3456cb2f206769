import type { Outcome, Scope } from '../core/command';
import { convergeJob } from '../hosts/converge-job';
import type { HostRow, NetworkRow } from '../ports/store';
import { activeHostsOf, usersOf } from './attaching';
import { ruleO3RemovedIsUnused } from './rules';

/** Takes the wish for networks away at once; the job takes their bridges off the hosts. */
export function removeNetworks(scope: Scope, kind: string, networks: readonly NetworkRow[]): Outcome<object> {
  const hosts = new Map<string, HostRow>();
  for (const network of networks) {
    ruleO3RemovedIsUnused(network, usersOf(scope, network.id));
    for (const host of activeHostsOf(scope.tx, network.id)) hosts.set(host.id, host);
    removeRows(scope, network);
  }
  const [first] = networks;
  const title = networks.length === 1 && first ? `Remove network ${first.name}` : `Remove ${networks.length} networks`;
  const ids = networks.map((network) => network.id);
  const job = convergeJob(
    kind,
    title,
    [...hosts.values()],
    ids,
    networks.length === 1 && first ? { networkId: first.id } : {},
  );
  return {
    output: {},
    words: networks.map((network) => `remove the network "${network.name}"`),
    hosts: [...hosts.keys()],
    ...(job ? { job } : {}),
  };
}

/** Removes a network's rows and what is its own: attachments, memberships, profiles. */
export function removeRows({ tx, emit }: Pick<Scope, 'tx' | 'emit'>, { id, name, dataCenterId }: NetworkRow): void {
  for (const attachment of tx.attachments.ofNetwork(id)) tx.attachments.remove(attachment);
  for (const membership of tx.networkClusters.ofNetwork(id)) tx.networkClusters.remove(id, membership.clusterId);
  for (const profile of tx.vnicProfiles.ofNetwork(id)) tx.vnicProfiles.remove(profile.id);
  tx.networks.remove(id);
  emit('network.removed', 'normal', `network ${name} removed`, { networkId: id, dataCenterId });
}
